"""What must stay here stays, whoever forgot to ask: documents made by hand, as a mistake would."""

from datetime import timedelta

import pytest

from federation.border import NeverLeaves, check_activity, check_document, check_inboxes
from federation.keys import THE_PLACE
from federation.models import RemoteActor
from federation.objects import note
from fedparents import clock
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor
from fedparents.conversations.service import MessageDraft, write_to
from fedparents.groups.models import Group
from fedparents.posts.models import Audience, Post
from fedparents.posts.polls import PollDraft
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, a_viewer, open_the_doors, put_follow
from tests.rig.towns import follow_from

pytestmark = pytest.mark.anyio
WHILE = timedelta(days=400)
BASE = "http://issy.localhost"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture
async def place(runtime):
    await runtime.db.write(open_the_doors)
    return runtime


@pytest.fixture
async def ana(place):
    return await a_viewer(place.db, "ana")


def saying(db, viewer, **draft):
    draft = {"text": "Qui a une poussette ?", "audience": Audience.PUBLIC, **draft}
    return db.write(publish_post, viewer, PostDraft(**draft))


def a_create(content, actor):
    return {
        "id": f"{BASE}/activities/1",
        "type": "Create",
        "actor": f"{BASE}/users/{actor}",
        "to": [PUBLIC],
        "cc": [],
        "object": content,
    }


async def sent(place, viewer, post, *, envelope=None, **changes):
    """What a careless sender makes of a post: it asks nobody. `envelope` is what the activity says
    otherwise than its object."""
    envelope = envelope or {}

    def send(session):
        content = note.to_ap(session, session.get_one(Post, post.id), BASE, now=clock.now())
        content |= {"to": [PUBLIC], "cc": [], **changes}
        document = a_create(content, viewer.actor_id)
        document |= {name: content[name] for name in ("to", "cc")} | envelope
        check_activity(session, BASE, document, sender_id=viewer.actor_id)

    await place.db.read(send)


async def test_a_public_post_leaves(place, ana):
    post = (await saying(place.db, ana)).post
    await sent(place, ana, post)


async def test_a_poll_leaves(place, ana):
    poll = PollDraft(("Samedi", "Dimanche"))
    post = (await saying(place.db, ana, text="Quand ?", poll=poll)).post
    await sent(place, ana, post)


async def test_what_is_for_fewer_stays(place, ana):
    post = (await saying(place.db, ana, audience=Audience.HERE)).post
    with pytest.raises(NeverLeaves, match="is for"):
        await sent(place, ana, post)


async def test_what_is_for_nearby_stays_without_twins(place, ana):
    await saying(place.db, ana, audience=Audience.PUBLIC)  # by which its author is known
    post = (await saying(place.db, ana, text="Entre voisins", audience=Audience.NEARBY)).post
    with pytest.raises(NeverLeaves, match="addressed otherwise"):
        await sent(place, ana, post)


async def test_what_was_said_in_a_group_stays(place, ana):
    group = await a_group(place.db, ana)
    post = (await saying(place.db, ana, group_id=group, audience=None)).post
    with pytest.raises(NeverLeaves, match="is for"):
        await sent(place, ana, post)


async def test_what_was_asked_without_a_name_stays(place, ana):
    group = await a_group(place.db, ana)

    def allow(uow):
        uow.session.get_one(Group, group).allows_anonymous = True

    await place.db.write(allow)
    asked = await saying(place.db, ana, group_id=group, audience=None, is_anonymous=True)

    def loosen(uow):
        """As if every other rule had been lost."""
        post = uow.session.get_one(Post, asked.post.id)
        post.group_id, post.audience, post.is_anonymous = None, Audience.PUBLIC, False
        post.author_actor_id = ana.actor_id

    await place.db.write(loosen)
    with pytest.raises(NeverLeaves, match="is for"):
        await sent(place, ana, asked.post)


async def test_what_waits_or_is_hidden_stays(place, ana):
    post = (await saying(place.db, ana)).post
    for state in ("held", "hidden", "deleted"):

        def change(uow, state=state):
            uow.session.get_one(Post, post.id).state = state

        await place.db.write(change)
        with pytest.raises(NeverLeaves):
            await sent(place, ana, post)


async def test_the_words_of_another_post_stay(place, ana):
    secret = (await saying(place.db, ana, text="Pour ici", audience=Audience.HERE)).post
    post = (await saying(place.db, ana)).post
    source = {"content": secret.text, "mediaType": "text/markdown"}
    with pytest.raises(NeverLeaves, match="something else"):
        await sent(place, ana, post, source=source)


async def test_nobody_speaks_for_somebody_else(place, ana):
    bao = await a_viewer(place.db, "bao")
    post = (await saying(place.db, ana)).post
    with pytest.raises(NeverLeaves, match="is not by"):
        await sent(place, ana, post, attributedTo=f"{BASE}/users/{bao.actor_id}")

    def in_the_name_of_bao(session):
        document = a_create(f"{BASE}/notes/{post.id}", ana.actor_id)
        check_activity(session, BASE, document, sender_id=bao.actor_id)

    with pytest.raises(NeverLeaves, match="is not who sends it"):
        await place.db.read(in_the_name_of_bao)


