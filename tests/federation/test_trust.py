"""How a place stands to other towns: who says so, whom it means, what follows."""

from dataclasses import replace

import pytest
from sqlmodel import select

from federation.models import Town
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.trust import (
    clean_host,
    is_ally,
    note_twins,
    set_standing,
    standing_of,
    standing_of_actor,
    talks_with,
    wanted_among,
)
from fedparents.actors.models import Actor, Standing
from fedparents.audit.models import AuditEntry
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation, found_instance
from tests.rig.builders import a_viewer

BLOCKED, LIMITED, KNOWN, ALLY = Standing
NAMES = ["spam.example", "SPAM.example", "spam.example.", "spam.example:8443", "a.b.spam.example"]


@pytest.fixture
async def towns(db):
    """One of each standing."""
    await db.write(found_instance, "annecy.example")
    await db.write(set_standing, "spam.example", BLOCKED, by=OPERATOR, note="Publicité")
    await db.write(set_standing, "loud.example", LIMITED, by=OPERATOR)
    await db.write(note_twins, "rumilly.example")
    return db


@pytest.mark.parametrize("host", NAMES)
async def test_what_stands_below_a_blocked_name_is_meant(towns, host):
    assert await towns.read(standing_of, host) == BLOCKED


@pytest.mark.parametrize("host", ["notspam.example", "example", "spam.example.org", "", "x y", "["])
async def test_what_only_looks_alike_is_not(towns, host):
    assert await towns.read(standing_of, host) == KNOWN


async def test_an_ally_is_one_by_its_own_name_alone(towns):
    for host in ("rumilly.example", "Rumilly.example", "rumilly.example."):
        assert await towns.read(is_ally, host)
    for host in ("old.rumilly.example", "example", "rumilly.example:8443"):
        assert await towns.read(standing_of, host) == KNOWN


async def test_the_lowest_word_counts(towns):
    await towns.write(set_standing, "good.spam.example", KNOWN, by=OPERATOR)
    await towns.write(set_standing, "bad.loud.example", BLOCKED, by=OPERATOR)
    await towns.write(note_twins, "twin.spam.example")
    assert await towns.read(standing_of, "good.spam.example") == BLOCKED
    assert await towns.read(standing_of, "bad.loud.example") == BLOCKED
    assert await towns.read(standing_of, "good.loud.example") == LIMITED
    assert await towns.read(standing_of, "twin.spam.example") == BLOCKED


async def test_a_name_of_many_parts_hides_nothing(towns):
    assert await towns.read(standing_of, f"{'a.' * 100}spam.example:444") == BLOCKED


@pytest.mark.parametrize("few", [2, 40])
async def test_who_is_talked_with_follows_the_mode(towns, few):
    hosts = {"spam.example", "loud.example", "rumilly.example", "new.example"}
    many = hosts | {f"n{number}.spam.example" for number in range(few)}
    wanted = {
        FederationMode.ISLAND: set(),
        FederationMode.ALLIES: {"rumilly.example"},
        FederationMode.OPEN: hosts - {"spam.example"},
    }
    for mode, expected in wanted.items():
        await towns.write(change_federation, mode, by=OPERATOR)
        assert await towns.read(wanted_among, many) == expected
        for host in hosts:
            assert await towns.read(talks_with, host) == (host in expected)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (" https://Spam.example/@a ", "spam.example"),
        ("@somebody@spam.example", "spam.example"),
        ("*.spam.example", "spam.example"),
        ("spám.example", "xn--spm-fla.example"),
        ("localhost:8001", "localhost:8001"),
    ],
)
def test_hosts_are_taken_as_people_write_them(typed, host):
    assert clean_host(typed) == host


@pytest.mark.parametrize("typed", ["", " ", "a b.example", "x" * 300, "https://", "a:b:c"])
def test_what_is_no_host_is_refused(typed):
    with pytest.raises(Invalid):
        clean_host(typed)


async def test_nobody_is_made_an_ally_by_one_side(towns):
    with pytest.raises(Conflict):
        await towns.write(set_standing, "new.example", ALLY, by=OPERATOR)
    with pytest.raises(Conflict):
        await towns.write(set_standing, "rumilly.example", KNOWN, by=OPERATOR)


async def test_administrators_alone_decide_and_it_is_written_down(db):
    marie = await a_viewer(db, "marie")
    with pytest.raises(NotFound):
        await db.write(set_standing, "spam.example", BLOCKED, by=marie)
    await db.write(set_standing, "spam.example", BLOCKED, by=OPERATOR, note=" Publicité ")
    town = await db.read(lambda session: session.get_one(Town, "spam.example"))
    assert (town.note, town.decided_at is not None) == ("Publicité", True)
    written = select(AuditEntry.reason).where(AuditEntry.action == "town.standing")
    reasons = await db.read(lambda session: session.exec(written).all())
    assert reasons == ["spam.example: blocked"]


def person(uri, domain=""):
    host = uri.split("/")[2]
    document = {"id": uri, "type": "Person", "preferredUsername": "zoe", "inbox": f"{uri}/inbox"}
    return replace(actor_from_ap(document), domain=domain or host)


async def standing_in(db, actor):
    return await db.read(lambda session: session.get_one(Actor, actor.id).standing)


async def test_people_stand_as_their_town_does_from_the_same_commit_on(db):
    before = await db.write(accept_actor, person("https://spam.example/users/1"))
    below = await db.write(accept_actor, person("https://a.spam.example/users/1"))
    named = await db.write(accept_actor, person("https://social.b.example/u/1", "spam.example"))
    other = await db.write(accept_actor, person("https://new.example/users/1"))
    twin = await db.write(accept_actor, person("https://rumilly.example/users/1"))
    await db.write(note_twins, "rumilly.example")
    await db.write(set_standing, "spam.example", BLOCKED, by=OPERATOR)
    after = await db.write(accept_actor, person("https://spam.example/users/2"))
    assert [await standing_in(db, each) for each in (before, below, named, after)] == [BLOCKED] * 4
    assert await standing_in(db, other) == KNOWN
    assert await standing_in(db, twin) == ALLY
    assert await db.read(standing_of_actor, "new.example", "https://spam.example/x") == BLOCKED
    await db.write(set_standing, "spam.example", KNOWN, by=OPERATOR)
    assert [await standing_in(db, each) for each in (before, below, named, after)] == [KNOWN] * 4
