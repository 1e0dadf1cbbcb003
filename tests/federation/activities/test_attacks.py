"""What somebody would try who runs a server of their own, and what comes of it."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlmodel import col, select

from federation.activities.announce import Heard, receive_announce
from federation.activities.create import receive_create
from federation.activities.delete import receive_delete
from federation.activities.like import receive_like
from federation.activities.move import prepare_move, receive_move
from federation.activities.offer import TWINNED_WITH, receive_offer
from federation.activities.undo import receive_undo
from federation.activities.update import receive_update
from federation.border import LARGEST_PASSED_ON, NeverLeaves, check_activity
from federation.delivery.models import OutgoingActivity
from federation.delivery.queue import list_reached, queue_letter
from federation.errors import FederationError, Malformed, Rejected
from federation.group_audience import find_group_said_in
from federation.models import RemoteActor, Town, Twinning
from federation.objects import note as notes
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.objects.note import from_ap
from federation.posts import find_post
from federation.reading import LONGEST_TEXT, JsonObject, read_document
from federation.receiving import JOINED_AT_ONCE
from federation.signing import recall
from federation.synchronising import agree
from federation.towns import Towns
from federation.transport import Client
from federation.trust import get_town, is_ally
from federation.uris import activity_uri, is_same_origin, note_uri
from federation.vocab import PUBLIC
from fedparents import clock as clocks
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.groups.members import ban_member, leave_group
from fedparents.groups.models import Audience as Reading
from fedparents.ids import PostId
from fedparents.posts.elsewhere import may_answer
from fedparents.posts.models import Post, Thanks
from fedparents.posts.service import PostDraft, edit_post, publish_post
from tests.federation.activities.conftest import stand_as
from tests.federation.activities.test_group_posts import room
from tests.federation.activities.test_posts_from_others import two
from tests.rig.elsewhere import Elsewhere, a_draft
from tests.rig.visitors import a_browser

__all__ = ["room", "two"]

NUMBERS = itertools.count()
TWIN = "https://twin.example/inbox"
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
    note: JsonObject = {
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


def large(document):
    """The same with much beside it that nobody here reads."""
    words = "x" * LONGEST_TEXT
    return document | {"more": [words] * (1 + LARGEST_PASSED_ON // len(words))}


async def guests_note(found, post=None, **changes):
    """A note of Léa's in a group of Rumilly."""
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    return {
        "id": note_uri(found.annecy.url, post.id if post else 10**9 + next(NUMBERS)),
        "type": "Note",
        "attributedTo": uri,
        "to": [PUBLIC],
        "cc": [found.group_uri],
        "content": "<p>Bonjour.</p>",
        **changes,
    }


async def test_a_group_passes_on_what_was_read_and_nothing_beside_it(room):
    """A letter that holds several things, or says that it does several, is read in several ways."""
    found = await room()
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    db, base = found.rumilly.place.db, found.rumilly.url
    one, other = await guests_note(found), await guests_note(found)
    for thing, verb in (([one, other], "Create"), (one, ["Create", "Delete"])):
        await db.write(receive_create, base, said(uri, thing, type=verb))
        assert await db.read(find_post, base, one["id"]) is None
    await db.write(receive_create, base, said(uri, [one], type=["Create"]))
    assert await db.read(find_post, base, one["id"])
    newer = one | {"content": "<p>Bonsoir.</p>", "updated": FAR}
    with pytest.raises(Rejected):
        await db.write(receive_update, base, said(uri, [newer, other], type="Update"))


async def test_a_group_takes_nothing_that_is_too_large_to_be_passed_on(room):
    """Each of its towns would get all of it."""
    found = await room()
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    db, base = found.rumilly.place.db, found.rumilly.url
    for make, is_there in ((large, False), (lambda note: note, True)):
        note = make(await guests_note(found))
        await db.write(receive_create, base, said(uri, note, type="Create"))
        assert (await db.read(find_post, base, note["id"]) is not None) is is_there
    newer = large(note | {"content": "<p>Bonsoir.</p>", "updated": FAR})
    with pytest.raises(Rejected):
        await db.write(receive_update, base, said(uri, newer, type="Update"))
    assert (await db.read(find_post, base, note["id"])).text == "Bonjour."
    whole = {"id": f"{uri}#1", "type": "Create", "actor": uri}
    announced = {
        "id": f"{base}/activities/1",
        "type": "Announce",
        "actor": found.group_uri,
        "to": [PUBLIC],
        "cc": [],
        "object": large(whole),
    }
    with pytest.raises(NeverLeaves):
        await db.read(check_activity, base, announced, sender_id=found.group)


