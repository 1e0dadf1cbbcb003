"""Every mail that the ground floor sends, each as one function of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from fedparents.accounts.models import AccountState
from web.mail.message import Mail
from web.mail.words import Words


@dataclass(frozen=True, slots=True)
class Door:
    """One account of a mailbox, and the way into it."""

    name: str
    handle: str
    link: str
    code: str


def confirm_email(
    words: Words,
    *,
    to: str,
    handle: str,
    link: str,
    valid_until: datetime,
    is_decided: bool,
    others: Sequence[str] = (),
) -> Mail:
    """To somebody who signed up. `is_decided`: nobody has to let them in after this.

    `others` are the handles of accounts that this mailbox has already.
    """
    return words.letter(
        "confirm_email",
        to,
        handle=handle,
        link=link,
        valid_until=valid_until,
        is_decided=is_decided,
        others=[f"@{handle}" for handle in others],
    )


def sign_in(words: Words, *, to: str, doors: Sequence[Door], minutes: int) -> Mail:
    """The magic link, or one for each account of the mailbox; valid for so many minutes."""
    return words.letter("sign_in", to, doors=doors, minutes=minutes)


def sign_in_unknown(
    words: Words, *, to: str, standing: AccountState | None, join_link: str
) -> Mail:
    """To an address with which nobody can sign in: no account (None), or one of this standing."""
    return words.letter("sign_in_unknown", to, to=to, standing=standing, join_link=join_link)


def account_approved(words: Words, *, to: str, name: str, link: str) -> Mail:
    """The one word of welcome."""
    return words.letter("account_approved", to, name=name, link=link)


def account_declined(words: Words, *, to: str, name: str, reason: str) -> Mail:
    """What the moderators decided, and why if they said so."""
    return words.letter("account_declined", to, name=name, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseTerms:
    """Why an account is paused, and what follows."""

    reason: str
    ground: str = ""
    """The rule or the law; none where the operator paused it."""
    decided_at: datetime
    erased_on: date
    has_appeal: bool = False
    """Whether the link leads to the decision, on whose page one objects."""


def account_paused(words: Words, terms: PauseTerms, *, to: str, name: str, link: str) -> Mail:
    """What was decided, by whom, why, for how long, and how to object; `link` leads to where."""
    return words.letter("account_paused", to, name=name, link=link, **asdict(terms))


def account_unpaused(words: Words, *, to: str, name: str, link: str) -> Mail:
    """The pause is over; `link` leads to signing in."""
    return words.letter("account_unpaused", to, name=name, link=link)


def new_sign_up(words: Words, *, to: str, count: int, link: str) -> Mail:
    """To a moderator: how many wait now. No names, because mail travels far."""
    return words.letter("new_sign_up", to, count=count, link=link)


def new_device(
    words: Words, *, to: str, name: str, device: str, signed_in_at: datetime, link: str
) -> Mail:
    """To the owner of an account that was used in a new browser; `link` leads to the devices."""
    return words.letter(
        "new_device", to, name=name, device=device, signed_in_at=signed_in_at, link=link
    )


def password_changed(words: Words, *, to: str, name: str, link: str) -> Mail:
    """To the owner; `link` leads to the devices."""
    return words.letter("password_changed", to, name=name, link=link)


def change_email_new(
    words: Words, *, to: str, handle: str, link: str, valid_until: datetime
) -> Mail:
    """To the new address: only its owner can make it the account's."""
    return words.letter("change_email_new", to, handle=handle, link=link, valid_until=valid_until)


def change_email_old(words: Words, *, to: str, name: str, new_email: str, link: str) -> Mail:
    """To the address so far, when another one has been asked for; `link` leads to the devices."""
    return words.letter("change_email_old", to, name=name, new_email=_veiled(new_email), link=link)


def email_changed(words: Words, *, to: str, name: str, new_email: str) -> Mail:
    """To the address that it was, when another one has taken its place."""
    return words.letter("email_changed", to, name=name, new_email=_veiled(new_email))


def erasure_planned(words: Words, *, to: str, name: str, erased_at: datetime, link: str) -> Mail:
    """When the account will be gone, and the way back; `link` leads to where one can stay."""
    return words.letter("erasure_planned", to, name=name, erased_at=erased_at, link=link)


def erasure_done(words: Words, *, to: str) -> Mail:
    """The last one."""
    return words.letter("erasure_done", to)


def inactive_warning(words: Words, *, to: str, name: str, erased_on: date, link: str) -> Mail:
    """To somebody who has not come for almost two years; `link` leads to signing in."""
    return words.letter("inactive_warning", to, name=name, erased_on=erased_on, link=link)


def test_mail(words: Words, *, to: str) -> Mail:
    """What an administrator sends to see whether mail works."""
    return words.letter("test_mail", to, written_at=words.written_at)


def _veiled(address: str) -> str:
    """Enough for its owner to recognise; an old mailbox may be shared with somebody else by now."""
    local_part, _, domain = address.rpartition("@")
    return f"{local_part[:1]}…@{domain}"
