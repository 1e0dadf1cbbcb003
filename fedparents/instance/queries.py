"""Reading the place's options and its legal pages."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents.authority import Authority, require_administrator
from fedparents.db import HotStatement, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.instance.models import NEEDED_TO_OPEN, THE_ONE, Instance, LegalKind, LegalPage

GAP = "[…"
"""How the templates mark what the association has to fill in; a page with a gap is not ready."""


_page = table_of(LegalPage)
_newer = _page.alias("newer")
_instance = table_of(Instance)

# The newest version in each language, those in the place's own language first: the front page asks
# with every visit. The words themselves, up to 40 KB each, stay in the database.
FIND_NEEDED_PAGES = HotStatement(
    sa.select(
        _page.c.kind,
        sa.or_(_page.c.body.contains(GAP), sa.func.trim(_page.c.body) == "").label("gap"),
    )
    .join_from(_page, _instance, _instance.c.id == THE_ONE)
    .where(
        is_one_of(_page.c.kind, NEEDED_TO_OPEN),
        ~sa.exists().where(
            _newer.c.kind == _page.c.kind,
            _newer.c.language == _page.c.language,
            _newer.c.id > _page.c.id,
        ),
    )
    .order_by((_page.c.language == _instance.c.language).desc(), _page.c.id.desc())
)


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
    session: Session, kind: LegalKind, language: str, *, by: Authority, limit: int = 50
) -> list[LegalPage]:
    """What a page said in this language, the newest first; for administrators, else NotFound."""
    require_administrator(by)
    versions = select(LegalPage).where(LegalPage.kind == kind, LegalPage.language == language)
    return list(session.exec(versions.order_by(col(LegalPage.id).desc()).limit(limit)))


def list_missing_pages(session: Session) -> list[LegalKind]:
    """The pages that still keep sign-ups closed: not written, or with gaps."""
    has_gap: dict[str, bool] = {}
    for kind, gap in FIND_NEEDED_PAGES.rows(session.connection()):
        has_gap.setdefault(kind, bool(gap))
    return [kind for kind in NEEDED_TO_OPEN if has_gap.get(kind, True)]
