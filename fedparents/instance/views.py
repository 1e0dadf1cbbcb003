"""The place as every page needs it: one hot statement, and a value without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from fedparents.db import HotStatement, table_of
from fedparents.errors import NotFound
from fedparents.instance.models import THE_ONE, FederationMode, Instance, Registrations

_instance = table_of(Instance)


@dataclass(frozen=True, slots=True)
class InstanceView:
    """What the association has decided, read-only."""

    domain: str
    name: str
    """What the association calls itself; the domain until it has said."""
    tagline: str = ""
    language: str = "fr"
    timezone: str = "Europe/Paris"
    contact_email: str = ""
    registrations: Registrations = Registrations.CLOSED
    asks_reason: bool = True
    minimum_age: int = 18
    approvals_a_day: int = 10
    waiting_at_most: int = 20
    federation_mode: FederationMode = FederationMode.ISLAND
    set_up_at: datetime | None = None
    moderators_factor_due_at: datetime | None = None
    answers_signed_only: bool = False

    @property
    def is_set_up(self) -> bool:
        return self.set_up_at is not None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


FIND_INSTANCE = HotStatement(
    sa.select(
        _instance.c.domain,
        _instance.c.name,
        _instance.c.tagline,
        _instance.c.language,
        _instance.c.timezone,
        _instance.c.contact_email,
        _instance.c.registrations,
        _instance.c.asks_reason,
        _instance.c.minimum_age,
        _instance.c.federation_mode,
        _instance.c.set_up_at,
        _instance.c.approvals_a_day,
        _instance.c.waiting_at_most,
        _instance.c.moderators_factor_due_at,
        _instance.c.answers_signed_only,
    ).where(_instance.c.id == sa.literal_column(str(THE_ONE)))
)


_FIND_MODE = HotStatement(
    sa.select(_instance.c.federation_mode).where(_instance.c.id == sa.literal_column(str(THE_ONE)))
)


def get_federation_mode(session: Session) -> FederationMode:
    """Whom the place talks to; raises NotFound before `found_instance` has run."""
    rows = _FIND_MODE.rows(session.connection())
    if not rows:
        raise NotFound("instance_not_founded")
    return FederationMode(rows[0][0])


def get_instance_view(session: Session) -> InstanceView:
    """The place; raises NotFound before `found_instance` has run."""
    rows = FIND_INSTANCE.rows(session.connection())
    if not rows:
        raise NotFound("instance_not_founded")
    return _view(rows[0])


def _view(row: tuple[Any, ...]) -> InstanceView:
    return InstanceView(
        domain=row[0],
        name=row[1] or row[0],
        tagline=row[2],
        language=row[3],
        timezone=row[4],
        contact_email=row[5],
        registrations=Registrations(row[6]),
        asks_reason=bool(row[7]),
        minimum_age=row[8],
        federation_mode=FederationMode(row[9]),
        set_up_at=row[10],
        approvals_a_day=row[11],
        waiting_at_most=row[12],
        moderators_factor_due_at=row[13],
        answers_signed_only=bool(row[14]),
    )
