"""`TentativeAccept`: a group has heard that somebody asks; those who look after it decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.memberships import find_asked_there, get_group_that_speaks
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import wait_elsewhere

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_tentative_accept(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Also after a yes that was taken back."""
    group = get_group_that_speaks(uow.session, signed)
    if group is None:
        return
    asked = find_asked_there(uow.session, base_url, group, signed.document.get("object"))
    if asked is not None:
        wait_elsewhere(uow, asked.group_id, asked.actor_id)
