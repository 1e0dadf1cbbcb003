"""`POST /api/v1/accounts`: somebody comes in through their app, by the door that browsers take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.invites import get_usable_invite
from fedparents.accounts.joining import SignUpDraft, checked_age, checked_email, sign_up
from fedparents.accounts.links import request_sign_in
from fedparents.accounts.models import AccountState
from fedparents.accounts.queries import find_account_by_handle, get_own_account
from fedparents.actors.service import checked_handle, is_handle_free
from fedparents.applications.granting import Issued, issue_to_newcomer
from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import OwnBearer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed
from fedparents.instance.models import LegalKind
from fedparents.instance.queries import get_instance
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_newcomer, a_program, answer
from web.api.entities.application import TokenEntity
from web.api.errors import Complaints
from web.api.params import Flag, Params, Word
from web.auth.passwords import check_new_password
from web.security.limits import use_policy
from web.site.accounts.door import Door, find_door
from web.visit import visit_of

_NAMES: Final = {"handle": "username", "name": "username", "birth_year": "date_of_birth"}
"""What programs call what we ask."""


class NewAccountParams(Params):
    username: Word = ""
    email: Word = ""
    password: Word = ""
    agreement: Flag = False
    locale: Word = ""
    reason: Word = ""
    date_of_birth: Word = ""
    """As ISO 8601 writes a day."""
    invite_code: Word = ""


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was looked at, and found to be right as far as one can see before it is done."""

    door: Door
    birthday: date
    password: str


async def create(call: Call) -> Response:
    """A token for the new account, with which nothing can be done but wait for the mail."""
    own, runtime, sent = call.own_bearer, call.runtime, call.read(NewAccountParams)
    if own is None:
        raise NotAllowed  # whoever acts for somebody signs nobody up
    wish, place = sent.locale.partition("-")[0].lower(), runtime.last_instance
    language = runtime.languages.choose(wish, header="", default=place.language).tag
    checked = await runtime.db.read(_check, sent, language)
    use_policy(call.request, "sign_up", sent.email.strip().lower())
    hashed = await runtime.passwords.hash(checked.password)
    try:
        issued = await runtime.db.write(_join, own, _draft(sent, checked, language), sent, hashed)
    except (LimitReached, NotAllowed):
        raise NotAllowed from None  # the door has been closed meanwhile
    except (Conflict, Invalid) as error:
        fields = error.fields if isinstance(error, Invalid) else {"handle": error.code}
        raise _told({name: Invalid({name: code}) for name, code in fields.items()}) from None
    return answer(TokenEntity.of(issued))


async def send_again(call: Call) -> Response:
    """The mail with which an address is confirmed, once more."""
    viewer = call.viewer
    if viewer.state != AccountState.EMAIL_PENDING:
        raise NotAllowed("already_confirmed")
    call.count("mail")
    language = visit_of(call.request).language.tag
    own = await call.runtime.db.read(get_own_account, viewer)
    await call.runtime.db.write(request_sign_in, own.account.email, browser="", language=language)
    return answer({})


def _check(session: Session, sent: NewAccountParams, language: str) -> _Checked:
    """All that is wrong at once. Raises NotAllowed where nobody can come in."""
    door = find_door(session, sent.invite_code, language, clock.now())
    if not door.is_open and door.problem is None:
        raise NotAllowed
    wrong: dict[str, Invalid] = {}
    today = clock.now().date()

    def look(check: Callable[[], object]) -> None:
        try:
            check()
        except Invalid as error:
            wrong.update(dict.fromkeys(error.fields, error))

    if door.problem is not None:
        look(lambda: _refuse("invite_code", "invite_over"))
    look(lambda: _check_handle(session, sent.username))
    look(lambda: checked_email(sent.email, get_instance(session)))
    look(lambda: check_new_password(sent.password, about=(sent.username, sent.email)))
    look(lambda: _check_age(sent.date_of_birth, door.minimum_age, today))
    if door.versions and not sent.agreement:
        look(lambda: _refuse("agreement", "tick_to_continue"))
    if door.asks_reason and not sent.reason.strip():
        look(lambda: _refuse("reason", "missing"))
    if wrong:
        raise _told(wrong)
    return _Checked(door, date.fromisoformat(sent.date_of_birth.strip()), sent.password)


def _told(wrong: dict[str, Invalid]) -> Complaints:
    """By the names that programs know."""
    return Complaints({_NAMES.get(name, name): (name, error) for name, error in wrong.items()})


def _refuse(field: str, code: str) -> None:
    raise Invalid({field: code})


def _check_handle(session: Session, handle: str) -> None:
    if not handle.strip():
        raise Invalid({"handle": "missing"})
    if not is_handle_free(session, checked_handle(handle)):
        raise Invalid({"handle": "handle_taken"})


def _check_age(text: str, minimum: int, today: date) -> None:
    if not text.strip():
        raise Invalid({"birth_year": "missing"})
    try:
        birthday = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({"birth_year": "not_a_date"}) from None
    try:
        checked_age(birthday.year, minimum, today, says_so=_has_had_birthday(birthday, today))
    except NotAllowed as error:
        raise Invalid({"birth_year": error.code}, minimum=error.params.get("minimum")) from None


def _has_had_birthday(birthday: date, today: date) -> bool:
    return (today.month, today.day) >= (birthday.month, birthday.day)


def _draft(sent: NewAccountParams, checked: _Checked, language: str) -> SignUpDraft:
    return SignUpDraft(
        email=sent.email,
        birth_year=checked.birthday.year,
        is_old_enough=_has_had_birthday(checked.birthday, clock.now().date()),
        name=sent.username.strip().removeprefix("@"),
        handle=sent.username,
        place_id=None,
        reason=sent.reason,
        language=language,
        browser="",
        rules_version=checked.door.versions.get(LegalKind.RULES),
        privacy_version=checked.door.versions.get(LegalKind.PRIVACY),
    )


def _join(
    uow: UnitOfWork, own: OwnBearer, draft: SignUpDraft, sent: NewAccountParams, hashed: str
) -> Issued:
    """Whose mailbox is used up gets the same answer, for an account that nobody confirms."""
    token = sent.invite_code
    invite = get_usable_invite(uow.session, token, now=uow.now) if token else None
    made = sign_up(uow, draft, invite)
    found = find_account_by_handle(uow.session, draft.handle)
    account = made or (found.account if found else None)
    if account is None:
        raise Conflict("handle_taken")
    account.password_hash = hashed
    uow.session.add(account)
    return issue_to_newcomer(uow, own, account)


routes = [
    ApiRoute("POST", "/api/v1/accounts", create, a_program(Scope.WRITE_ACCOUNTS)),
    ApiRoute("POST", "/api/v1/emails/confirmations", send_again, a_newcomer()),
]
