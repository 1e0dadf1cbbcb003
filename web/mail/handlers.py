"""What is written to whom when something has happened to an account.

A handler whose reason has passed (the link was used, the decision undone) writes nothing. Whoever
is gone is written nothing either: NotFound ends the job.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Final, TypeVar

from fedparents import clock
from fedparents.accounts.facts import (
    AccountActivated,
    AccountAwaitsApproval,
    AccountDeclined,
    AccountErased,
    AccountFrozen,
    AccountThawed,
    EmailChanged,
    EmailChangeRequested,
    EmailConfirmationNeeded,
    ErasurePlanned,
    InactivityNoticed,
    NewDeviceSignedIn,
    PasswordChanged,
    SignInAddressUnknown,
    SignInLinksIssued,
    SignInRequested,
)
from fedparents.accounts.links import issue_sign_in
from fedparents.accounts.models import AccountState, EmailLink
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.queries import count_waiting
from fedparents.accounts.tokens import link_code, link_token
from fedparents.db import Fact
from fedparents.errors import NotFound
from fedparents.instance.models import LegalKind
from fedparents.instance.views import get_instance_view
from fedparents.jobs import GiveUp, Job, JobKind
from web.i18n import reading_in
from web.mail import mails
from web.mail.addressees import (
    find_pause,
    find_standing,
    get_addressee,
    get_confirmation,
    get_device,
    get_link,
    list_links,
)
from web.mail.mailroom import Mailroom
from web.mail.moderators import ModeratorToTell, tell_moderators
from web.moderation.tokens import letter_token
from web.moderation.words import ground_in_words

F = TypeVar("F", bound=Fact)
Handler = Callable[[Mailroom, Job[F]], Awaitable[None]]

CONFIRM: Final = "confirm_email"
ENTER: Final = "enter"
CHANGE: Final = "change_email"
SIGN_IN: Final = "sign_in"
JOIN: Final = "join"
DEVICES: Final = "devices"
STAY: Final = "account"
REQUESTS: Final = "admin_requests"
LEGAL: Final = "legal_page"
DECISION: Final = "decision_by_mail"
PAGES: Final = (CONFIRM, ENTER, CHANGE, SIGN_IN, JOIN, DEVICES, STAY, REQUESTS, LEGAL, DECISION)
"""The routes to which mails lead."""


def mail_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    """Every job that ends in a mail, and the two that lead to one."""

    def kind(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room))

    def awaited(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room), is_urgent=True)

    return (
        awaited("accounts.issue_sign_in", SignInRequested, on_sign_in_requested),
        awaited("mail.sign_in", SignInLinksIssued, on_sign_in_links_issued),
        awaited("mail.sign_in_unknown", SignInAddressUnknown, on_sign_in_address_unknown),
        awaited("mail.confirm_email", EmailConfirmationNeeded, on_email_confirmation_needed),
        kind("mail.tell_moderators", AccountAwaitsApproval, on_account_awaits_approval),
        kind("mail.new_sign_up", ModeratorToTell, on_moderator_to_tell),
        kind("mail.account_approved", AccountActivated, on_account_activated),
        kind("mail.account_declined", AccountDeclined, on_account_declined),
        kind("mail.account_paused", AccountFrozen, on_account_frozen),
        kind("mail.account_unpaused", AccountThawed, on_account_thawed),
        kind("mail.new_device", NewDeviceSignedIn, on_new_device_signed_in),
        kind("mail.password_changed", PasswordChanged, on_password_changed),
        awaited("mail.change_email_new", EmailChangeRequested, on_email_change_requested),
        kind("mail.change_email_old", EmailChangeRequested, on_email_change_announced),
        kind("mail.email_changed", EmailChanged, on_email_changed),
        kind("mail.erasure_planned", ErasurePlanned, on_erasure_planned),
        kind("mail.erasure_done", AccountErased, on_account_erased),
        kind("mail.inactive_warning", InactivityNoticed, on_inactivity_noticed),
    )


async def on_sign_in_requested(room: Mailroom, job: Job[SignInRequested]) -> None:
    await room.db.write(issue_sign_in, job.fact, job.id)


async def on_sign_in_links_issued(room: Mailroom, job: Job[SignInLinksIssued]) -> None:
    found = await room.db.read(list_links, job.fact.link_ids)
    usable = [(link, to) for link, to in found if _works(link)]
    if not usable:
        raise GiveUp("the links ran out or were used before the mail could leave")
    doors = [
        mails.Door(
            to.name,
            to.handle,
            room.urls.absolute(ENTER, token=link_token(room.secret, link.id)),
            link_code(room.secret, link.id),
        )
        for link, to in usable
    ]
    link, to = usable[0]
    words = room.words(job, to.place, to.language)
    minutes = _minutes(link.created_at, link.expires_at)
    await room.sender.send(mails.sign_in(words, to=link.email, doors=doors, minutes=minutes))


async def on_sign_in_address_unknown(room: Mailroom, job: Job[SignInAddressUnknown]) -> None:
    place = await room.db.read(get_instance_view)
    standing = await room.db.read(find_standing, job.fact.email)
    words = room.words(job, place, job.fact.language)
    await room.sender.send(
        mails.sign_in_unknown(
            words, to=job.fact.email, standing=standing, join_link=room.urls.absolute(JOIN)
        )
    )


async def on_email_confirmation_needed(room: Mailroom, job: Job[EmailConfirmationNeeded]) -> None:
    found = await room.db.read(get_confirmation, job.fact.link_id)
    link, to = found.link, found.to
    if not _works(link) or to.account.state != AccountState.EMAIL_PENDING:
        return
    await room.sender.send(
        mails.confirm_email(
            room.words(job, to.place, to.language),
            to=link.email,
            handle=to.handle,
            link=room.urls.absolute(CONFIRM, token=link_token(room.secret, link.id)),
            valid_until=link.expires_at,
            is_decided=found.is_decided,
            others=found.others,
        )
    )


async def on_account_awaits_approval(room: Mailroom, job: Job[AccountAwaitsApproval]) -> None:
    await room.db.write(tell_moderators, job.fact.account_id, job.id)


async def on_moderator_to_tell(room: Mailroom, job: Job[ModeratorToTell]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    count = await room.db.read(count_waiting)
    if not count:
        return
    cause = f"{job.fact.cause}.{job.fact.account_id}"
    words = room.words(job, to.place, to.language, cause=cause)
    link = room.urls.absolute(REQUESTS)
    await room.sender.send(mails.new_sign_up(words, to=to.email, count=count, link=link))


async def on_account_activated(room: Mailroom, job: Job[AccountActivated]) -> None:
    if not job.fact.by_moderator:
        return
    to = await room.db.read(get_addressee, job.fact.account_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(SIGN_IN)
    await room.sender.send(mails.account_approved(words, to=to.email, name=to.name, link=link))


async def on_account_declined(room: Mailroom, job: Job[AccountDeclined]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    if to.account.state != AccountState.DECLINED:
        return
    words = room.words(job, to.place, to.language)
    reason = to.account.decision_reason
    await room.sender.send(mails.account_declined(words, to=to.email, name=to.name, reason=reason))


async def on_account_frozen(room: Mailroom, job: Job[AccountFrozen]) -> None:
    pause = await room.db.read(find_pause, job.fact.account_id)
    if pause is None:
        return
    to, decision = pause.to, pause.decision
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(LEGAL, kind=LegalKind.CONTACT)
    if decision is not None:
        token = letter_token(room.secret, "decision", decision.id, to.account.actor_id)
        link = room.urls.absolute(DECISION, token=token)
    with reading_in(words.language, to.place.zone):
        ground = ground_in_words(decision) if decision else ""
    terms = mails.PauseTerms(
        reason=to.account.decision_reason,
        ground=ground,
        decided_at=pause.begun_at,
        erased_on=pause.erased_on,
        has_appeal=decision is not None,
    )
    mail = mails.account_paused(words, terms, to=to.email, name=to.name, link=link)
    await room.sender.send(mail)


async def on_account_thawed(room: Mailroom, job: Job[AccountThawed]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    if to.account.state not in SIGNS_IN:
        return
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(SIGN_IN)
    await room.sender.send(mails.account_unpaused(words, to=to.email, name=to.name, link=link))


async def on_new_device_signed_in(room: Mailroom, job: Job[NewDeviceSignedIn]) -> None:
    opened, to = await room.db.read(get_device, job.fact.session_id)
    await room.sender.send(
        mails.new_device(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            device=opened.device,
            signed_in_at=opened.created_at,
            link=room.urls.absolute(DEVICES),
        )
    )


async def on_password_changed(room: Mailroom, job: Job[PasswordChanged]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(DEVICES)
    await room.sender.send(mails.password_changed(words, to=to.email, name=to.name, link=link))


async def on_email_change_requested(room: Mailroom, job: Job[EmailChangeRequested]) -> None:
    """The link, to the new address."""
    link, to = await room.db.read(get_link, job.fact.link_id)
    if not _works(link):
        return
    await room.sender.send(
        mails.change_email_new(
            room.words(job, to.place, to.language),
            to=link.email,
            handle=to.handle,
            link=room.urls.absolute(CHANGE, token=link_token(room.secret, link.id)),
            valid_until=link.expires_at,
        )
    )


async def on_email_change_announced(room: Mailroom, job: Job[EmailChangeRequested]) -> None:
    """The notice, to the address so far."""
    link, to = await room.db.read(get_link, job.fact.link_id)
    if not _works(link):
        return
    await room.sender.send(
        mails.change_email_old(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            new_email=link.email,
            link=room.urls.absolute(DEVICES),
        )
    )


async def on_email_changed(room: Mailroom, job: Job[EmailChanged]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    words = room.words(job, to.place, to.language)
    await room.sender.send(
        mails.email_changed(words, to=job.fact.old_email, name=to.name, new_email=to.email)
    )


async def on_erasure_planned(room: Mailroom, job: Job[ErasurePlanned]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    erased_at = to.account.leaving_at
    if erased_at is None:
        return
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(STAY)
    await room.sender.send(
        mails.erasure_planned(words, to=to.email, name=to.name, erased_at=erased_at, link=link)
    )


async def on_account_erased(room: Mailroom, job: Job[AccountErased]) -> None:
    place = await room.db.read(get_instance_view)
    words = room.words(job, place, job.fact.language)
    await room.sender.send(mails.erasure_done(words, to=job.fact.email))


async def on_inactivity_noticed(room: Mailroom, job: Job[InactivityNoticed]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    if not to.account.inactive_warnings:
        return
    await room.sender.send(
        mails.inactive_warning(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            erased_on=date.fromisoformat(job.fact.erased_on),
            link=room.urls.absolute(SIGN_IN),
        )
    )


async def run_handler(handler: Handler[F], room: Mailroom, job: Job[F]) -> None:
    """Whoever or whatever the mail was about may be gone by now."""
    try:
        await handler(room, job)
    except NotFound as gone:
        raise GiveUp(f"what it was about is gone: {gone.code}") from gone


def _works(link: EmailLink) -> bool:
    return link.used_at is None and clock.now() < link.expires_at


def _minutes(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() / 60)