@pytest.fixture
async def neighbour(two):
    """Somebody on Zoé's server, whom we know too."""
    draft = a_draft(f"noe_at{next(NUMBERS)}")
    await two.db.write(accept_actor, draft)
    return draft.uri


async def test_nobody_takes_back_what_a_neighbour_has_not_said_yet(two, neighbour):
    await two.follows()
    note = two.note()
    await two.says({"id": note["id"], "type": "Tombstone"}, receive_delete, sender=neighbour)
    await two.says(note)
    assert await two.find(note)
    other = two.note()
    for sender in (neighbour, None):  # nor does the one hide that its author did
        await two.says({"id": other["id"], "type": "Tombstone"}, receive_delete, sender=sender)
    await two.says(other)
    assert await two.find(other) is None


async def test_nobody_takes_back_thanks_that_a_neighbour_has_not_said_yet(two, neighbour):
    post = await two.asks()
    like = {"type": "Like", "id": f"{two.draft.uri}#like", "object": two.id_of(post)}

    def undo(sender):
        whole = like | {"actor": sender}
        return recall(
            sender,
            json.dumps(
                {"id": f"{sender}#undo", "type": "Undo", "actor": sender, "object": whole}
            ).encode(),
        )

    await two.db.write(receive_undo, two.base, undo(neighbour))
    thanks = recall(two.draft.uri, json.dumps(like | {"actor": two.draft.uri}).encode())
    await two.db.write(receive_like, two.base, thanks)
    assert await two.db.read(lambda s: s.get(Thanks, (post.id, two.zoe.id)))


async def test_nobody_makes_a_neighbours_thanks_their_own(two, neighbour):
    """What a like is called is theirs who said it first, and so is its end."""
    post = await two.asks()
    like = {"type": "Like", "id": f"{two.draft.uri}#like", "object": two.id_of(post)}
    for sender in (two.draft.uri, neighbour):
        thanks = recall(sender, json.dumps(like | {"actor": sender}).encode())
        await two.db.write(receive_like, two.base, thanks)
    undo = {"id": f"{neighbour}#undo", "type": "Undo", "actor": neighbour, "object": like["id"]}
    await two.db.write(receive_undo, two.base, recall(neighbour, json.dumps(undo).encode()))
    assert await two.db.read(lambda s: s.get(Thanks, (post.id, two.zoe.id)))
    own = undo | {"id": f"{two.draft.uri}#undo", "actor": two.draft.uri}
    await two.db.write(receive_undo, two.base, recall(two.draft.uri, json.dumps(own).encode()))
    assert await two.db.read(lambda s: s.get(Thanks, (post.id, two.zoe.id))) is None


async def test_however_many_answers_wait_for_a_post_nobody_waits_for_all_of_them(two, monkeypatch):
    monkeypatch.setattr("federation.receiving.JOINED_AT_ONCE", few := 2)
    assert few < JOINED_AT_ONCE
    await two.follows()
    parent = two.note()
    waiting = [two.note(inReplyTo=parent["id"]) for _ in range(2 * few + 1)]
    for note in (*waiting, parent):
        await two.says(note)
    root = await two.find(parent)

    async def joined():
        below = select(Post.id).where(Post.root_id == root.id, Post.id != root.id)
        return len(await two.db.read(lambda s: s.exec(below).all()))

    assert await joined() == few
    await two.town.place.worker.work_until_idle()
    assert await joined() == len(waiting)
    assert (await two.find(parent)).reply_count == len(waiting)


async def test_whoever_has_just_moved_has_nobody_looked_up(two):
    """Every week once, and not with every letter: else anybody could have us ask anybody."""
    await two.follows()
    world = Elsewhere()
    towns = Towns(two.town.place.settings, two.db, two.town.place.keys)
    towns.open_client = lambda: Client(world, user_agent="annecy")
    target = "https://victim.example/users/1"
    move = said(two.draft.uri, two.draft.uri, type="Move", target=target)
    of_others = said(two.draft.uri, "https://other.example/users/1", type="Move", target=target)
    await two.change(RemoteActor, two.zoe.id, moved_at=clocks.now())
    for each in (move, of_others):
        assert await prepare_move(two.db, towns, each) is receive_move
    assert world.asked == []
    await two.change(RemoteActor, two.zoe.id, moved_at=None)
    assert await prepare_move(two.db, towns, of_others) is receive_move
    assert world.asked == []
    with pytest.raises(FederationError):
        await prepare_move(two.db, towns, move)
    assert set(world.asked) == {target}


