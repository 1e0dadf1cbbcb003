"""Every page of people for everybody who may come: what each gets, without an unexplained cell."""

import asyncio

import pytest
from sqlmodel import select

from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, AccountState, Role
from fedparents.actors.models import Actor
from fedparents.groups.models import GroupRole
from fedparents.social.follows import follow_actor
from fedparents.social.models import Block, Follow
from fedparents.social.service import block_actor
from tests.rig.builders import a_group, an_account, give_role, join, signed_in
from tests.rig.pages import forms_of
from tests.web.conftest import sign_in
from web.site.people.routes import routes

pytestmark = pytest.mark.anyio

# Who looks at Zoé: everybody's own relation to her.
WHO = (
    *("visitor", "stranger", "member", "follower", "blocked", "blocking", "both"),
    *("moderator", "blocked moderator", "herself"),
)
UNSEEING = ("visitor", "blocked", "both", "blocked moderator")
OTHERS = tuple(who for who in WHO if who not in (*UNSEEING, "herself"))
SEEING = (*OTHERS, "herself")
SIGNED_IN = tuple(who for who in WHO if who != "visitor")

# Who gets a page; all others hear that there is nobody, or are led to sign in where the address
# tells nothing about anybody.
GETS = {
    "person": (SEEING, 404),
    "person_note": (OTHERS, 404),
    "mute": (OTHERS, 404),
    "block": (OTHERS, 404),
    "following": (SIGNED_IN, 303),
    "followers": (SIGNED_IN, 303),
    "follow_requests": (SIGNED_IN, 303),
    "muted": (SIGNED_IN, 303),
    "blocked": (SIGNED_IN, 303),
    "filters": (SIGNED_IN, 303),
    "moving": (SIGNED_IN, 303),
    "new_filter": (SIGNED_IN, 303),
}
# Who may send a form about her; the others get the 404 of a name that nobody has.
POSTS = {
    "person_note": OTHERS,
    "mute": OTHERS,
    "block": OTHERS,
    "follow": OTHERS,
    # Something with her can be ended by whoever has it, also when she is not to be seen.
    "unfollow": (*SEEING, "both"),
    "unmute": (*SEEING, "both"),
    "accept_follow": (*SEEING, "both"),
    "reject_follow": (*SEEING, "both"),
    "remove_follower": (*SEEING, "both"),
    "unblock": (*SEEING, "both"),  # last: afterwards there is nothing more to end
}
_LISTS = "one's own alone: test_own_lists"
_TAGS = "one's own alone: test_hashtags_and_towns"
ELSEWHERE = {
    "own_lists": _LISTS,
    "own_list": _LISTS,
    "add_to_own_list": _LISTS,
    "put_in_own_list": _LISTS,
    "take_out_of_own_list": _LISTS,
    "delete_own_list": _LISTS,
    "read_own_list": _LISTS,
    "person_lists": _LISTS,
    "followed_tags": _TAGS,
    "follow_tag": _TAGS,
    "unfollow_tag": _TAGS,
    "muted_towns": _TAGS,
    "unmute_town": _TAGS,
    "filter": "one's own alone: test_pages",
    "delete_filter": "one's own alone: test_pages",
    "new_filter": "makes one of one's own: test_pages",
    "name_former": "one's own alone: tests/federation/activities/test_move",
    "forget_former": "one's own alone: tests/federation/activities/test_move",
    "move_away": "one's own alone: tests/federation/activities/test_move",
    "move_back": "one's own alone: tests/federation/activities/test_move",
}


