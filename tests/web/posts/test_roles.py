"""Every page of posts for everybody who may knock: what each gets, without an unexplained cell."""

import pytest
from sqlmodel import delete

from fedparents.accounts.models import Role
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member
from fedparents.groups.models import GroupRole
from fedparents.posts.models import Post, Thanks
from fedparents.social.service import block_actor
from tests.rig.builders import a_group
from tests.rig.pages import forms_of
from web.site.posts.routes import routes

pytestmark = pytest.mark.anyio

WHO = (
    *("visitor", "stranger", "pending", "banned", "blocked member", "author", "member", "host"),
    *("moderator", "manager", "moderator of another group", "admin of the place"),
)
SIGNED_IN = tuple(who for who in WHO if who != "visitor")
READING = ("author", "member", "host", "moderator", "manager")
DECIDING = ("moderator", "manager")
AUTHOR = ("author",)
NOBODY = ()

# Of an ask in a closed group: who gets a page, and with which status; all others are told that
# there is nothing (404), or where it says so are led to sign in, because the address tells nothing.
GETS = {
    "write": (SIGNED_IN, 200, 303),
    "compose": (SIGNED_IN, 200, 303),
    "town": (SIGNED_IN, 200, 303),
    "tag": (SIGNED_IN, 200, 303),
    "own_posts": (SIGNED_IN, 200, 303),
    "post": (READING, 303, 404),
    "thread": (READING, 200, 404),
    "post_history": (READING, 200, 404),
    "answer": (READING, 200, 404),
    "edit_post": (AUTHOR, 200, 404),
    "delete_post": (AUTHOR, 200, 404),
    "narrow_post": (NOBODY, 200, 404),  # nothing is narrower than the group; see test_threads
}
# Who may press: those who read it are answered, the others are told that there is nothing. Of those
# who are answered, only these change something; the rest are told why not.
POSTS = {
    "thank": READING,
    "unthank": READING,
    "accept_answer": AUTHOR,
    "unaccept_answer": AUTHOR,
    "close_post": ("author", *DECIDING),
    "reopen_post": ("author", *DECIDING),
    "pin_post": DECIDING,
    "unpin_post": DECIDING,
    "pass_on": NOBODY,  # what is for a group's members is not for others
    "pass_on_no_more": NOBODY,
    "vote": NOBODY,  # there is no vote; see test_threads
}
HIDDEN_BUTTONS = {"pin_post", "unpin_post"}
"""Who may not is told 404 here, even inside: the core says so."""
FORMS = {"compose", "answer", "edit_post", "delete_post", "narrow_post"}
"""Pages that are sent too: what they do is in test_writing and test_threads."""


