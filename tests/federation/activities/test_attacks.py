"""What somebody would try who runs a server of their own, and what comes of it."""

import itertools
import json
from dataclasses import replace
from http import HTTPStatus

import pytest

from federation.activities.announce import Heard, receive_announce
from federation.activities.offer import TWINNED_WITH, receive_offer
from federation.activities.update import receive_update
from federation.errors import FederationError, Malformed, Rejected
from federation.group_audience import find_group_said_in
from federation.models import Town, Twinning
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.objects.note import from_ap
from federation.reading import read_document
from federation.signing import recall
from federation.trust import get_town, is_ally
from federation.uris import is_same_origin, note_uri
from federation.vocab import PUBLIC
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.groups.members import ban_member
from fedparents.groups.models import Audience as Reading
from fedparents.posts.elsewhere import may_answer
from fedparents.posts.service import PostDraft, publish_post
from tests.federation.activities.conftest import stand_as
from tests.federation.activities.test_group_posts import room
from tests.federation.activities.test_posts_from_others import two
from tests.federation.activities.test_shapes_of_answers import a_draft
from tests.rig.visitors import a_browser

__all__ = ["room", "two"]

NUMBERS = itertools.count()
FAR, BEFORE = "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"


def said(uri, thing, **more):
    whole = {"id": f"{uri}#{next(NUMBERS)}", "actor": uri, "object": thing, **more}
    return recall(uri, json.dumps(whole).encode())


@pytest.mark.parametrize("twinning", [Twinning.OFFERED, Twinning.TWINNED])
async def test_nobody_but_its_place_makes_a_town_our_twin(towns, twinning):
    """On some servers anybody can have an account that is an application."""
    annecy, _ = towns
    host = f"many{next(NUMBERS)}.invalid"
    uri = f"https://{host}/users/robot"
    robot = replace(
        a_draft("robot"), uri=uri, inbox=f"{uri}/inbox", domain=host, kind=ActorKind.APPLICATION
    )
    await annecy.place.db.write(accept_actor, robot)
    place = f"https://{host}/actor"

    def begin(uow):
        ours = f"{annecy.url}/activities/1"
        uow.session.add(Town(host=host, twinning=twinning, place_uri=place, offer_uri=ours))

    await annecy.place.db.write(begin)
    thing = {
        "type": "Relationship",
        "subject": uri,
        "relationship": TWINNED_WITH,
        "object": f"{annecy.url}/actor",
    }
    with pytest.raises(Rejected):
        await annecy.place.db.write(receive_offer, annecy.url, said(uri, thing, type="Offer"))
    town = await annecy.place.db.read(get_town, host)
    assert (town.twinning, town.place_uri) == (twinning, place)
    assert not await annecy.place.db.read(is_ally, host)


@pytest.mark.usefixtures("allied")
async def test_what_waits_for_a_town_that_is_our_twin_no_more_stays_here(room):
    found = await room(audience=Reading.MEMBERS)
    draft = PostDraft(text="Le code de la porte est 1234.", group_id=found.group)
    post = (await found.rumilly.place.db.write(publish_post, found.marie, draft)).post
    await found.rumilly.place.worker.work_until_idle()
    await found.rumilly.place.db.write(stand_as(Standing.KNOWN), found.annecy.domain)
    await found.settles()
    assert await found.in_annecy(post) is None


@pytest.mark.usefixtures("allied")
async def test_a_town_that_is_our_twin_no_more_says_nothing_in_closed_groups(room):
    """Nor does a vote from there count."""
    found = await room(audience=Reading.MEMBERS)
    earlier = await found.lea_says("Je suis là.")
    lea = (await found.in_rumilly(earlier)).author_actor_id
    question = await found.marie_says("Samedi ?")
    assert await found.rumilly.place.db.read(may_answer, lea, question)
    await found.rumilly.place.db.write(stand_as(Standing.KNOWN), found.annecy.domain)
    post = await found.lea_says("Je suis encore là.")
    assert await found.in_rumilly(post) is None
    assert not await found.rumilly.place.db.read(may_answer, lea, question)


