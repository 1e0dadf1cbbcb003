"""The front page for visitors; whoever is signed in has a home instead."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.policy import Gate, needs_approval, sign_up_gate
from fedparents.instance.views import InstanceView
from web.site.page import render
from web.visit import instance_of, runtime_of


@dataclass(frozen=True, slots=True)
class Welcome:
    """How a visitor finds the door."""

    gate: Gate
    needs_approval: bool
    minimum_age: int


async def front_page(request: Request) -> Response:
    welcome = await runtime_of(request).db.read(_read_welcome, instance_of(request))
    return render(request, "about/front.html", {"welcome": welcome})


def _read_welcome(session: Session, place: InstanceView) -> Welcome:
    return Welcome(
        gate=sign_up_gate(session, place, None, now=clock.now()),
        needs_approval=needs_approval(place, None),
        minimum_age=place.minimum_age,
    )
