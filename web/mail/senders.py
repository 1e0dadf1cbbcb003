"""How mails leave: by a relay, into a folder while developing, or not until somebody says how."""

from __future__ import annotations

import ssl
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fedparents import clock
from fedparents.jobs import GiveUp
from fedparents.settings import Settings
from web.mail.folder import FolderSender
from web.mail.message import BadAddress, Mail, compose
from web.mail.relay import MailNotSent, Relay

TIMEOUT_SECONDS = 20.0


class Sender(Protocol):
    """Sends one mail, or raises: GiveUp never again, TryLater again, anything else is a fault."""

    async def send(self, mail: Mail) -> None: ...


class SMTPSender:
    """Sends through a relay."""

    def __init__(
        self,
        relay: Relay,
        *,
        greeting: str = "localhost",
        ca_file: Path | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._relay = relay
        self._greeting = greeting
        self._ca_file = ca_file
        self._timeout = timeout

    async def send(self, mail: Mail) -> None:
        """Raises GiveUp, TryLater or MailNotSent, never with an address in the text."""
        # Loaded late: a start should not wait for a library that the first mail needs.
        from web.mail.smtp import Line, hand_over

        try:
            message = compose(mail)
        except BadAddress as reason:
            raise GiveUp(str(reason)) from None
        line = Line(self._greeting, self._timeout, self._tls)
        await hand_over(message, self._relay, line, waiting=clock.now() - mail.written_at)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._ca_file)
        if not self._relay.proves_itself:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class NoSender:
    """Production without a relay: every mail stays a job that fails, where it is seen."""

    async def send(self, mail: Mail) -> None:
        raise MailNotSent(
            "no mail relay is set: fill in FEDPARENTS_SMTP_URL,"
            " for example smtps://user:password@mail.example.org:465, and start again"
        )


def sender_for(settings: Settings) -> Sender:
    """The sender that the settings ask for."""
    if settings.smtp_url is not None:
        return SMTPSender(
            Relay.of(settings.smtp_url.get_secret_value()),
            greeting=settings.domain.partition(":")[0],
            ca_file=settings.ca_file,
        )
    if settings.is_development:
        return FolderSender(settings.data_dir / "mail")
    return NoSender()
