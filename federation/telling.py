"""Whoever looks after this place is told what another town says of being twins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from federation.facts import TownSays, TownSpoke
from federation.models import Town, Twinning
from federation.objects.actor import find_remote
from federation.trust import asked_cause
from fedparents.accounts.queries import list_administrators
from fedparents.db import UnitOfWork
from fedparents.notifications.kinds import Kind
from fedparents.notifications.occasions import announce
from fedparents.notifications.service import Notice

_STANDS: Final[Mapping[TownSays, Twinning]] = {
    TownSays.ASKS: Twinning.ASKED,
    TownSays.AGREES: Twinning.TWINNED,
    TownSays.DECLINES: Twinning.ENDED,
    TownSays.ENDS: Twinning.ENDED,
}


def on_town_spoke(uow: UnitOfWork, fact: TownSpoke) -> list[int]:
    """All administrators, unless something else holds by now."""
    town, says = uow.session.get(Town, fact.host), TownSays(fact.says)
    if town is None or town.twinning != _STANDS[says]:
        return []
    speaker = find_remote(uow.session, town.place_uri)
    notice = Notice(
        Kind.TOWN,
        cause=asked_cause(town.host) if says == TownSays.ASKS else f"town:{town.host}:{fact.at}",
        bundle=f"town:{town.host}",
        actor_id=speaker.actor_id if speaker is not None else None,
        detail=says.value,
    )
    return announce(uow, notice, list_administrators(uow.session))