async def test_who_may_not_be_known_elsewhere_says_nothing_there(place, ana):
    post = (await saying(place.db, ana)).post

    def pause(uow):
        uow.session.get_one(Account, ana.account_id).state = AccountState.FROZEN

    await place.db.write(pause)
    with pytest.raises(NeverLeaves, match="nobody elsewhere may know"):
        await sent(place, ana, post)


async def test_a_quiet_post_is_not_shouted(place, ana):
    post = (await saying(place.db, ana, is_quiet=True)).post
    with pytest.raises(NeverLeaves, match="addressed otherwise"):
        await sent(place, ana, post)
    await sent(place, ana, post, to=[f"{BASE}/users/{ana.actor_id}/followers"], cc=[PUBLIC])

    shouted = {"to": [PUBLIC]}
    with pytest.raises(NeverLeaves, match="addressed otherwise"):
        await sent(
            place,
            ana,
            post,
            to=[f"{BASE}/users/{ana.actor_id}/followers"],
            cc=[PUBLIC],
            envelope=shouted,
        )


async def a_stranger(place, viewer):
    """Zoé of another town, whom somebody here follows."""

    def add(uow):
        number = follow_from(uow, viewer.actor_id, "https://rumilly.example/users/zoe/inbox")
        put_follow(uow, viewer.actor_id, number)
        return uow.session.get_one(RemoteActor, number)

    return await place.db.write(add)


async def test_what_is_for_followers_is_addressed_to_them_alone(place, ana):
    zoe = await a_stranger(place, ana)
    post = (await saying(place.db, ana, audience=Audience.FOLLOWERS)).post
    followers = [f"{BASE}/users/{ana.actor_id}/followers"]
    await sent(place, ana, post, to=followers, cc=[])
    for to, cc in ((followers, [zoe.uri]), ([PUBLIC], followers), (followers, [PUBLIC])):
        with pytest.raises(NeverLeaves, match="addressed otherwise"):
            await sent(place, ana, post, to=to, cc=cc)
    with pytest.raises(NeverLeaves, match="addressed otherwise"):
        await sent(place, ana, post, to=followers, cc=[], envelope={"cc": [PUBLIC]})

    def reaching(session):
        check_inboxes(session, BASE, post.id, [zoe.inbox])
        check_inboxes(session, BASE, post.id, ["https://other.example/inbox"])

    with pytest.raises(NeverLeaves, match=r"not for https://other\.example"):
        await place.db.read(reaching)


async def test_a_letter_goes_to_those_to_whom_it_is_written(place, ana):
    zoe = await a_stranger(place, ana)
    other = (await a_stranger(place, ana)).uri
    draft = MessageDraft(text="Samedi ?")
    letter = (await place.db.write(write_to, ana, [zoe.actor_id], draft)).post
    await sent(place, ana, letter, to=[zoe.uri], cc=[])
    for to, cc in (([zoe.uri], [other]), ([PUBLIC], []), ([], []), ([zoe.uri], [PUBLIC])):
        with pytest.raises(NeverLeaves, match="addressed otherwise"):
            await sent(place, ana, letter, to=to, cc=cc)

    def reaching(session):
        check_inboxes(session, BASE, letter.id, [zoe.inbox])
        check_inboxes(session, BASE, letter.id, [other])

    with pytest.raises(NeverLeaves, match="is not for"):
        await place.db.read(reaching)


async def test_nor_is_anything_else_of_ours_named(place, ana):
    secret = (await saying(place.db, ana, text="Pour ici", audience=Audience.HERE)).post
    post = (await saying(place.db, ana)).post
    with pytest.raises(NeverLeaves, match="inReplyTo names"):
        await sent(place, ana, post, inReplyTo=f"{BASE}/notes/{secret.id}")
    with pytest.raises(NeverLeaves, match="url names"):
        await sent(place, ana, post, url=f"{BASE}/p/{secret.id}")

    def deleting(session):
        gone = {"id": f"{BASE}/notes/{secret.id}", "type": "Tombstone"}
        document = a_create(gone, ana.actor_id) | {"type": "Delete"}
        check_activity(session, BASE, document, sender_id=ana.actor_id)

    with pytest.raises(NeverLeaves, match="id names"):
        await place.db.read(deleting)


