"""Every page of groups for everybody who may knock: what each gets, without an unexplained cell."""

from datetime import timedelta

import pytest

from fedparents import clock
from fedparents.accounts.models import Role
from fedparents.groups.access import find_request
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member
from fedparents.groups.models import GroupRole
from fedparents.groups.service import (
    PrivacyDraft,
    SwitchesDraft,
    change_privacy,
    change_switches,
)
from fedparents.groups.topics import add_topic
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, an_account, give_role, signed_in
from tests.rig.pages import forms_of
from tests.web.conftest import sign_in
from web.site.groups.routes import routes

pytestmark = pytest.mark.anyio

WHO = (
    *("visitor", "stranger", "pending", "banned", "member", "host", "moderator", "manager"),
    *("manager of another group", "admin of the place"),
)
NOBODY = ("visitor", "stranger", "pending", "banned", "manager of another group")
OUTSIDE = (*NOBODY[1:], "admin of the place")
INSIDE = ("member", "host", "moderator", "manager")
DECIDING = ("moderator", "manager")
MANAGING = ("manager",)
SIGNED_IN = tuple(who for who in WHO if who != "visitor")
EVERYBODY = WHO

# Who gets a page; all others are told that there is nothing (404), or where it says so are led to
# sign in (303), because the address tells nothing about a group.
GETS = {
    "groups": (SIGNED_IN, 303),
    "new_group": (SIGNED_IN, 303),
    "group": (SIGNED_IN, 404),  # a group of this place alone; its door for those outside
    "group_members": (INSIDE, 404),
    "group_about": (INSIDE, 404),
    "own_membership": (INSIDE, 404),
    "leave_group": (INSIDE, 404),
    "new_group_invite": (INSIDE, 404),
    "group_desk": (DECIDING, 404),
    "refuse_post": (DECIDING, 404),
    "decline_join": (DECIDING, 404),
    "group_banned": (DECIDING, 404),
    "put_out": (DECIDING, 404),
    "member_role": (MANAGING, 404),
    "group_settings": (MANAGING, 404),
    "group_privacy": (MANAGING, 404),
    "group_cover": (MANAGING, 404),
    "group_switches": (MANAGING, 404),
    "group_topics": (MANAGING, 404),
    "group_topic": (MANAGING, 404),
    "remove_topic": (MANAGING, 404),
    "end_group": (MANAGING, 404),
}
# Who may send a form; the others get 404.
POSTS = {
    "join_group": SIGNED_IN,  # answered for members too, who stay what they are
    "withdraw_request": ("pending",),
    "own_membership": INSIDE,
    "leave_group": INSIDE,
    "new_group_invite": INSIDE,
    "end_group_invite": DECIDING,
    "approve_join": DECIDING,
    "undo_join": DECIDING,
    "decline_join": DECIDING,
    "let_through": DECIDING,
    "hold_again": DECIDING,
    "refuse_post": DECIDING,
    "put_out": DECIDING,
    "unban_member": DECIDING,
    "member_role": MANAGING,
    "group_settings": MANAGING,
    "group_privacy": MANAGING,
    "group_cover": MANAGING,
    "group_switches": MANAGING,
    "group_topics": MANAGING,
    "group_topic": MANAGING,
    "move_topic": MANAGING,
    "remove_topic": MANAGING,
    "end_group": MANAGING,
    "keep_group": MANAGING,
}
ELSEWHERE = {
    "group_invitation": "asks for a token, not for a role: test_pages",
    "new_group": "makes a group of one's own: test_pages",
    "invite_by_name": "needs another town: tests/federation/activities/test_invitations",
    "take_invitation_back": "the same",
    "decline_invitation": "the same",
    "group_requests": "leads to the desk: test_desk",
}


