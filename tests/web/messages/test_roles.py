"""Every page of messages for everybody who may knock: no office reads along."""

import pytest

from fedparents.conversations.service import (
    ignore_conversation,
    leave_conversation,
)
from tests.rig.pages import forms_of
from web.site.messages.routes import routes

pytestmark = pytest.mark.anyio

# Ana has written to Bao and to Chloé, who is a stranger to her; Marie manages their group.
WHO = {
    "visitor": "nobody",
    "author": "ana",
    "known": "bao",
    "manager of the group": "marie",
    "moderator of the place": "driss",
    "admin of the place": "emma",
}
SIGNED_IN = tuple(who for who in WHO if who != "visitor")
INSIDE = ("author", "known")
# Who gets a page; the others are told that there is nothing, or are led to sign in, where the
# address tells nothing about anybody.
GETS = {
    "messages": (SIGNED_IN, 303),
    "message_requests": (SIGNED_IN, 303),
    "ignored_messages": (SIGNED_IN, 303),
    "write_about": (("known", "manager of the group"), 404),
    "write_to": (("manager of the group", "moderator of the place", "admin of the place"), 404),
    "conversation": (INSIDE, 404),
    "leave_conversation": (INSIDE, 404),
    "take_back": (("author",), 404),
}
# Who may send a form; all others get 404.
POSTS = {
    "write_about": ("known", "manager of the group"),
    "write_to": ("known", "manager of the group", "moderator of the place", "admin of the place"),
    "conversation": INSIDE,
    "accept_conversation": INSIDE,
    "ignore_conversation": INSIDE,
    "take_back": ("author",),
    "leave_conversation": INSIDE,
}


def path(town, sent, name, ask):
    number = ask.id if name == "write_about" else sent.conversation_id
    given = {"id": number, "letter": sent.post.id, "handle": "ana"}
    pattern = next(route.path for route in routes if route.name == name)
    used = {key: value for key, value in given.items() if f"{{{key}}}" in pattern}
    return town.place.urls.path(name, **used)


async def post(town, address, **answers):
    page = await town.visitor.get("/preferences")
    token = next(form for form in forms_of(page.text) if "csrf_token" in form.answers)
    return await town.visitor.post(
        address,
        data={"csrf_token": token.answers["csrf_token"], **answers},
        headers={"Origin": town.place.settings.base_url},
    )


def test_every_route_is_in_the_tables():
    assert {route.name for route in routes if "GET" in (route.methods or ())} == set(GETS)
    assert {route.name for route in routes if "POST" in (route.methods or ())} == set(POSTS)


async def test_who_gets_which_page(town):
    sent, ask = await town.write("ana", "bao"), await town.asks("ana")
    wrong = []
    for who, name in WHO.items():
        await town.enter(name)
        for page, (may, otherwise) in GETS.items():
            answer = await town.visitor.get(path(town, sent, page, ask))
            expected = {200 if who in may else otherwise}
            if page == "write_to" and who == "known":
                expected = {303}  # to the conversation that there is
            if answer.status_code not in expected:
                wrong.append((who, page, answer.status_code))
    assert wrong == []


async def test_who_may_send_which_form(town):
    sent, ask = await town.write("ana", "bao"), await town.asks("ana")
    wrong = []
    for who, name in WHO.items():
        await town.enter(name)
        for page, may in POSTS.items():
            if page in {"leave_conversation", "take_back"} and who in may:
                continue  # ends what the others are about: below
            answer = await post(town, path(town, sent, page, ask), text="Bonjour")
            expected = {303} if who in may else {404}
            if answer.status_code not in expected:
                wrong.append((who, page, answer.status_code))
    assert wrong == []
    await town.enter("ana")
    for page in ("take_back", "leave_conversation"):
        assert (await post(town, path(town, sent, page, ask))).status_code == 303


async def test_whoever_has_left_is_outside_and_whoever_ignores_is_inside(town):
    sent = await town.write("ana", "chloe")
    chloe = town.viewers["chloe"]
    for change, status in ((ignore_conversation, 200), (leave_conversation, 404)):
        await town.db.write(change, chloe, sent.conversation_id)
        await town.enter("chloe")
        assert (await town.open(sent)).status_code == status


async def test_what_is_not_for_one_looks_like_what_is_not_there(town):
    sent = await town.write("ana", "bao")
    visitor = await town.enter("emma")
    hidden = await town.open(sent)
    absent = await visitor.get("/messages/123456789012345678")
    assert (hidden.status_code, len(hidden.text)) == (404, len(absent.text))
    for nonsense in ("x", "-1", "1.5", "9" * 19, "٣"):
        assert (await visitor.get(f"/messages/{nonsense}")).status_code == 404
