"""The first page of those who are signed in; everybody else sees the front page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

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
from fedparents.moderation.queues import Waiting, list_waiting
from web.routing import Page
from web.site.about.routes import front_page
from web.site.page import render
from web.visit import runtime_of, viewer_of

_GROUPS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand for somebody who comes home."""

    waiting: int
    """People whom the viewer may let in."""
    members: int
    steps: FirstSteps
    my_turn: list[Waiting]
    """Groups in which something waits for the viewer."""
    proposed: int
    """Groups that wait for the word of a moderator of the place."""
    groups: list[GroupCard]


async def home(request: Request) -> Response:
    viewer = viewer_of(request)
    if viewer is None:
        return await front_page(request)
    present = await runtime_of(request).db.read(_look_round, viewer)
    return render(request, "home/home.html", {"present": present})


def _look_round(session: Session, viewer: Viewer) -> Present:
    return Present(
        waiting=count_waiting(session) if viewer.is_moderator else 0,
        members=count_active(session),
        steps=find_first_steps(session, viewer),
        my_turn=list_waiting(session, viewer),
        proposed=count_proposed(session) if viewer.is_moderator else 0,
        groups=list_own_groups(session, viewer, limit=_GROUPS_SHOWN),
    )


routes = [Page("/", home, name="home")]
