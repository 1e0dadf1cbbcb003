"""Where mails are handed over, as the settings say it in one URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from fedparents.settings import is_local_name


class MailNotSent(Exception):
    """A mail could not leave and somebody has to look; the text says at what."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our mails to everybody."""

    host: str
    port: int | None
    tls_from_start: bool
    tls_required: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Relay:
        """The relay of a smtp://, smtps:// or smtp+starttls:// URL, percent-signs decoded."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port,
            tls_from_start=parts.scheme == "smtps",
            tls_required=parts.scheme == "smtp+starttls",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def is_on_this_machine(self) -> bool:
        return is_local_name(self.host)

    @property
    def proves_itself(self) -> bool:
        """Whether its certificate has to be good.

        A relay on this machine that is used with smtp:// offers STARTTLS with a certificate that it
        made itself (Debian's Postfix does), and there is no wire on which to be overheard.
        """
        return self.tls_from_start or self.tls_required or not self.is_on_this_machine
