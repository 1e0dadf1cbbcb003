"""What the API tells of the place, read in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from fedparents.accounts.policy import Gate, needs_approval, sign_up_gate
from fedparents.accounts.queries import count_active, count_seen_since
from fedparents.instance.models import LegalKind, Registrations
from fedparents.instance.queries import find_legal_page, get_instance
from fedparents.instance.views import InstanceView, get_instance_view

_POINTS: Final = frozenset({"- ", "* "})
_MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The place and the few things about it that are counted or follow from its rules."""

    instance: InstanceView
    takes_sign_ups: bool
    needs_approval: bool
    takes_invited: bool
    has_privacy_page: bool
    accounts: int
    active_month: int
    rules: tuple[str, ...] = ()


def get_figures(session: Session, now: datetime) -> PlaceFigures:
    """Raises NotFound before the place has been founded."""
    row = get_instance(session)
    return PlaceFigures(
        instance=get_instance_view(session),
        takes_sign_ups=sign_up_gate(session, row, None, now=now) == Gate.OPEN,
        needs_approval=needs_approval(row, None),
        takes_invited=row.registrations != Registrations.CLOSED,
        has_privacy_page=find_legal_page(session, LegalKind.PRIVACY, row.language) is not None,
        accounts=count_active(session),
        active_month=count_seen_since(session, now - _MONTH),
        rules=list_rules(session, row.language),
    )


def list_rules(session: Session, language: str) -> tuple[str, ...]:
    """Each point of a list on the page of rules, as it was written."""
    page = find_legal_page(session, LegalKind.RULES, language)
    lines = (line.strip() for line in page.body.splitlines()) if page is not None else ()
    return tuple(line[2:].strip() for line in lines if line[:2] in _POINTS)
