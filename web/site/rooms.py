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


ROOMS: Final = (
    Room("home", N_("Home"), "house"),
    Room("groups", N_("Groups"), "users"),
    Room("invites", N_("Invite"), "user-plus"),
    Room("admin", N_("Manage"), "shield", lambda viewer: viewer.is_moderator),
    Room("account", N_("Me"), "user-round"),
)
"""At most five fit on a phone."""

Link = dict[str, object]


def rooms_for(visit: Visit) -> list[Link]:
    """The rooms that this viewer may enter; none for strangers."""
    viewer = visit.viewer
    if viewer is None:
        return []
    urls = visit.runtime.urls
    path: str = visit.scope["path"]
    return [
        {
            "label": gettext(room.label),
            "url": urls.path(room.route),
            "icon": room.icon,
            "current": _is_inside(path, urls.path(room.route)),
        }
        for room in ROOMS
        if room.route in urls and room.is_for(viewer)
    ]


def bar_links_for(visit: Visit) -> list[Link]:
    """What stands in the bar on top: the way in for those who are not signed in."""
    urls = visit.runtime.urls
    if visit.viewer is not None or "sign_in" not in urls:
        return []
    is_here = visit.scope["path"] == urls.path("sign_in")
    label = gettext("Sign in")
    return [{"label": label, "url": urls.path("sign_in"), "icon": "log-in", "current": is_here}]


def _is_inside(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))
