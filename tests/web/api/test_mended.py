"""What a review of the calls of apps found, each as an app would meet it."""

import pytest

from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import leave_group
from fedparents.notifications.queries import count_new
from fedparents.posts.models import Audience, Post
from tests.rig.builders import a_group
from tests.web.api.town import a_town


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def _heard(program, path, **params):
    """The answer and the addresses of the pages around it."""
    answer = await program.visitor.get(f"/api{path}", headers=program.headers, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers.get("link", "")


async def test_no_list_says_who_has_blocked_its_reader(town):
    post = await town.say(town.lea, "Merci à tous", audience=Audience.HERE)
    for who in (town.ana, town.bao):
        await who.post(f"/v1/statuses/{post}/favourite")
    await town.ana.post(f"/v1/accounts/{town.lea.id}/block")
    for path in (
        f"/v1/accounts/{town.closed}/followers",
        f"/v1/lists/{town.closed}/accounts",
        f"/v1/statuses/{post}/favourited_by",
    ):
        for params in ({}, {"limit": "1"}):
            people, link = await _heard(town.lea, path, **params)
            assert town.ana.id not in str(people) + link, path
            assert len(people) == 1, path


async def test_taking_back_what_was_passed_on_leaves_the_post(town):
    post = await town.say(town.lea, "Fête samedi", audience=Audience.PUBLIC)
    path = f"/v1/statuses/{post}"
    own = await town.lea.post(f"{path}/reblog")
    others = await town.ana.post(f"{path}/reblog")
    await town.lea.send("DELETE", f"/v1/statuses/{others['id']}", 404)
    gone = await town.lea.send("DELETE", f"/v1/statuses/{own['id']}")
    assert (gone["id"], gone["reblog"]["id"]) == (own["id"], post)
    status = await town.lea.get(path)
    assert (status["reblogged"], status["reblogs_count"]) == (False, 1)
    await town.lea.send("DELETE", path)
    await town.lea.get(path, 404)


async def test_answers_below_what_is_not_to_be_seen_stay_in_the_thread(town, place):
    root = await town.say(town.lea, "Qui vient ?", audience=Audience.HERE)
    middle = await town.say(town.ana, "Moi", in_reply_to_id=int(root))
    below = await town.say(town.lea, "Super", in_reply_to_id=int(middle))
    deep = await town.say(town.lea, "À samedi", in_reply_to_id=int(below))
    after = await town.say(town.lea, "Et vous ?", in_reply_to_id=int(root))

    async def around(post):
        found = await town.bao.get(f"/v1/statuses/{post}/context")
        return [[each["id"] for each in found[where]] for where in ("ancestors", "descendants")]

    assert await around(root) == [[], [middle, below, deep, after]]
    await town.bao.post(f"/v1/accounts/{town.ana.id}/block")
    assert await around(root) == [[], [below, deep, after]]
    assert await around(deep) == [[root, below], []]
    await town.bao.post(f"/v1/accounts/{town.ana.id}/unblock")
    await town.ana.send("DELETE", f"/v1/statuses/{middle}")
    assert await around(root) == [[], [below, deep, after]]
    await place.db.write(_forget_post, int(middle))
    assert await around(root) == [[], [below, deep, after]]
    assert await around(deep) == [[root, below], []]


def _forget_post(uow, post_id):
    uow.session.delete(uow.session.get(Post, post_id))


async def test_who_has_left_a_group_can_still_take_back_what_they_said_there(town, place):
    named = await town.say(town.ana, "Mon avis", group_id=town.closed)
    unnamed = await town.say(town.ana, "En secret", group_id=town.closed, is_anonymous=True)
    await place.db.write(leave_group, town.ana.viewer, town.closed)
    for post, words in ((named, "Mon avis"), (unnamed, "En secret")):
        await town.ana.get(f"/v1/statuses/{post}", 404)
        await town.bao.send("DELETE", f"/v1/statuses/{post}", 404)
        gone = await town.ana.send("DELETE", f"/v1/statuses/{post}")
        assert (gone["id"], gone["text"]) == (post, words)
        await town.lea.get(f"/v1/statuses/{post}", 404)
        await town.ana.send("DELETE", f"/v1/statuses/{post}", 404)


async def test_a_hidden_group_is_no_more_than_a_number_that_nobody_has(town, place):
    hidden = await a_group(place.db, town.lea.viewer, name="Entre nous", is_hidden=True)
    for what in ("follow", "unfollow", "mute", "unmute"):
        heard = []
        for number in (hidden, 12345):
            path = f"/api/v1/accounts/{number}/{what}"
            answer = await town.bao.visitor.post(path, headers=town.bao.headers)
            heard.append((answer.status_code, answer.text))
        assert heard[0] == heard[1], what


async def test_following_anew_leaves_what_was_not_sent(town):
    path = f"/v1/accounts/{town.ana.id}/follow"
    await town.bao.post(path, reblogs=False, notify=True, languages=["fr"])
    await town.ana.post(f"/v1/follow_requests/{town.bao.id}/authorize")
    same = await town.bao.post(path)
    assert (same["showing_reblogs"], same["notifying"], same["languages"]) == (False, True, ["fr"])
    changed = await town.bao.post(path, notify=False)
    assert (changed["showing_reblogs"], changed["notifying"]) == (False, False)
    assert changed["languages"] == ["fr"]


async def test_what_no_app_lists_is_on_no_badge(town, place):
    await place.db.write(ask_to_join, town.bao.viewer, town.closed, ["Parce que."])
    await town.settle()
    assert await place.db.read(count_new, town.lea.viewer) == 1
    for version in ("v1", "v2"):
        assert await town.lea.get(f"/{version}/notifications/unread_count") == {"count": 0}
    await town.bao.post(f"/v1/accounts/{town.lea.id}/follow")
    await town.settle()
    for version in ("v1", "v2"):
        assert await town.lea.get(f"/{version}/notifications/unread_count") == {"count": 1}


async def test_those_who_passed_on_are_paged_from_either_end(town):
    post = await town.say(town.lea, "Fête samedi", audience=Audience.PUBLIC)
    first, second = [
        (await who.post(f"/v1/statuses/{post}/reblog"))["id"] for who in (town.ana, town.bao)
    ]
    path = f"/v1/statuses/{post}/reblogged_by"
    newer = await town.lea.get(path, since_id=first)
    assert [each["acct"] for each in newer] == ["bao"]
    assert await town.lea.get(path, since_id=second) == []
