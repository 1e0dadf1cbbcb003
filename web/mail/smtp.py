"""Hands a message to a relay over SMTP, and tells what can be tried again from what cannot."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import aiosmtplib

from fedparents.jobs import GiveUp, TryLater
from web.mail.relay import MailNotSent, Relay

PATIENCE = timedelta(days=3)
"""How long a mail waits for a relay that is away before somebody has to look."""
_SHORTEST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
_GOODBYE_SECONDS = 2.0
_PERMANENT = range(500, 600)
_ADDRESS = re.compile(r"\S+@\S+")
_ANSWER_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Line:
    """How we talk on a connection: with whose name, how long at most, trusting whom."""

    greeting: str
    timeout: float
    tls: ssl.SSLContext


async def hand_over(message: EmailMessage, relay: Relay, line: Line, *, waiting: timedelta) -> None:
    """Send one message that has waited so long; raises GiveUp, TryLater or MailNotSent."""
    try:
        await _hand_over(message, relay, line)
    except (OSError, aiosmtplib.SMTPException) as error:
        raise _verdict(error, waiting) from error


async def _hand_over(message: EmailMessage, relay: Relay, line: Line) -> None:
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=line.greeting,
        timeout=line.timeout,
        use_tls=relay.tls_from_start,
        start_tls=_start_tls(relay),
        tls_context=line.tls,
    )
    try:
        # The limit of the library holds for each command; this one for all of them.
        async with asyncio.timeout(line.timeout):
            await client.connect()
            await _sign_in(client, relay)
            await client.send_message(message)
        # The mail has been taken: whatever happens now must not send it again.
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=_GOODBYE_SECONDS)
    finally:
        client.close()


def _verdict(error: OSError | aiosmtplib.SMTPException, waiting: timedelta) -> Exception:
    """What to raise about a message that did not leave: never again, later, or a fault."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return _on_recipient(error.recipients[0], waiting)
        case aiosmtplib.SMTPNotSupported():
            return GiveUp("the relay cannot carry addresses with letters beyond ASCII")
        case aiosmtplib.SMTPResponseException():
            return _on_answer(error, waiting)
    return _on_connection(error, waiting)


def _start_tls(relay: Relay) -> bool | None:
    if relay.tls_from_start:
        return False
    return True if relay.tls_required else None  # None: when it is offered


async def _sign_in(client: aiosmtplib.SMTP, relay: Relay) -> None:
    if not relay.user:
        return
    is_private = client.get_transport_info("sslcontext") is not None
    if not (is_private or relay.is_on_this_machine):
        raise MailNotSent(
            "the mail relay offers no encryption, so the password in FEDPARENTS_SMTP_URL was"
            " not sent; use smtps:// or smtp+starttls://"
        )
    await client.login(relay.user, relay.password)


def _on_recipient(refusal: aiosmtplib.SMTPRecipientRefused, waiting: timedelta) -> Exception:
    if refusal.code in _PERMANENT:
        return GiveUp(f"the relay refuses the recipient: {_answer(refusal)}")
    return _later(waiting, f"the relay asks to wait: {_answer(refusal)}")


def _on_answer(error: aiosmtplib.SMTPResponseException, waiting: timedelta) -> Exception:
    if error.code not in _PERMANENT:
        return _later(waiting, f"the relay asks to wait: {_answer(error)}")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return MailNotSent(
            f"the relay refuses the name or password in FEDPARENTS_SMTP_URL: {_answer(error)}"
        )
    return MailNotSent(f"the relay refuses the mail: {_answer(error)}")


def _on_connection(error: Exception, waiting: timedelta) -> Exception:
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return MailNotSent("no secure connection to the mail relay: its certificate is not trusted")
    if isinstance(error, OSError):  # connection errors and time-outs, the library's own included
        return _later(waiting, "the mail relay does not answer")
    return MailNotSent(f"the mail relay does not offer what FEDPARENTS_SMTP_URL asks for: {error}")


def _later(waiting: timedelta, reason: str) -> Exception:
    """Each pause is as long as the mail has waited already, within bounds; then it is enough."""
    if waiting > PATIENCE:
        return MailNotSent(f"for {PATIENCE.days} days: {reason}")
    return TryLater(min(max(waiting, _SHORTEST_PAUSE), _LONGEST_PAUSE), reason)


def _answer(error: aiosmtplib.SMTPResponseException) -> str:
    """The relay's words without the addresses in them, because they go into the log."""
    return f"{error.code} {_ADDRESS.sub('…', ' '.join(error.message.split()))[:_ANSWER_LENGTH]}"
