"""Who may come to the desk; for everybody else there is nothing to see."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from fedparents import clock
from fedparents.accounts.policy import factor_due_at, needs_factor
from fedparents.accounts.sessions import Viewer
from fedparents.authority import require_administrator, require_moderator
from fedparents.errors import NotFound
from web.routing import FactorFirst
from web.visit import instance_of, viewer_of


def administrator_of(request: Request) -> Viewer:
    """Raises NotFound, also for visitors: a page to sign in would say that there is a desk.

    Raises FactorFirst for those who may come, and need a second factor and have none.
    """
    viewer = _viewer(request)
    require_administrator(viewer)
    _require_factor(request, viewer)
    return viewer


def moderator_of(request: Request) -> Viewer:
    """Raises NotFound for whoever is neither moderator nor administrator, and FactorFirst as
    above."""
    viewer = _viewer(request)
    require_moderator(viewer)
    _require_factor(request, viewer)
    return viewer


def find_factor_deadline(request: Request, viewer: Viewer) -> datetime | None:
    """By when the viewer has to have the second factor that they lack; None for no hurry."""
    return None if viewer.has_factor else factor_due_at(viewer.role, instance_of(request))


def _require_factor(request: Request, viewer: Viewer) -> None:
    if viewer.has_factor:
        return
    if needs_factor(viewer.role, instance_of(request), now=clock.now()):
        raise FactorFirst


def _viewer(request: Request) -> Viewer:
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound
    return viewer