class World:
    """One closed group with somebody in every role."""

    def __init__(self, place):
        self.place, self.accounts, self.viewers = place, {}, {}

    async def person(self, who, handle, role=Role.MEMBER):
        account = await an_account(self.place.db, handle, role=role)
        self.accounts[who] = account
        self.viewers[who] = await signed_in(self.place.db, account)
        return self.viewers[who]

    async def build(self, **privacy):
        db = self.place.db
        manager = await self.person("manager", "marie")
        self.group = await a_group(db, manager)
        for who, handle, role in (
            ("member", "ana", GroupRole.MEMBER),
            ("host", "bao", GroupRole.HOST),
            ("moderator", "chloe", GroupRole.MODERATOR),
            ("banned", "driss", GroupRole.MEMBER),
        ):
            await give_role(db, manager, self.group, await self.person(who, handle), role)
        until = clock.now().date() + timedelta(days=30)
        driss = self.viewers["banned"]
        await db.write(ban_member, manager, self.group, driss.actor_id, "Pub.", until=until)
        await self.person("stranger", "emma")
        await db.write(ask_to_join, await self.person("pending", "farid"), self.group, ["Oui."])
        await a_group(db, await self.person("manager of another group", "gita"), name="Chorale")
        await self.person("admin of the place", "hugo", Role.ADMIN)
        pending = self.viewers["pending"].actor_id
        await db.write(change_privacy, manager, self.group, PrivacyDraft(**privacy))
        self.request = await db.read(find_request, self.group, pending)
        self.topic = await db.write(add_topic, manager, self.group, "Cantine")
        await db.write(change_switches, manager, self.group, SwitchesDraft(holds_first_posts=True))
        draft = PostDraft(text="Bonjour", group_id=self.group)
        self.post = (await db.write(publish_post, self.viewers["member"], draft)).post
        return self

    def path(self, name):
        params = {
            "id": self.group,
            "member": self.viewers["host"].actor_id,
            "request": self.request.id,
            "topic": self.topic.id,
            "post": self.post.id,
            "invite": 1,
        }
        pattern = next(route.path for route in routes if route.name == name)
        return self.place.urls.path(
            name, **{key: value for key, value in params.items() if f"{{{key}}}" in pattern}
        )

    async def enter(self, visitor, who):
        visitor.cookies.clear()
        if who in self.accounts:
            await sign_in(self.place, visitor, self.accounts[who])


@pytest.fixture
async def world(place):
    return await World(place).build()


def test_every_route_is_in_the_tables():
    gets = {route.name for route in routes if "GET" in (route.methods or ())}
    posts = {route.name for route in routes if "POST" in (route.methods or ())}
    assert gets - set(ELSEWHERE) == set(GETS) - {"new_group"}
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


async def test_who_may_not_send_which_form(world, visitor):
    wrong = []
    for who in WHO:
        await world.enter(visitor, who)
        page = await visitor.get("/preferences")
        token = next(form for form in forms_of(page.text) if "csrf_token" in form.answers)
        for name, may in POSTS.items():
            if who in may:
                continue
            answer = await visitor.post(
                world.path(name),
                data={"csrf_token": token.answers["csrf_token"]},
                headers={"Origin": world.place.settings.base_url},
            )
            # Who has asked for nothing has nothing to take back, and may know of the group.
            refused = {404, 409} if name == "withdraw_request" else {404}
            if answer.status_code not in refused:
                wrong.append((who, name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", SIGNED_IN)
async def test_who_may_is_let(world, visitor, who):
    await world.enter(visitor, who)
    page = await visitor.get("/preferences")
    token = next(form for form in forms_of(page.text) if "csrf_token" in form.answers)
    wrong = []
    names = [name for name, may in POSTS.items() if who in may and name != "end_group_invite"]
    for name in sorted(names, key=lambda name: name in ("leave_group", "end_group")):
        answer = await visitor.post(
            world.path(name),
            data={"csrf_token": token.answers["csrf_token"]},
            headers={"Origin": world.place.settings.base_url},
        )
        if answer.status_code not in (303, 409, 422):
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    ("privacy", "sees"),
    [
        ({"is_local_only": False}, {"visitor", *SIGNED_IN}),
        ({"is_local_only": True}, set(SIGNED_IN)),
        ({"is_hidden": True}, {"pending", *INSIDE}),
    ],
)
async def test_who_knows_of_a_group(place, visitor, privacy, sees):
    world = await World(place).build(**({"is_hidden": False} | privacy))
    for who in WHO:
        await world.enter(visitor, who)
        answer = await visitor.get(world.path("group"))
        assert (answer.status_code == 200) == (who in sees), who
        if answer.status_code == 200 and who not in INSIDE:
            assert "fewer than 10 members" in answer.text
            assert not any(name in answer.text for name in ("Marie", "Chloe", "Bao"))
            assert "noindex" in answer.headers["x-robots-tag"]


async def test_what_is_hidden_looks_like_what_is_not_there(place, visitor):
    world = await World(place).build(is_hidden=True)
    await world.enter(visitor, "stranger")
    hidden = await visitor.get(world.path("group"))
    absent = await visitor.get("/groups/123456789012345678")
    assert (hidden.status_code, len(hidden.text)) == (404, len(absent.text))
