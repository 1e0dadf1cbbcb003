"""How this place stands to other towns: blocked < limited < known < ally.

A town of which nobody has said anything is known. A name that is blocked or limited means all that
stands below it, and nothing that is said of a name below lifts it. An ally is a twin: a town of
exactly this name, because both sides have agreed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, select

from federation.models import RemoteActor, Town, Twinning
from federation.uris import host_of
from fedparents.actors.models import Actor, Standing
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import (
    Fact,
    HotStatement,
    UnitOfWork,
    UTCDateTime,
    constant,
    in_bites,
    is_in_bite,
    table_of,
)
from fedparents.errors import Conflict, Invalid
from fedparents.instance.models import FederationMode
from fedparents.instance.views import get_federation_mode
from fedparents.notifications.service import take_back
from fedparents.text import optional_text

_NAMES: Final = 12
"""A host is looked for under its own name, and the nearest of the others to the root."""
_FEW: Final = 20
"""So many towns are looked up by their names; for more, all that is known is read at once."""
_LONGEST_HOST: Final = 260
_LONGEST_NOTE: Final = 500
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_INHERITED: Final = (Standing.BLOCKED, Standing.LIMITED)

_town = table_of(Town)
_actor = table_of(Actor)
_remote = table_of(RemoteActor)

_FIND_TOWNS: Final = HotStatement(
    sa.select(_town.c.host, _town.c.standing).where(
        _town.c.host.in_([sa.bindparam(f"name_{n}", type_=sa.String) for n in range(_NAMES)])
    )
)
_LIST_TOWNS: Final = HotStatement(
    sa.select(_town.c.host, _town.c.standing).where(_town.c.standing != constant(Standing.KNOWN))
)
_NAME_TWINS: Final = HotStatement(
    sa.select(_town.c.name, _town.c.host)
    .where(
        _town.c.standing == constant(Standing.ALLY),
        _town.c.twinned_at >= sa.bindparam("since", type_=UTCDateTime),
    )
    .order_by(_town.c.name, _town.c.host)
)
_LIST_ACTORS: Final = HotStatement(
    sa.select(_actor.c.id, _actor.c.domain, _remote.c.uri, _actor.c.standing).join_from(
        _remote, _actor, _actor.c.id == _remote.c.actor_id
    )
)
_PLACE_ACTORS: Final = HotStatement(
    sa.update(_actor)
    .where(is_in_bite(_actor.c.id))
    .values(standing=sa.bindparam("standing", type_=sa.String))
)


def standing_of(session: Session, host: str) -> Standing:
    """How this place stands to a host, however it is written, with its port or without."""
    names = _names_of(host)
    return _standing(names, _find_towns(session, names))


def standing_of_actor(session: Session, domain: str, uri: str) -> Standing:
    """The lesser of how we stand to the domain in somebody's name and to the host of their id:
    at times these are two."""
    host = host_of(uri)
    return min({standing_of(session, host), standing_of(session, domain)}, key=_rank)


def is_ally(session: Session, host: str) -> bool:
    """Whether both towns have agreed to be twins."""
    return standing_of(session, host) == Standing.ALLY


def is_kept_out(session: Session, host: str) -> bool:
    """Whether nothing of a host is taken, asked for or shown, and nothing goes there."""
    return standing_of(session, host) == Standing.BLOCKED


def talks_with(session: Session, host: str) -> bool:
    """Whether this place and a host tell each other of people and groups."""
    mode = get_federation_mode(session)
    return mode.is_there and _is_wanted(mode, standing_of(session, host))


def wanted_among(session: Session, hosts: Collection[str], *, by_place: bool = False) -> set[str]:
    """Those of these hosts with which this place talks; what the place itself says, such as that it
    would like to be a twin, goes to all that are not kept out."""
    mode = get_federation_mode(session)
    mode = FederationMode.OPEN if by_place and mode.is_there else mode
    if len(hosts) <= _FEW:
        towns = _find_towns(session, {name for host in hosts for name in _names_of(host)})
    else:
        towns = list_standings(session)
    return {host for host in hosts if _is_wanted(mode, _standing(_names_of(host), towns))}


def allies_among(session: Session, hosts: Collection[str]) -> set[str]:
    """Those of these hosts that are our twins."""
    twins = {host for host, found in list_standings(session).items() if found == Standing.ALLY}
    return {host for host in twins & set(hosts) if is_ally(session, host)}


def set_standing(
    uow: UnitOfWork, host: str, standing: Standing, *, by: Authority, note: str = ""
) -> Town:
    """Say how this place stands to a town, from the next request on. For administrators, else
    NotFound. Raises Conflict for an ally, and for what would make one: that takes two."""
    require_administrator(by)
    town = get_town(uow.session, clean_host(host))
    if Standing.ALLY in (standing, town.standing) or town.twinning == Twinning.OFFERED:
        raise Conflict("twins_take_two")
    town.standing, town.decided_at = standing, uow.now
    town.note = optional_text("note", note, at_most=_LONGEST_NOTE)
    uow.session.add(town)
    place_actors(uow)
    record_audit(uow, "town.standing", by=by.actor_id, reason=f"{town.host}: {standing.value}")
    return town


@dataclass(frozen=True, slots=True)
class TownAsks(Fact):
    """Another town would like to be our twin; who it is, it has still to say."""

    host: str


@dataclass(frozen=True, slots=True)
class TwinsParted(Fact):
    """They were twins: what was for both sides is withdrawn on both."""

    host: str


def note_asked(uow: UnitOfWork, town: Town, *, offer_uri: str) -> None:
    """They would like to be our twins; somebody here decides."""
    town.twinning, town.offer_uri, town.looked_at = Twinning.ASKED, offer_uri, None
    uow.session.add(town)
    uow.record(TownAsks(town.host))


def note_twins(uow: UnitOfWork, host: str) -> Town:
    """Both sides have agreed; whoever calls this has seen that."""
    town = get_town(uow.session, clean_host(host))
    town.standing, town.twinning, town.twinned_at = Standing.ALLY, Twinning.TWINNED, uow.now
    uow.session.add(town)
    take_back(uow, asked_cause(town.host))
    place_actors(uow)
    return town


def note_parted(uow: UnitOfWork, town: Town) -> None:
    """They are twins no more, or will not be."""
    town.twinning, town.offer_uri = Twinning.ENDED, ""
    uow.session.add(town)
    take_back(uow, asked_cause(town.host))
    if town.standing == Standing.ALLY:
        town.standing, town.twinned_at = Standing.KNOWN, None
        place_actors(uow)
        uow.record(TwinsParted(town.host))


def asked_cause(host: str) -> str:
    """By which administrators are told that a town asks, until it does no more."""
    return f"town_asks:{host}"


def get_town(session: Session, host: str) -> Town:
    """What is known of a town, from now on if nothing was."""
    return session.get(Town, host) or Town(host=host)


def list_allies(session: Session) -> list[Town]:
    """Our twins, by name."""
    twins = select(Town).where(Town.standing == Standing.ALLY).order_by(Town.name, Town.host)
    return list(session.exec(twins))


def name_twins(session: Session, *, since: datetime = _EVER) -> list[str]:
    """What our twins call themselves; those alone that became some since then."""
    rows = _NAME_TWINS.rows(session.connection(), since=since)
    return [name or host for name, host in rows]


def list_standings(session: Session) -> dict[str, str]:
    """All names of which something else than "known" was said."""
    return dict(_LIST_TOWNS.rows(session.connection()))


def place_actors(uow: UnitOfWork) -> None:
    """Have everybody elsewhere stand as their town does, in the commit that changes it."""
    connection = uow.session.connection()
    uow.session.flush()
    towns = list_standings(uow.session)
    known: dict[tuple[str, str], Standing] = {}
    moved: dict[Standing, list[int]] = {}
    for number, domain, uri, before in _LIST_ACTORS.rows(connection):
        pair = (domain, host_of(uri))
        if pair not in known:
            known[pair] = min((_standing(_names_of(each), towns) for each in pair), key=_rank)
        if known[pair] != before:
            moved.setdefault(known[pair], []).append(number)
    for standing, numbers in moved.items():
        for bite in in_bites(numbers):
            _PLACE_ACTORS.run(connection, standing=standing.value, **bite)


def clean_host(text: str) -> str:
    """A host as it stands in addresses, from whatever people write for it; raises Invalid."""
    name = text.strip().lower().rpartition("://")[2].partition("/")[0]
    names = _names_of(name.rpartition("@")[2].removeprefix("*."))
    if not names or len(names[0]) > _LONGEST_HOST or " " in names[0]:
        raise Invalid({"host": "host_not_valid"})
    return names[0]


@lru_cache(maxsize=4096)
def _names_of(host: str) -> tuple[str, ...]:
    """A host as written, without its port, and every name above it."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = (parts.hostname or "").rstrip("."), parts.port
        name = name if name.isascii() else name.encode("idna").decode("ascii")
    except ValueError:  # also what idna says of a name that cannot be
        return ()
    if not name:
        return ()
    labels = name.split(".")
    above = [".".join(labels[n:]) for n in range(1, len(labels))]
    own = [name] if port is None else [f"{name}:{port}", name]
    return (*own, *above[-(_NAMES - len(own)) :])


def _find_towns(session: Session, names: Collection[str]) -> dict[str, str]:
    """Those of these names of which something was said."""
    found: dict[str, str] = {}
    wanted = iter(names)
    while bite := tuple(islice(wanted, _NAMES)):
        slots = {f"name_{n}": bite[n] if n < len(bite) else "" for n in range(_NAMES)}
        found.update(_FIND_TOWNS.rows(session.connection(), **slots))
    return found


def _standing(names: tuple[str, ...], towns: Mapping[str, str]) -> Standing:
    found = {Standing(towns[each]) for each in names if each in towns}
    for standing in _INHERITED:
        if standing in found:
            return standing
    is_twin = bool(names) and towns.get(names[0]) == Standing.ALLY
    return Standing.ALLY if is_twin else Standing.KNOWN


def _is_wanted(mode: FederationMode, standing: Standing) -> bool:
    match mode:
        case FederationMode.OPEN:
            return standing != Standing.BLOCKED
        case FederationMode.ALLIES:
            return standing == Standing.ALLY
    return False


def _rank(standing: Standing) -> int:
    return list(Standing).index(standing)