async def test_who_was_put_out_of_a_group_says_nothing_there_by_changing_their_words(room):
    found = await room()
    post = await found.lea_says("Bonjour.")
    here = await found.in_rumilly(post)
    marie, group = found.marie, found.group
    await found.rumilly.place.db.write(
        ban_member, marie, group, here.author_actor_id, "Des insultes.", until=None
    )
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    note = {
        "id": note_uri(found.annecy.url, post.id),
        "type": "Note",
        "attributedTo": uri,
        "to": [PUBLIC],
        "cc": [found.group_uri],
        "content": "<p>Des insultes.</p>",
        "updated": "2099-01-01T00:00:00Z",
    }
    await found.rumilly.place.db.write(
        receive_update, found.rumilly.url, said(uri, note, type="Update")
    )
    assert (await found.in_rumilly(post)).text == "Bonjour."


async def test_a_group_does_not_take_what_was_said_elsewhere(room):
    """It would say that it was said there, and could take it away."""
    found = await room()
    zoe = a_draft(f"zoe_at{next(NUMBERS)}")
    author = await found.annecy.place.db.write(accept_actor, zoe)
    uri = f"{zoe.uri}/posts/{next(NUMBERS)}"
    note = {
        "id": uri,
        "type": "Note",
        "attributedTo": zoe.uri,
        "to": [PUBLIC],
        "content": "<p>Rien pour ce groupe.</p>",
        "published": "2026-11-23T10:00:00Z",
    }
    db = found.annecy.place.db
    group = await db.read(find_group_said_in, found.annecy.url, found.there)
    heard = Heard(author, from_ap(note), False)
    with pytest.raises(Rejected):
        await db.write(
            receive_announce,
            found.annecy.url,
            said(found.group_uri, uri, type="Announce"),
            group=group,
            heard=heard,
        )


async def test_no_moment_is_too_far_away_for_a_page(two):
    await two.follows()
    poll = await two.hears(
        type="Question", endTime=FAR, oneOf=[{"type": "Note", "name": n} for n in "ab"]
    )
    changed = await two.hears(updated=FAR)
    early = await two.hears(
        type="Question",
        endTime=BEFORE,
        updated=BEFORE,
        oneOf=[{"type": "Note", "name": n} for n in "ab"],
    )
    account = await two.db.read(lambda s: s.get_one(Account, two.lea.account_id))
    async with a_browser(two.town.place, account=account) as browser:
        for each in (poll, changed, early):
            for path in (f"/p/{each.id}", f"/p/{each.id}/history", "/"):
                page = await browser.get(path, follow_redirects=True)
                assert page.status_code == HTTPStatus.OK, path


async def test_of_many_posts_in_one_activity_one_is_heard(two):
    """Each would have us fetch pictures from wherever it likes."""
    await two.follows()
    notes = [two.note() for _ in range(3)]
    await two.says(notes)
    assert [await two.find(note) is not None for note in notes] == [True, False, False]


def test_no_number_is_larger_than_any_table_holds():
    with pytest.raises(Malformed):
        read_document(b'{"focalPoint": [1' + b"0" * 400 + b", 0]}")


async def test_a_group_stays_a_group(room):
    found = await room()
    draft = {
        "id": found.group_uri,
        "type": "Person",
        "preferredUsername": "x",
        "inbox": f"{found.group_uri}/inbox",
    }
    with pytest.raises(FederationError):
        await found.annecy.place.db.write(accept_actor, actor_from_ap(draft))


def test_nobody_is_called_by_letters_that_look_like_others():
    uri = "https://іssy.fr/users/maire"
    with pytest.raises(Malformed):
        actor_from_ap(
            {"id": uri, "type": "Person", "preferredUsername": "maire", "inbox": f"{uri}/inbox"}
        )


def test_an_address_that_is_none_is_on_no_server():
    """Also what a header says is compared: whoever sends nonsense hears no error of ours."""
    assert not is_same_origin("https://[nobody", "https://issy.fr/users/1")


async def test_a_name_of_another_domain_is_one_name_and_no_other(towns):
    annecy, _ = towns
    ana = replace(a_draft(f"ana_at{next(NUMBERS)}"), domain="issy.invalid")
    actor = await annecy.place.db.write(accept_actor, ana)
    document = {
        "id": ana.uri,
        "type": "Person",
        "preferredUsername": "maire",
        "inbox": ana.inbox,
    }
    await annecy.place.db.write(receive_update, annecy.url, said(ana.uri, document, type="Update"))
    now = await annecy.place.db.read(lambda session: session.get_one(Actor, actor.id))
    assert (now.handle, now.domain) == ("maire", "mastodon.invalid")
