"""What is written to somebody when something has happened to their second factor: always at once,
because it protects the account."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

from fedparents.accounts.facts import (
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorChanged,
    SecondFactorGuessed,
    SecondFactorReset,
    SecondFactorTurnedOff,
    SecondFactorTurnedOn,
)
from fedparents.accounts.second_factor import ResetReason
from fedparents.db import Fact
from fedparents.jobs import Job, JobKind
from web.mail import factor_mails
from web.mail.addressees import get_addressee
from web.mail.handlers import DEVICES, Handler, run_handler
from web.mail.mailroom import Mailroom
from web.mail.message import Mail

F = TypeVar("F", bound=Fact)
OwnersFact: TypeAlias = (
    SecondFactorTurnedOn | SecondFactorChanged | SecondFactorTurnedOff | RecoveryCodesRenewed
)

FACTOR: Final = "second_factor"
PASSWORD: Final = "new_password"  # noqa: S105 - the name of a route


def factor_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    def kind(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room))

    def tell(write: Callable[..., Mail], there: str) -> Handler[OwnersFact]:
        return partial(tell_owner, write, there)

    return (
        kind("mail.factor_on", SecondFactorTurnedOn, tell(factor_mails.factor_on, DEVICES)),
        kind("mail.factor_off", SecondFactorTurnedOff, tell(factor_mails.factor_off, FACTOR)),
        kind(
            "mail.factor_changed", SecondFactorChanged, tell(factor_mails.factor_changed, DEVICES)
        ),
        kind(
            "mail.recovery_codes_renewed",
            RecoveryCodesRenewed,
            tell(factor_mails.recovery_codes_renewed, DEVICES),
        ),
        kind("mail.factor_reset", SecondFactorReset, on_second_factor_reset),
        kind("mail.recovery_code_used", RecoveryCodeUsed, on_recovery_code_used),
        kind("mail.factor_guessed", SecondFactorGuessed, on_second_factor_guessed),
    )


async def tell_owner(
    write: Callable[..., Mail], there: str, room: Mailroom, job: Job[OwnersFact]
) -> None:
    """A mail that says only what has happened, and leads to where it can be looked at."""
    to = await room.db.read(get_addressee, job.fact.account_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(there)
    await room.sender.send(write(words, to=to.email, name=to.name, link=link))


async def on_second_factor_reset(room: Mailroom, job: Job[SecondFactorReset]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    await room.sender.send(
        factor_mails.factor_reset(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            reason=ResetReason(job.fact.reason),
            link=room.urls.absolute(FACTOR),
        )
    )


async def on_recovery_code_used(room: Mailroom, job: Job[RecoveryCodeUsed]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    await room.sender.send(
        factor_mails.recovery_code_used(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            left=job.fact.left,
            link=room.urls.absolute(FACTOR),
        )
    )


async def on_second_factor_guessed(room: Mailroom, job: Job[SecondFactorGuessed]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    has_password = to.account.password_hash is not None
    await room.sender.send(
        factor_mails.factor_guessed(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            has_password=has_password,
            link=room.urls.absolute(PASSWORD if has_password else DEVICES),
        )
    )
