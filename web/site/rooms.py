"""The ways from every page: rooms for those who are signed in, a door for the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fedparents.accounts.sessions import Viewer
from web.i18n import N_, gettext
from web.visit import Visit


@dataclass(frozen=True, slots=True)
class Room:
    """One entry; it shows only where its route exists."""

    route: str
    label: str
    icon: str
    is_for: Callable[[Viewer], bool] = lambda viewer: True
    stands_out: bool = False
    news: Callable[[Visit], bool] | None = None
    """Whether something new waits there; None where nothing can."""


ROOMS: Final = (
    Room("home", N_("Home"), "house"),
    Room("groups", N_("Groups"), "users"),
    Room("write", N_("Write"), "plus", stands_out=True),
    Room("messages", N_("Messages"), "message-circle", news=lambda visit: visit.has_letters),
    Room("account", N_("Me"), "user-round"),
)
"""At most five fit on a phone."""
_SWAPS: Final = Room("swaps", N_("Swaps"), "gift")
_SEARCH: Final = Room("search", N_("Search"), "search")
_DESK: Final = Room("admin", N_("Manage"), "shield", lambda viewer: viewer.is_moderator)

Link = dict[str, object]


def rooms_for(visit: Visit) -> list[Link]:
    """The rooms that this viewer may enter; none for strangers."""
    viewer = visit.viewer
    if viewer is None:
        return []
    urls = visit.runtime.urls
    return [
        _link(visit, room)
        | {"stands_out": room.stands_out, "news": room.news(visit) if room.news else None}
        for room in ROOMS
        if room.route in urls and room.is_for(viewer)
    ]


def bar_links_for(visit: Visit) -> list[Link]:
    """What stands in the bar on top: the way in for those who are not signed in; for the others
    what is asked for and offered, the search, and the desk for those who look after the place."""
    if visit.viewer is not None:
        beside = (_SWAPS, _SEARCH, _DESK)
        return [_link(visit, room) for room in beside if room.is_for(visit.viewer)]
    if "sign_in" not in visit.runtime.urls:
        return []
    return [_link(visit, Room("sign_in", N_("Sign in"), "log-in"))]


def _link(visit: Visit, room: Room) -> Link:
    there, path = visit.runtime.urls.path(room.route), visit.scope["path"]
    return {
        "label": gettext(room.label),
        "url": there,
        "icon": room.icon,
        "current": _is_inside(path, there),
    }


def _is_inside(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))
