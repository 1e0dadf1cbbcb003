"""One mail as data, and as the message of RFC 5322 that leaves; knows nothing of who sends it."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime

from typing_extensions import override

from fedparents.text import clean_line

_HOST = re.compile(r"[a-z0-9.-]+|\[[a-z0-9.:]+\]", re.IGNORECASE)
_NOT_IN_LOCAL_PART = re.compile(r'[\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>()\[\]\\,:;@"]')
_NOT_IN_TOKEN = re.compile(r"[^\x21-\x3b\x3d\x3f-\x7e]")
_LONGEST_LOCAL_PART = 64  # octets, RFC 5321 section 4.5.3.1.1


class BadAddress(ValueError):
    """No mail can be sent to this; the address is not repeated, because the text is logged."""


class BadAuthor(Exception):
    """Mails cannot come from what the operator set; no mail may be lost over it."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name that its owner shows."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """What one person gets. The same job makes an equal one, however often it runs."""

    author: Mailbox
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    written_at: datetime
    """When the reason for it arose: its Date, and since when it waits if the relay is away."""
    list_unsubscribe: str | None = None
    reply_to: Mailbox | None = None


class _WholeLine(UnstructuredHeader, BaseHeader):
    """A header whose value has no spaces: the standard folding would encode a long address."""

    @override
    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def message_id(domain: str, *parts: object) -> str:
    """The Message-ID of a mail, always the same for the same parts (which job, for whom)."""
    host = domain.partition(":")[0]
    return f"<{'.'.join(map(str, parts))}@{host}>"


def compose(mail: Mail) -> EmailMessage:
    """The message with both parts, ready to leave; raises BadAddress and BadAuthor."""
    recipient = _address(Mailbox(mail.to))
    author = _author(mail.author)
    message = EmailMessage(policy=_policy(recipient, author))
    message["From"] = author
    message["To"] = recipient
    if mail.reply_to is not None:
        with contextlib.suppress(BadAddress):  # better a mail without it than no mail
            message["Reply-To"] = _address(mail.reply_to)
    message["Subject"] = _line(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{_token(mail.message_id.strip('<>'))}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.list_unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{_token(mail.list_unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_encodable(mail.text))
    message.add_alternative(_encodable(mail.html), subtype="html")
    # Last: making a message multipart moves every Content- header into its first part.
    message["Content-Language"] = _token(mail.language)
    message.set_boundary(_boundary(mail.message_id))
    return message


def _policy(*addresses: Address) -> EmailPolicy[EmailMessage]:
    """Bodies in seven bits; headers too, unless an address cannot be written in them."""
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _WholeLine)
    return EmailPolicy(
        linesep="\r\n",
        cte_type="7bit",
        utf8=not all(address.addr_spec.isascii() for address in addresses),
        header_factory=registry,
    )


def _address(mailbox: Mailbox) -> Address:
    """An address whose domain is in letters that every relay knows."""
    local_part, _, domain = mailbox.address.strip().rpartition("@")
    if not local_part or _NOT_IN_LOCAL_PART.search(local_part):
        raise BadAddress("the part before the @ cannot be an address")
    if len(local_part.encode()) > _LONGEST_LOCAL_PART:
        raise BadAddress("the part before the @ is too long")
    return Address(_line(mailbox.name), local_part, _ascii_domain(domain))


def _author(mailbox: Mailbox) -> Address:
    try:
        return _address(mailbox)
    except BadAddress as reason:
        raise BadAuthor(f"mails cannot come from FEDPARENTS_MAIL_FROM: {reason}") from reason


def _ascii_domain(domain: str) -> str:
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress("the part after the @ is not a domain") from None
    if not _HOST.fullmatch(host):
        raise BadAddress("the part after the @ is not a domain")
    return host


def _line(text: str) -> str:
    """Words for a header: one line, and nothing that reads like an encoded word.

    The standard library decodes `=?utf-8?q?=0A?=` in what it is given and then writes the line
    break: that is how a name would become a header.
    """
    return clean_line(_encodable(text).replace("\x00", "")).replace("=?", "= ?")


def _token(text: str) -> str:
    """What a header holds without spaces: an id, a language, an address on the web."""
    return _NOT_IN_TOKEN.sub("", text).replace("=?", "=%3F")  # as in _line


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _boundary(identity: str) -> str:
    # "=_" occurs neither in quoted-printable nor in base64, so no text can contain the boundary.
    return f"=_{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:32]}"
