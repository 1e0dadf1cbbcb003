"""How other servers say it: by id or whole, about their own and about what is not theirs."""

import itertools
import json

import pytest

from federation.activities.accept import receive_accept
from federation.activities.delete import receive_delete
from federation.activities.follow import receive_follow, send_follow
from federation.activities.reject import receive_reject
from federation.activities.undo import receive_undo
from federation.activities.update import receive_update
from federation.errors import Malformed, Rejected
from federation.following import tell_ended
from federation.models import FollowActivity
from federation.objects.actor import accept_actor
from federation.signing import recall
from fedparents.actors.models import Actor
from fedparents.social.follows import follow_actor, unfollow_actor
from fedparents.social.models import Follow, FollowState
from tests.rig.elsewhere import a_draft

NUMBERS = itertools.count()


class Two:
    """Léa here, and Zoé on a server that nobody of us wrote."""

    def __init__(self, town, lea, zoe, draft):
        self.town, self.db, self.base = town, town.place.db, town.url
        self.lea, self.zoe, self.draft = lea, zoe, draft
        self.here = f"{town.url}/users/{lea.actor_id}"

    async def says(self, receive, document, sender=None):
        uri = sender or self.draft.uri
        whole = {"id": f"{uri}#{next(NUMBERS)}", "actor": uri, **document}
        await self.db.write(receive, self.base, recall(uri, json.dumps(whole).encode()))

    async def follows(self, **changes):
        whole = {"type": "Follow", "id": f"{self.draft.uri}#follow", "object": self.here}
        await self.says(receive_follow, whole | changes)

    async def asks(self):
        """Léa asks Zoé; the activity's id."""
        await self.db.write(follow_actor, self.lea, self.zoe.id)
        await self.db.write(send_follow, self.base, self.lea.actor_id, self.zoe.id)
        pair = (self.lea.actor_id, self.zoe.id)
        return (await self.db.read(lambda session: session.get(FollowActivity, pair))).uri

    async def state(self, *, of_zoe=False):
        pair = (self.lea.actor_id, self.zoe.id)
        key = pair[::-1] if of_zoe else pair
        row = await self.db.read(lambda session: session.get(Follow, key))
        return row.state if row else None


@pytest.fixture
async def two(towns):
    annecy, _ = towns
    lea = await annecy.somebody(f"lea_shapes{next(NUMBERS)}", is_locked=False)
    draft = a_draft(f"zoe_{next(NUMBERS)}")
    return Two(annecy, lea, await annecy.place.db.write(accept_actor, draft), draft)


ANSWERS = {
    "by id": lambda two, uri: uri,
    "in a list": lambda two, uri: [uri],
    "whole": lambda two, uri: {
        "id": uri,
        "type": "Follow",
        "actor": two.here,
        "object": two.draft.uri,
    },
    "whole with another id": lambda two, uri: {
        "id": f"{two.draft.uri}/made-up",
        "type": "as:Follow",
        "actor": {"id": two.here},
        "object": [two.draft.uri],
    },
}


@pytest.mark.parametrize("shape", ANSWERS)
async def test_a_yes_and_then_a_no_in_every_shape(two, shape):
    named = ANSWERS[shape](two, await two.asks())
    await two.says(receive_accept, {"type": "Accept", "object": named})
    assert await two.state() == FollowState.ACCEPTED
    await two.says(receive_reject, {"type": "Reject", "object": named})
    assert await two.state() is None


@pytest.mark.parametrize("shape", ANSWERS)
async def test_nobody_answers_for_somebody_else(two, shape):
    uri = await two.asks()
    third = a_draft(f"max_{next(NUMBERS)}")
    await two.db.write(accept_actor, third)
    named = ANSWERS[shape](two, uri)
    for receive, verb in ((receive_accept, "Accept"), (receive_reject, "Reject")):
        await two.says(receive, {"type": verb, "object": named}, sender=third.uri)
        assert await two.state() == FollowState.PENDING


@pytest.mark.parametrize(
    "named", [None, "", "https://mastodon.invalid/none", {}, {"type": "Note"}, [], 7]
)
async def test_answers_to_nothing_change_nothing(two, named):
    await two.asks()
    await two.follows()
    for receive in (receive_accept, receive_reject, receive_undo):
        await two.says(receive, {"type": "X", "object": named})
    assert await two.state() == FollowState.PENDING
    assert await two.state(of_zoe=True) == FollowState.ACCEPTED


@pytest.mark.parametrize(
    "named",
    [
        lambda two: f"{two.draft.uri}#follow",
        lambda two: {"id": f"{two.draft.uri}#follow", "type": "Follow", "object": two.here},
        lambda two: {"type": "Follow", "actor": two.draft.uri, "object": {"id": two.here}},
    ],
    ids=["by id", "whole", "without its id"],
)
async def test_a_follow_is_taken_back_in_every_shape(two, named):
    await two.follows()
    assert await two.state(of_zoe=True) == FollowState.ACCEPTED
    await two.says(receive_undo, {"type": "Undo", "object": named(two)})
    assert await two.state(of_zoe=True) is None


