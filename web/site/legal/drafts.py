"""The first version of each legal page: a template in the language of the place, filled in with
what is known, with a gap wherever only the association can answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from fedparents.instance.models import Instance, LegalKind
from web.i18n import N_, gettext
from web.site.legal.gaps import as_text, gap

_FOLDER: Final = Path(__file__).parent / "texts"
_MISSING_CONTACT: Final = {
    "fr": "adresse e-mail de contact",
    "en": "e-mail address for questions",
    "th": "อีเมลสำหรับติดต่อ",
}
TITLES: Final[Mapping[LegalKind, str]] = {
    LegalKind.LEGAL_NOTICE: N_("Legal notice"),
    LegalKind.PRIVACY: N_("Privacy"),
    LegalKind.CONTACT: N_("Contact"),
    LegalKind.RULES: N_("House rules"),
    LegalKind.ACCESSIBILITY: N_("Accessibility"),
}


def title_of(kind: LegalKind) -> str:
    return gettext(TITLES[kind])


def draft_of(kind: LegalKind, language: str, place: Instance, base_url: str) -> str:
    """Markdown in one of our languages."""
    return _template(kind, language).format(
        name=as_text(place.name),
        address=base_url,
        contact_email=(
            f"<{place.contact_email}>" if place.contact_email else gap(_MISSING_CONTACT[language])
        ),
    )


@cache
def _template(kind: LegalKind, language: str) -> str:
    return (_FOLDER / language / f"{kind.value}.md").read_text(encoding="utf-8")
