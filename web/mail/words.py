"""What a mail is written with: the reader's language, the place that writes, and the templates.

A mail is one template. It is filled in twice, with the parts of `html/` and with those of `text/`,
so that both say the same.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fedparents.instance.views import InstanceView
from fedparents.settings import Settings
from web.i18n.formats import FILTERS
from web.i18n.reading import (
    Language,
    reading_in,
    translate,
    translate_in_context,
    translate_plural,
    translate_plural_in_context,
)
from web.mail.message import Mail, Mailbox, message_id

_TEMPLATES: Final = Path(__file__).parent / "templates"
_WIDTH: Final = 72
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_SIGNATURE: Final = "-- "
_HANGING: Final = {"- ": "  ", "* ": "  ", "> ": "> "}


@dataclass(frozen=True, slots=True)
class Words:
    """Writes the mails that one job sends in one language; web.mail.mails knows which there are."""

    language: Language
    place: InstanceView
    author: Mailbox
    home: str
    """The address of the place on the web, without a slash at the end."""
    cause: str
    """What made the mail necessary, such as a job: for the same cause it is the same mail."""
    written_at: datetime

    def letter(self, name: str, to: str, /, **values: object) -> Mail:
        """The mail of the template `name`, to one address."""
        values |= {"place": self.place, "language": self.language, "home": self.home}
        with reading_in(self.language, self.place.zone):
            module = _environment("text").get_template(f"{name}.jinja").make_module(values)
            html = _environment("html").get_template(f"{name}.jinja").render(values)
        return Mail(
            author=self.author,
            to=to,
            subject=str(getattr(module, "subject")),  # noqa: B009 - set by the template
            text=_as_lines(str(module)),
            html=html,
            message_id=message_id(self.place.domain, name.replace("_", "-"), self.cause),
            language=self.language.tag,
            written_at=self.written_at,
            reply_to=self._reply_to(),
        )

    def _reply_to(self) -> Mailbox | None:
        contact = self.place.contact_email
        return Mailbox(contact, self.place.name) if contact else None


def author_of(settings: Settings, place: InstanceView) -> Mailbox:
    """Who mails come from: what the settings say, else the place at its own domain."""
    name, address = parseaddr(settings.mail_from)
    if not address:
        address = f"noreply@{settings.domain.partition(':')[0]}"
    return Mailbox(address, name or place.name)


@cache
def _environment(kind: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / kind, _TEMPLATES / "mails"]),
        autoescape=kind == "html",  # noqa: S701 - the other kind is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        translate,
        translate_plural,
        newstyle=True,
        pgettext=translate_in_context,
        npgettext=translate_plural_in_context,
    )
    environment.filters.update(FILTERS)
    return environment


def _as_lines(text: str) -> str:
    """Lines that fit every window, broken at plain spaces alone: links stay whole, Thai words too,
    and a French question mark stays with its word."""
    lines = (_wrapped(line) for line in text.strip().splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)) + "\n"


def _wrapped(line: str) -> str:
    if line == _SIGNATURE:
        return line
    return textwrap.fill(
        line.strip(),
        _WIDTH,
        subsequent_indent=_HANGING.get(line[:2], ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
