"""All pages of groups, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.groups import (
    cover,
    desk,
    founding,
    inviting,
    joining,
    members,
    settings,
    showing,
    switches,
)

routes: Final = [
    *founding.routes,  # before "/groups/{id}", which would take "new" for a number
    *joining.routes,
    *showing.routes,
    *inviting.routes,
    *desk.routes,
    *members.routes,
    *settings.routes,
    *switches.routes,
    *cover.routes,
]
