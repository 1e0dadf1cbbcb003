"""The legal pages as their authors see them: the newest text, or a draft where there is none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from fedparents.authority import Authority
from fedparents.db import UnitOfWork
from fedparents.instance.models import LegalKind
from fedparents.instance.queries import find_legal_page, get_instance
from fedparents.instance.service import write_legal_page
from web.site.legal.drafts import draft_of
from web.site.legal.gaps import fill_gaps


def read_text(session: Session, kind: LegalKind, language: str, base_url: str) -> str:
    """What an editor begins with."""
    page = find_legal_page(session, kind, language)
    if page is not None and page.language == language:
        return page.body
    return draft_of(kind, language, get_instance(session), base_url)


def read_texts(session: Session, base_url: str) -> dict[LegalKind, str]:
    """All pages in the language of the place."""
    language = get_instance(session).language
    return {kind: read_text(session, kind, language, base_url) for kind in LegalKind}


def complete_texts(
    uow: UnitOfWork, answers: Mapping[str, str], base_url: str, *, by: Authority
) -> None:
    """Fill gaps with these answers, and store each page that is new or changed by it."""
    language = get_instance(uow.session).language
    for kind, text in read_texts(uow.session, base_url).items():
        filled = fill_gaps(text, answers)
        page = find_legal_page(uow.session, kind, language)
        if page is None or page.language != language or page.body != filled:
            write_legal_page(uow, kind, language, filled, by=by)
