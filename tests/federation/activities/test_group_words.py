"""What a group writes to those whose programs know no members, and what they answer."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from federation.activities.create import receive_create
from federation.activities.follow import receive_follow
from federation.activities.join import receive_join
from federation.border import NeverLeaves, check_activity
from federation.delivery.models import OutgoingActivity
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, decline_request
from fedparents.groups.members import remove_member
from fedparents.groups.models import Audience, Joining
from fedparents.ids import ActorId
from tests.federation.activities.test_memberships import Visit, says, somebody, visits_between

CLOSED: dict[str, Any] = {"joining": Joining.APPROVAL, "audience": Audience.MEMBERS}


@pytest.fixture
def visit(towns, clock):
    return visits_between(towns, clock)


async def _letters(found: Visit, since: int = 0) -> list[dict[str, Any]]:
    """What the group has written, the oldest first."""
    own = (
        select(OutgoingActivity)
        .where(OutgoingActivity.verb == "Create", OutgoingActivity.actor_id == found.group)
        .order_by(col(OutgoingActivity.id))
    )
    rows = await found.rumilly.place.db.read(lambda s: s.exec(own).all())
    return [json.loads(row.body) for row in rows][since:]


async def _told(found: Visit) -> str:
    """By the last letter."""
    await found.rumilly.place.worker.work_until_idle()
    letters = await _letters(found)
    return letters[-1]["object"]["content"] if letters else ""


async def test_a_closed_group_says_how_one_comes_in(visit):
    found = await visit(audience=Audience.MEMBERS)
    stranger = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, stranger, receive_follow, "Follow", found.group_uri)
    assert "villes jumelles" in await _told(found)
    (letter,) = await _letters(found)
    note = letter["object"]
    assert (note["to"], note["cc"], letter["to"]) == ([stranger.uri], [], [stranger.uri])
    assert note["attributedTo"] == letter["actor"] == found.group_uri
    assert note["directMessage"] is True
    assert note["tag"][0]["href"] == stranger.uri


async def test_whose_program_knows_members_needs_no_letter(visit):
    found = await visit(audience=Audience.MEMBERS)
    stranger = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, stranger, receive_join, "Join", found.group_uri)
    assert await _told(found) == ""


async def test_asked_answered_declined_and_why(visit, allied, clock):
    found = await visit(**CLOSED)
    follower = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, follower, receive_follow, "Follow", found.group_uri)
    told = await _told(found)
    assert "Pourquoi ?" in told
    assert "en répondant au groupe seul" in told

    words = {
        "id": f"{follower.uri}/notes/1",
        "type": "Note",
        "attributedTo": follower.uri,
        "to": [found.group_uri],
        "content": "<p>Nous habitons au port.</p>",
    }
    for _ in range(2):  # a second letter changes nothing
        await says(found.rumilly, follower, receive_create, "Create", words)
        words["content"] = "<p>Autre chose.</p>"
        words["id"] += "b"
    request = await found.rumilly.place.db.read(find_request, found.group, follower.id)
    assert [(each.question, each.text) for each in request.answered] == [
        ("Pourquoi ?", "Nous habitons au port.")
    ]

    await found.rumilly.place.db.write(
        decline_request, found.marie, found.group, request.id, "Trop de monde cette fois."
    )
    await found.lets_time_pass()
    told = await _told(found)
    assert "ne peut pas vous accueillir" in told
    assert "Trop de monde cette fois." in told


async def test_put_out_and_why(visit, allied, clock):
    found = await visit(**CLOSED)
    follower = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, follower, receive_follow, "Follow", found.group_uri)
    request = await found.rumilly.place.db.read(find_request, found.group, follower.id)
    await found.rumilly.place.db.write(approve_request, found.marie, found.group, request.id)
    await found.lets_time_pass()
    member = ActorId(follower.id)
    await found.rumilly.place.db.write(
        remove_member, found.marie, found.group, member, "Trop de <b>publicité</b>"
    )
    told = await _told(found)
    assert "ne faites plus partie" in told
    assert "Trop de &lt;b&gt;publicité" in told


@pytest.mark.parametrize(
    "change",
    [
        {"to": ["https://www.w3.org/ns/activitystreams#Public"]},
        {"cc": ["https://www.w3.org/ns/activitystreams#Public"]},
        {"attributedTo": "https://annecy.example/users/1"},
        {"inReplyTo": "https://annecy.example/notes/1"},
        {"attachment": []},
    ],
)
async def test_the_border_knows_words_of_a_group_to_one_person_alone(visit, change):
    found = await visit(audience=Audience.MEMBERS)
    stranger = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, stranger, receive_follow, "Follow", found.group_uri)
    await _told(found)
    (letter,) = await _letters(found)
    letter.pop("@context", None)
    letter.pop("proof", None)

    def check(session, document):
        check_activity(session, found.rumilly.url, document, sender_id=found.group)

    await found.rumilly.place.db.read(check, letter)
    letter["object"] |= change
    with pytest.raises(NeverLeaves):
        await found.rumilly.place.db.read(check, letter)