async def test_a_row_of_a_table_is_no_document(place, ana):
    def check(document):
        return place.db.read(check_document, BASE, document)

    account = await place.db.read(lambda s: s.get_one(Account, ana.account_id))
    with pytest.raises(NeverLeaves, match="a thing without a type"):
        await check(dict(vars(account)))
    with pytest.raises(NeverLeaves, match="holds a Account"):
        await check({"type": "Create", "object": account})
    with pytest.raises(NeverLeaves, match="email"):
        await check({"type": "Person", "email": "ana@example.org"})
    with pytest.raises(NeverLeaves, match="a Report never leaves"):
        await check({"type": "Report", "category": "spam"})
    with pytest.raises(NeverLeaves, match="birth_year"):
        await check({"type": "Note", "birth_year": 1990})
    with pytest.raises(NeverLeaves, match="bcc"):
        await check({"type": "Create", "bcc": []})


async def test_the_place_speaks_with_its_own_voice_only(place):
    document: dict[str, object] = {
        "id": f"{BASE}/activities/1",
        "type": "Accept",
        "actor": f"{BASE}/actor",
        "to": [],
        "cc": [],
        "object": "https://a.example/1",
    }
    await place.db.read(check_activity, BASE, document, sender_id=THE_PLACE)
    document["actor"] = f"{BASE}/users/1"
    with pytest.raises(NeverLeaves):
        await place.db.read(check_activity, BASE, document, sender_id=THE_PLACE)


@pytest.mark.parametrize("end", ["", "/followers", "#main-key"])
async def test_nor_is_anybody_named_of_whom_nobody_elsewhere_may_know(place, ana, end):
    bao = await a_viewer(place.db, "bao")

    def hide(uow):
        uow.session.get_one(Actor, bao.actor_id).is_discoverable = False

    await place.db.write(hide)
    group = await a_group(place.db, ana)  # for this place only
    post = (await saying(place.db, ana)).post
    for hidden in (f"{BASE}/users/{bao.actor_id}{end}", f"{BASE}/groups/{group}{end}"):
        with pytest.raises(NeverLeaves, match="cc names"):
            await sent(place, ana, post, cc=[hidden])
        with pytest.raises(NeverLeaves, match="href names"):
            await sent(place, ana, post, tag=[{"type": "Mention", "name": "@x", "href": hidden}])


@pytest.fixture
async def child(place):
    """Somebody under eighteen; every flag of theirs says that all may know of them."""
    young = await a_viewer(place.db, "tim")

    def restrict(uow):
        uow.session.get_one(Account, young.account_id).restricted_until = uow.now.date() + WHILE
        actor = uow.session.get_one(Actor, young.actor_id)
        actor.is_discoverable = actor.is_indexable = True
        actor.is_locked = False

    await place.db.write(restrict)
    return young


@pytest.mark.parametrize("verb", ["Create", "Follow", "Join", "Like", "Move", "Update"])
async def test_nothing_that_a_child_does_leaves(place, child, verb):
    """Whatever page or job forgot to ask."""
    uri = f"{BASE}/users/{child.actor_id}"
    things = {
        "Create": {"type": "Note", "id": f"{uri}#vote", "name": "Oui", "attributedTo": uri},
        "Update": {"type": "Person", "id": uri, "preferredUsername": "tim"},
    }
    document = a_create(things.get(verb, "https://a.example/users/zoe"), child.actor_id)
    document |= {"type": verb, "to": ["https://a.example/users/zoe"]}
    with pytest.raises(NeverLeaves):
        await place.db.read(check_activity, BASE, document, sender_id=child.actor_id)


async def test_nor_do_a_childs_words_and_name(place, ana, child):
    post = (await saying(place.db, child)).post
    with pytest.raises(NeverLeaves, match="author"):
        await sent(place, child, post)
    content = await place.db.read(
        lambda s: note.to_ap(s, s.get_one(Post, post.id), BASE, now=clock.now())
    )
    with pytest.raises(NeverLeaves):
        await place.db.read(check_document, BASE, content)
    uri = f"{BASE}/users/{child.actor_id}"
    with pytest.raises(NeverLeaves):
        await place.db.read(check_document, BASE, {"type": "Person", "id": uri})
    own = (await saying(place.db, ana)).post
    with pytest.raises(NeverLeaves, match="cc names"):
        await sent(place, ana, own, cc=[uri])


async def test_who_somebody_is_leaves_if_others_may_know(place, ana):
    uri = f"{BASE}/users/{ana.actor_id}"

    def change(uow, **values):
        account = uow.session.get_one(Account, ana.account_id)
        actor = uow.session.get_one(Actor, ana.actor_id)
        for name, value in values.items():
            setattr(account if name == "state" else actor, name, value)

    async def check():
        await place.db.read(check_document, BASE, {"type": "Person", "id": uri})

    await place.db.write(change, is_discoverable=True)
    await check()
    await place.db.write(change, is_discoverable=False)
    with pytest.raises(NeverLeaves, match="may know"):
        await check()
    group = await a_group(place.db, ana)  # for this place only
    there = {"type": "Group", "id": f"{BASE}/groups/{group}"}
    with pytest.raises(NeverLeaves, match="may know"):
        await place.db.read(check_document, BASE, there)