async def test_nobody_takes_back_what_somebody_else_did(two):
    await two.follows()
    third = a_draft(f"max_{next(NUMBERS)}")
    await two.db.write(accept_actor, third)
    for named in (f"{two.draft.uri}#follow", {"type": "Follow", "object": two.here}):
        await two.says(receive_undo, {"type": "Undo", "object": named}, sender=third.uri)
    assert await two.state(of_zoe=True) == FollowState.ACCEPTED


@pytest.mark.parametrize(
    "thing",
    [
        lambda two: [two.here],
        lambda two: {"id": two.here},
        lambda two: {"type": "Person", "id": two.here},
    ],
    ids=["in a list", "an object", "a person"],
)
async def test_whom_it_is_about_in_every_shape(two, thing):
    await two.follows(object=thing(two))
    assert await two.state(of_zoe=True) == FollowState.ACCEPTED


@pytest.mark.parametrize("thing", [None, "", "https://mastodon.invalid/users/x", {}, 7], ids=repr)
async def test_follows_of_nobody_here(two, thing):
    await two.follows(object=thing)
    await two.follows(object=f"{two.base}/users/12345")
    await two.follows(object=f"{two.base}/groups/12345")
    assert await two.state(of_zoe=True) is None


async def test_somebody_elsewhere_says_anew_who_they_are(two):
    async def name():
        return (await two.db.read(lambda session: session.get_one(Actor, two.zoe.id))).display_name

    third = a_draft(f"max_{next(NUMBERS)}")
    await two.db.write(accept_actor, third)
    now = {
        "id": two.draft.uri,
        "type": "Person",
        "preferredUsername": two.draft.handle,
        "name": "Zoé M.",
        "inbox": two.draft.inbox,
    }
    await two.says(receive_update, {"type": "Update", "object": now}, sender=third.uri)
    assert await name() == two.draft.name
    await two.says(receive_update, {"type": "Update", "object": now})
    assert await name() == "Zoé M."
    await two.says(receive_update, {"type": "Update", "object": {"id": "https://x.invalid/note"}})
    for broken in ({"inbox": None}, {"type": "Note"}):
        with pytest.raises(Malformed):
            await two.says(receive_update, {"type": "Update", "object": now | broken})


async def test_nothing_is_kept_of_the_follows_of_whoever_is_no_more(two):
    await two.asks()
    await two.follows()
    await two.says(receive_delete, {"type": "Delete", "object": two.draft.uri})
    assert await two.state() is None
    assert await two.state(of_zoe=True) is None
    pair = (two.lea.actor_id, two.zoe.id)
    for key in (pair, pair[::-1]):
        assert await two.db.read(lambda session, key=key: session.get(FollowActivity, key)) is None


async def test_who_was_never_looked_up_is_not_heard(two):
    with pytest.raises(Rejected):
        await two.says(
            receive_follow, {"type": "Follow", "object": two.here}, "https://x.invalid/a"
        )


async def test_what_ends_a_follow_comes_too_late_once_they_ask_again(two):
    await two.follows()
    await two.follows(id=f"{two.draft.uri}#again")
    first = {"id": f"{two.draft.uri}#follow", "type": "Follow", "object": two.here}
    for named in (first, first["id"]):
        await two.says(receive_undo, {"type": "Undo", "object": named})
    assert await two.state(of_zoe=True) == FollowState.ACCEPTED
    await two.says(receive_undo, {"type": "Undo", "object": first | {"id": "urn:of:its:own"}})
    assert await two.state(of_zoe=True) is None


async def test_an_answer_to_a_follow_comes_too_late_once_they_ask_again(two):
    """Before and after the second follow was answered; each by the id and repeated whole."""
    first = await two.asks()
    await two.db.write(unfollow_actor, two.lea, two.zoe.id)
    await two.db.write(tell_ended, two.base, two.lea.actor_id, two.zoe.id)
    second = await two.asks()
    late = [shape(two, first) for name, shape in ANSWERS.items() if name != "whole with another id"]

    for named in late:
        for receive, verb in ((receive_accept, "Accept"), (receive_reject, "Reject")):
            await two.says(receive, {"type": verb, "object": named})
            assert await two.state() == FollowState.PENDING
    await two.says(receive_accept, {"type": "Accept", "object": second})
    for named in late:
        await two.says(receive_reject, {"type": "Reject", "object": named})
        assert await two.state() == FollowState.ACCEPTED
    await two.says(receive_reject, {"type": "Reject", "object": ANSWERS["whole"](two, second)})
    assert await two.state() is None