class World:
    def __init__(self, square):
        self.square, self.db = square, square.db

    async def build(self):
        square, marie = self.square, self.square.viewers["marie"]
        self.names = {"visitor": None, "author": "ana", "member": "bao", "manager": "marie"}
        for who, handle, role in (
            ("host", "driss", GroupRole.HOST),
            ("moderator", "emma", GroupRole.MODERATOR),
            ("banned", "farid", GroupRole.MEMBER),
            ("blocked member", "gita", GroupRole.MEMBER),
        ):
            await square.role(handle, role)
            self.names[who] = handle
        banned = square.viewers["farid"].actor_id
        await self.db.write(ban_member, marie, square.group, banned, "Pub.", until=None)
        gita = square.viewers["gita"].actor_id
        await self.db.write(block_actor, square.viewers["ana"], gita)
        self.names["stranger"] = "chloe"
        pending = await square.person("hugo")
        self.names["pending"] = "hugo"
        await self.db.write(ask_to_join, pending, square.group, ["Oui."])
        other = await square.person("ines")
        self.names["moderator of another group"] = "ines"
        await a_group(self.db, other, name="Chorale")
        await square.person("jeanne", Role.ADMIN)
        self.names["admin of the place"] = "jeanne"
        self.post = await square.asks("ana", "Une poussette ? #issy")
        self.answer = await square.answers("bao", self.post)
        return self

    def path(self, name):
        route = next(route for route in routes if route.name == name)
        given = {"handle": "ana", "kind": "ask", "tag": "issy", "id": self.post.id}
        if name == "accept_answer":
            given["id"] = self.answer.id
        params = {key: value for key, value in given.items() if key in route.param_convertors}
        return self.square.place.urls.path(name, **params)

    async def state(self):
        def read(session):
            post = session.get(Post, self.post.id)
            return (
                post.thanks_count,
                post.accepted_reply_id,
                post.closed_at,
                post.pinned_at,
                post.text,
            )

        return await self.db.read(read)

    async def prepare(self, name):
        """What is there to be taken back."""

        def change(uow):
            uow.session.execute(delete(Thanks))
            post = uow.session.get_one(Post, self.post.id)
            post.thanks_count = 0
            if name == "unthank":
                for viewer in self.square.viewers.values():
                    row = Thanks(post_id=post.id, actor_id=viewer.actor_id, created_at=uow.now)
                    uow.session.add(row)
                    post.thanks_count += 1
            post.accepted_reply_id = self.answer.id if name == "unaccept_answer" else None
            post.closed_at = uow.now if name == "reopen_post" else None
            post.pinned_at = uow.now if name == "unpin_post" else None
            uow.session.add(post)

        await self.db.write(change)


@pytest.fixture
async def world(square):
    return await World(square).build()


def test_every_route_is_in_the_table():
    gets = {route.name for route in routes if "GET" in (route.methods or ())}
    posts = {route.name for route in routes if "POST" in (route.methods or ())}
    assert gets == GETS.keys()
    assert posts == POSTS.keys() | FORMS


@pytest.mark.parametrize("who", WHO)
async def test_who_sees_what(world, who):
    browser = await world.square.browser(world.names[who])
    wrong: list[object] = []
    for name, (may, status, otherwise) in GETS.items():
        answer = await browser.get(world.path(name))
        expected = status if who in may else otherwise
        if answer.status_code != expected:
            wrong.append((name, answer.status_code, expected))
        if who not in READING and "poussette" in answer.text:
            wrong.append((name, "tells what was said"))
    assert wrong == []


@pytest.mark.parametrize("who", WHO)
async def test_who_presses_what(world, who):
    browser = await world.square.browser(world.names[who])
    wrong: list[object] = []
    for name, may in POSTS.items():
        await world.prepare(name)
        before = await world.state()
        token = forms_of((await browser.get("/preferences")).text)[0].answers["csrf_token"]
        answer = await browser.post(world.path(name), data={"csrf_token": token})
        expected = 303 if who in READING else 404
        if name in HIDDEN_BUTTONS and who not in may:
            expected = 404
        if answer.status_code != expected:
            wrong.append((name, answer.status_code, expected))
        has_changed = await world.state() != before
        if has_changed != (who in may):
            wrong.append((name, "changed" if has_changed else "did nothing"))
    assert wrong == []


@pytest.mark.parametrize("who", WHO)
async def test_who_sends_what(world, who):
    """The forms, as somebody sends them who knows their address and nothing else."""
    browser = await world.square.browser(world.names[who])
    token = forms_of((await browser.get("/preferences")).text)[0].answers["csrf_token"]
    before = await world.state()
    wrong: list[object] = []
    for name in ("answer", "edit_post", "narrow_post", "delete_post"):
        may = READING if name == "answer" else AUTHOR
        fields = {"csrf_token": token, "text": "Autre chose", "seen": "new", "audience": "group"}
        answer = await browser.post(world.path(name), data=fields)
        expected = 303 if who in may and name != "narrow_post" else 404
        if answer.status_code != expected:
            wrong.append((name, answer.status_code, expected))
    if who != "author" and await world.state() != before:
        wrong.append("changed something")
    assert wrong == []