class World:
    def __init__(self, place):
        self.place, self.accounts, self.viewers = place, {}, {}

    async def person(self, who, handle, role=Role.MEMBER):
        account = await an_account(self.place.db, handle, role=role)
        self.accounts[who] = account
        self.viewers[who] = await signed_in(self.place.db, account)
        return self.viewers[who]

    async def build(self):
        db = self.place.db
        self.zoe = await self.person("herself", "zoe")
        self.group = await a_group(db, await self.person("member", "marie"))
        await join(db, self.zoe, self.group, self.viewers["member"])
        await self.person("stranger", "emma")
        follower = await self.person("follower", "farid")
        await db.write(follow_actor, follower, self.zoe.actor_id)
        for who, handle in (("blocked", "bao"), ("both", "boris")):
            viewer = await self.person(who, handle)
            await join(db, viewer, self.group, self.viewers["member"])
            await db.write(block_actor, self.zoe, viewer.actor_id)
        blocking = await self.person("blocking", "lena")
        for viewer in (blocking, self.viewers["both"]):
            await db.write(block_actor, viewer, self.zoe.actor_id)
        await self.person("moderator", "mona", Role.MODERATOR)
        shut_out = await self.person("blocked moderator", "maud", Role.MODERATOR)
        await db.write(block_actor, self.zoe, shut_out.actor_id)
        return self

    def path(self, name, handle="zoe"):
        pattern = next(route.path for route in routes if route.name == name)
        params = {"handle": handle} if "{handle}" in pattern else {}
        return self.place.urls.path(name, **params)

    async def enter(self, visitor, who):
        visitor.cookies.clear()
        if who in self.accounts:
            await sign_in(self.place, visitor, self.accounts[who])

    async def send(self, visitor, path, **answers):
        page = await visitor.get("/preferences")
        token = next(form for form in forms_of(page.text) if "csrf_token" in form.answers)
        return await visitor.post(
            path,
            data={"csrf_token": token.answers["csrf_token"], **answers},
            headers={"Origin": self.place.settings.base_url},
        )


@pytest.fixture
async def world(place):
    return await World(place).build()


def test_every_route_is_in_the_tables():
    gets = {route.name for route in routes if "GET" in (route.methods or ())}
    posts = {route.name for route in routes if "POST" in (route.methods or ())}
    assert gets - set(ELSEWHERE) == set(GETS) - {"new_filter"}
    assert posts - set(ELSEWHERE) == set(POSTS)


async def test_who_gets_which_page(world, visitor):
    wrong = []
    for who in WHO:
        await world.enter(visitor, who)
        for name, (may, otherwise) in GETS.items():
            answer = await visitor.get(world.path(name))
            if answer.status_code != (200 if who in may else otherwise):
                wrong.append((who, name, answer.status_code))
    assert wrong == []


