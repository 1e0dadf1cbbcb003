"""Who may come to the desk; for everybody else there is nothing to see."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from fedparents.accounts.policy import require_administrator, require_moderator
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from web.visit import viewer_of

_LONGEST_ID: Final = 19  # digits; Python refuses to read thousands of them


def administrator_of(request: Request) -> Viewer:
    """Raises NotFound, also for visitors: a page to sign in would say that there is a desk."""
    viewer = _viewer(request)
    require_administrator(viewer.role)
    return viewer


def moderator_of(request: Request) -> Viewer:
    """Raises NotFound for whoever is neither moderator nor administrator."""
    viewer = _viewer(request)
    require_moderator(viewer.role)
    return viewer


def read_number(text: str) -> int:
    """An id from a query; raises NotFound for what can be none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    if not is_number or int(text) >= 1 << 63:
        raise NotFound
    return int(text)


def _viewer(request: Request) -> Viewer:
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound
    return viewer
