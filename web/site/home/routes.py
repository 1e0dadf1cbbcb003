"""The first page of those who are signed in; everybody else sees the front page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.trust import name_twins
from fedparents import clock
from fedparents.accounts.queries import (
    FirstSteps,
    count_active,
    count_waiting,
    find_first_steps,
)
from fedparents.accounts.sessions import Viewer
from fedparents.groups.cards import (
    GroupCard,
    count_proposed,
    list_own_groups,
)
from fedparents.moderation.queues import ForPlace, Waiting, count_for_place, list_waiting
from fedparents.timelines.queries import NOTHING, Feed, list_home, list_unanswered
from web.routing import Page, start_in_query
from web.site.about.routes import front_page
from web.site.page import render
from web.site.posts.words import kind_of
from web.visit import runtime_of, viewer_of

_GROUPS_SHOWN: Final = 5
_NEW_FOR: Final = timedelta(days=14)
"""So long the page says that a town has become our twin: most people come by once in it."""


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand for somebody who comes home."""

    waiting: int
    """People whom the viewer may let in."""
    members: int
    """Of the place; counted only where the page ends, which says it."""
    steps: FirstSteps
    my_turn: list[Waiting]
    """Groups in which something waits for the viewer."""
    for_place: ForPlace
    """Reports and notices that wait for a moderator of the place."""
    proposed: int
    """Groups that wait for the word of a moderator of the place."""
    groups: list[GroupCard]
    unanswered: Feed
    """Asks that wait for somebody."""
    feed: Feed
    """What is new where the viewer is."""
    twins: list[str]
    """Towns that have become our twins lately."""
    is_first: bool
    """Whether this is the newest page of it."""

    @property
    def has_turn(self) -> bool:
        return bool(self.waiting or self.my_turn or self.proposed or self.for_place.all)


async def home(request: Request) -> Response:
    viewer = viewer_of(request)
    if viewer is None:
        return await front_page(request)
    before = start_in_query(request, "before")
    present = await runtime_of(request).db.read(_look_round, viewer, before)
    context = {"present": present, "kind_of": kind_of}
    return render(request, "home/home.html", context)


def _look_round(session: Session, viewer: Viewer, before: int | None) -> Present:
    moderates = viewer.is_moderator and before is None
    feed = list_home(session, viewer, before=before)
    return Present(
        waiting=count_waiting(session) if moderates else 0,
        members=count_active(session) if not feed.older else 0,
        steps=find_first_steps(session, viewer),
        my_turn=list_waiting(session, viewer) if before is None else [],
        for_place=count_for_place(session, viewer) if moderates else ForPlace(),
        proposed=count_proposed(session) if moderates else 0,
        groups=list_own_groups(session, viewer, limit=_GROUPS_SHOWN),
        unanswered=list_unanswered(session, viewer) if before is None else NOTHING,
        feed=feed,
        twins=name_twins(session, since=clock.now() - _NEW_FOR) if before is None else [],
        is_first=before is None,
    )


routes = [Page("/", home, name="home")]