async def test_who_may_send_which_form(world, visitor):
    wrong = []
    for who in (*UNSEEING, "herself"):
        await world.enter(visitor, who)
        for name, may in POSTS.items():
            answer = await world.send(visitor, world.path(name))
            expected = 303 if who in may else 404
            if answer.status_code != expected:
                wrong.append((who, name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", UNSEEING)
async def test_who_does_not_see_her_gets_the_page_of_a_name_that_nobody_has(world, visitor, who):
    await world.enter(visitor, who)
    for name in ("person", "mute", "block", "person_note"):
        hers = await visitor.get(world.path(name))
        nobodys = await visitor.get(world.path(name, "zoa"))
        assert hers.status_code == nobodys.status_code == 404
        assert hers.text.replace("zoe", "zoa") == nobodys.text


@pytest.mark.parametrize("state", [*AccountState, "erased"])
async def test_only_an_account_that_works_has_a_profile(world, visitor, state):
    def change(uow):
        account = uow.session.get_one(Account, world.accounts["herself"].id)
        if state == "erased":
            erase_account(uow, account)
        else:
            account.state = state
            uow.session.add(account)

    await world.place.db.write(change)
    await world.enter(visitor, "stranger")
    there = state in (AccountState.ACTIVE, AccountState.LEAVING)
    page = await visitor.get(world.path("person"))
    assert page.status_code == (200 if there else 404)
    if not there:
        nobodys = await visitor.get(world.path("person", "zoa"))
        assert page.text.replace("zoe", "zoa") == nobodys.text


async def test_a_profile_says_which_groups_are_shared_and_no_others(world, visitor):
    await world.enter(visitor, "member")
    assert "Parents du Corentin" in (await visitor.get("/@zoe")).text
    await world.enter(visitor, "stranger")
    page = await visitor.get("/@zoe")
    assert "Parents du Corentin" not in page.text
    assert page.headers["x-robots-tag"].startswith("noindex")


LISTED = {
    # Marie looks after the group, and has blocked nobody.
    "member": {"Zoe", "Bao", "Boris", "Marie"},
    "blocked": {"Bao", "Boris", "Marie"},
    "both": {"Bao", "Boris", "Marie"},
    "herself": {"Zoe", "Bao", "Marie"},
}


@pytest.mark.parametrize("who", LISTED)
async def test_the_list_of_members_leaves_out_who_blocked_its_reader(world, visitor, who):
    await world.enter(visitor, who)
    for page in ("about", "members"):
        text = (await visitor.get(f"/groups/{world.group}/{page}")).text
        names = {name for name in LISTED["member"] if f">{name}<" in text}
        assert names == LISTED[who]
        assert "4 members" in text


async def test_who_looks_after_a_group_stays_named_and_sees_everybody(world, visitor):
    """Blocking is no way round the rules: names without a way to a profile."""
    db = world.place.db
    manager = world.viewers["member"]
    bao = world.viewers["blocked"]
    await give_role(db, manager, world.group, world.viewers["stranger"], GroupRole.MODERATOR)
    emma = world.viewers["stranger"]
    await db.write(block_actor, emma, bao.actor_id)
    await db.write(block_actor, world.zoe, emma.actor_id)
    await world.enter(visitor, "blocked")
    text = (await visitor.get(f"/groups/{world.group}/members")).text
    assert ">Emma<" in text
    assert "/@emma" not in text
    await world.enter(visitor, "stranger")
    text = (await visitor.get(f"/groups/{world.group}/members")).text
    assert ">Zoe<" in text
    assert "/@zoe" not in text
    assert "/@bao" in text


async def test_a_block_holds_at_the_next_request(world, visitor):
    await world.enter(visitor, "stranger")
    assert (await visitor.get("/@zoe")).status_code == 200
    emma = world.viewers["stranger"]
    await world.place.db.write(block_actor, world.zoe, emma.actor_id)
    assert (await visitor.get("/@zoe")).status_code == 404
    answer = await world.send(visitor, "/@zoe/follow")
    assert answer.status_code == 404


async def test_a_group_is_found_by_its_name_by_those_who_may_know_of_it(world, visitor, place):
    db = place.db
    marie = world.viewers["member"]
    hidden = await a_group(db, marie, name="Secret", is_hidden=True)
    handles = await db.read(
        lambda session: {
            number: session.exec(select(Actor.handle).where(Actor.id == number)).one()
            for number in (world.group, hidden)
        }
    )
    await world.enter(visitor, "stranger")
    answer = await visitor.get(f"/@{handles[world.group]}")
    assert answer.headers["location"] == f"/groups/{world.group}"
    assert (await visitor.get(f"/@{handles[hidden]}")).status_code == 404
    await world.enter(visitor, "member")
    assert (await visitor.get(f"/@{handles[hidden]}")).status_code == 303


@pytest.mark.both_engines
async def test_two_who_block_and_follow_at_once_end_blocked(world, place):
    """Whoever comes second finds what the first did."""
    db = place.db
    emma = world.viewers["stranger"]
    await asyncio.gather(
        db.write(follow_actor, emma, world.zoe.actor_id),
        db.write(block_actor, world.zoe, emma.actor_id),
        return_exceptions=True,
    )
    rows = await db.read(
        lambda session: (
            session.get(Follow, (emma.actor_id, world.zoe.actor_id)),
            session.get(Block, (world.zoe.actor_id, emma.actor_id)),
        )
    )
    assert rows[0] is None
    assert rows[1] is not None