@pytest.mark.usefixtures("allied")
@pytest.mark.parametrize("wrong", ["to everybody", "inside", "another town", "another twin"])
async def test_the_border_keeps_what_only_members_read_among_them(room, wrong):
    """However it is wrapped, and whoever made a mistake."""
    found = await room(audience=Reading.MEMBERS)
    place, base = found.rumilly.place, found.rumilly.url
    draft = PostDraft(text="Le code de la porte est 1234.", group_id=found.group)
    post = (await place.db.write(publish_post, found.marie, draft)).post
    members = [f"{found.group_uri}/members"]
    strangers = {"another town": "https://far.example/inbox", "another twin": TWIN}

    def send(uow, *, is_wrong):
        stand_as(Standing.ALLY)(uow, "twin.example")
        content = notes.to_ap(uow.session, post, base, now=uow.now)
        envelope = {"to": members, "cc": []}
        public = {"to": [PUBLIC], "cc": []}
        author = content["attributedTo"]
        inner = {"id": f"{base}/activities/1", "type": "Create", "actor": author} | envelope
        whole = {"type": "Announce", "actor": found.group_uri} | envelope
        inboxes = [f"{found.annecy.url}/inbox"]
        if is_wrong:
            inner |= public if wrong == "inside" else {}
            whole |= public if wrong == "to everybody" else {}
            inboxes = [strangers.get(wrong, inboxes[0])]
        whole |= {"id": activity_uri(base, uow.new_id()), "object": inner | {"object": content}}
        queue_letter(uow, base, found.group, whole, inboxes, about="x", post_id=post.id)
        uow.session.rollback()

    await place.db.write(send, is_wrong=False)
    with pytest.raises(NeverLeaves):
        await place.db.write(send, is_wrong=True)


@pytest.mark.usefixtures("allied")
async def test_who_has_left_a_closed_group_does_not_hear_what_is_said_better(room):
    found = await room(audience=Reading.MEMBERS)
    post = await found.marie_says("Le code est 1234.")
    assert (await found.in_annecy(post)).text == "Le code est 1234."
    await found.annecy.place.db.write(leave_group, found.lea, found.there)
    await found.settles()
    await found.rumilly.place.db.write(edit_post, found.marie, PostId(post.id), "Le code est 5678.")
    await found.settles()
    there = await found.in_annecy(post)
    assert there is None or "5678" not in there.text


async def test_nobody_finds_out_who_is_here_by_naming_them_as_followers(two):
    """Whoever lists all numbers would hear of those who exist, in their own name."""
    shy = await two.town.somebody(f"shy_at{next(NUMBERS)}", is_discoverable=False)
    young = await two.town.somebody(f"tim_at{next(NUMBERS)}")
    people = [each.actor_id for each in (two.lea, shy, young)]

    def restrict(uow):
        account = uow.session.get_one(Account, young.account_id)
        account.restricted_until = uow.now.date() + timedelta(days=400)

    await two.db.write(restrict)
    listed = {f"{two.base}/users/{number}" for number in (*people, 1)}
    await two.db.write(agree, two.base, two.zoe.id, listed)
    told = select(OutgoingActivity.actor_id).where(col(OutgoingActivity.actor_id).in_(people))
    assert await two.db.read(lambda s: list(s.exec(told))) == [two.lea.actor_id]
    for child in (shy, young):
        uri = f"{two.base}/users/{child.actor_id}"
        undo = {"id": f"{two.base}/activities/1", "type": "Undo", "actor": uri, "object": TWIN}
        with pytest.raises(NeverLeaves):
            await two.db.read(
                check_activity, two.base, undo | {"to": [], "cc": []}, sender_id=child.actor_id
            )


async def test_a_guest_says_no_more_than_somebody_of_here_may(room, monkeypatch):
    """Each would go to every town of the group, and so would each change."""
    found = await room()
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    db, base = found.rumilly.place.db, found.rumilly.url
    monkeypatch.setattr("federation.group_receiving.SAID_AT_MOST", 3)
    old = {"published": "2020-01-01T00:00:00Z"}
    notes = [await guests_note(found, **(old if number else {})) for number in range(4)]
    for each in notes:
        await db.write(receive_create, base, said(uri, each, type="Create"))
    there = [await db.read(find_post, base, each["id"]) is not None for each in notes]
    assert there == [True, True, True, False]
    await found.settles()
    monkeypatch.setattr("federation.group_posts.TOLD_AT_MOST", 1)
    assert await db.write(list_reached, (await db.read(find_post, base, notes[0]["id"])).id)
    newer = notes[0] | {"content": "<p>Bonsoir.</p>", "updated": FAR}
    with pytest.raises(Rejected):
        await db.write(receive_update, base, said(uri, newer, type="Update"))
