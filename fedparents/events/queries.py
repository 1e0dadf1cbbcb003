"""Reading what stands in the agenda, for whoever may see its post."""

from __future__ import annotations

from sqlmodel import Session, col, select

from fedparents.errors import NotFound
from fedparents.events.details import Details
from fedparents.events.models import (
    Band,
    CountedIn,
    Event,
    EventKind,
    Facility,
    Occurrence,
    Whom,
)


def find_first(session: Session, post_id: int) -> tuple[Event, Occurrence] | None:
    """What a post invites to, and the first time at which it is. Whether its reader may see the
    post is for the caller to have asked."""
    statement = (
        select(Event, Occurrence)
        .join(Occurrence, col(Occurrence.event_id) == col(Event.post_id))
        .where(Event.post_id == post_id)
        .order_by(col(Occurrence.starts_at))
        .limit(1)
    )
    return session.exec(statement).first()


def get_first(session: Session, post_id: int) -> tuple[Event, Occurrence]:
    """The same; raises NotFound for a post that invites to nothing."""
    found = find_first(session, post_id)
    if found is None:
        raise NotFound("post_not_found")
    return found


def details_of(event: Event, occurrence: Occurrence, *, is_exact: bool) -> Details:
    """What is said of it at one of its times; `is_exact` for those alone who may know where."""
    return Details(
        title=event.title,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at if occurrence.shows_end else None,
        time_zone=event.time_zone,
        place=event.place,
        exact_place=event.exact_place if is_exact else "",
        description=event.description,
        kind=EventKind(event.kind),
        whom=Whom(event.whom),
        bands=frozenset(map(Band, event.bands.split())),
        facilities=frozenset(map(Facility, event.facilities.split())),
        price_note=event.price_note,
        capacity=event.capacity,
        counted_in=CountedIn(event.counted_in),
    )
