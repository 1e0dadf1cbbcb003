"""Reading the place's options and its legal pages."""

from __future__ import annotations

from sqlmodel import Session, col, select

from fedparents.errors import NotFound
from fedparents.instance.models import NEEDED_TO_OPEN, THE_ONE, Instance, LegalKind, LegalPage

GAP = "[…"
"""How the templates mark what the association has to fill in; a page with a gap is not ready."""


def get_instance(session: Session) -> Instance:
    """The place; raises NotFound before `found_instance` has run."""
    instance = session.get(Instance, THE_ONE)
    if instance is None:
        raise NotFound("instance_not_founded")
    return instance


def find_legal_page(session: Session, kind: LegalKind, language: str) -> LegalPage | None:
    """The newest version in this language, else in any other."""
    newest = select(LegalPage).where(LegalPage.kind == kind).order_by(col(LegalPage.id).desc())
    in_language = session.exec(newest.where(LegalPage.language == language)).first()
    return in_language or session.exec(newest).first()


def list_legal_versions(
    session: Session, kind: LegalKind, language: str, *, limit: int = 50
) -> list[LegalPage]:
    """What a page said in this language, the newest first."""
    versions = select(LegalPage).where(LegalPage.kind == kind, LegalPage.language == language)
    return list(session.exec(versions.order_by(col(LegalPage.id).desc()).limit(limit)))


def list_missing_pages(session: Session) -> list[LegalKind]:
    """The pages that still keep sign-ups closed: not written, or with gaps."""
    instance = get_instance(session)

    def is_missing(kind: LegalKind) -> bool:
        page = find_legal_page(session, kind, instance.language)
        return page is None or not page.body.strip() or GAP in page.body

    return [kind for kind in NEEDED_TO_OPEN if is_missing(kind)]
