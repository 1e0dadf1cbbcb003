"""What is for nearby: our twins get it, nobody else does, and it goes when they part."""

import itertools
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import col, delete, select

from federation.border import NeverLeaves
from federation.delivery.models import Delivery, DeliveryHost, OutgoingActivity
from federation.delivery.queue import Outgoing, queue_activity
from federation.models import RemotePost, Town
from federation.objects import note
from federation.trust import list_allies
from federation.twinning import accept_twinning, end_twinning, offer_twinning
from federation.uris import activity_uri, note_uri
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.service import PostDraft, delete_post, edit_post, narrow_post, publish_post
from fedparents.timelines.queries import list_town
from tests.rig.fediverse import settle
from tests.rig.pages import forms_of
from tests.rig.towns import follow_from
from tests.rig.visitors import a_browser
from web.site.posts.preview import preview_of
from web.site.posts.words import KINDS

NUMBERS = itertools.count()
NEARBY = Audience.NEARBY
STRANGER = "https://mastodon.example/inbox"


@pytest.fixture
async def twins(towns):
    annecy, rumilly = towns
    for town in towns:
        await town.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        await town.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    await annecy.place.towns.neighbours.look_at(rumilly.domain)
    await annecy.place.db.write(offer_twinning, annecy.url, rumilly.domain, by=OPERATOR)
    await settle(*towns)
    await rumilly.place.db.write(accept_twinning, rumilly.url, annecy.domain, by=OPERATOR)
    await settle(*towns)
    return annecy, rumilly


@pytest.fixture
async def lea(twins):
    """Somebody whom nobody elsewhere knows yet, followed by a stranger in a third town."""
    viewer = await twins[0].somebody(f"lea_n{next(NUMBERS)}", is_discoverable=False)
    await twins[0].place.db.write(follow_from, viewer.actor_id, STRANGER)
    return viewer


async def says(town, viewer, text, **changes):
    draft = PostDraft(text=text, **({"audience": NEARBY} | changes))
    return (await town.place.db.write(publish_post, viewer, draft)).post


async def known_in(town, uri):
    """The post of this id as another town has it."""

    def read(session):
        row = session.exec(select(RemotePost).where(RemotePost.uri == uri)).first()
        return session.get(Post, row.post_id) if row else None

    return await town.place.db.read(read)


async def went_to(town, post):
    """The towns to which a post was told, by name."""

    def read(session):
        told = (
            select(DeliveryHost.name)
            .join(Delivery, col(Delivery.host_id) == col(DeliveryHost.id))
            .join(OutgoingActivity, col(OutgoingActivity.id) == col(Delivery.activity_id))
            .where(OutgoingActivity.post_id == post.id)
        )
        return set(session.exec(told))

    return await town.place.db.read(read)


async def test_it_reaches_the_twin_and_nobody_else(twins, lea):
    annecy, rumilly = twins
    post = await says(annecy, lea, "Qui va au marché demain ?")
    await settle(*twins)
    there = await known_in(rumilly, note_uri(annecy.url, post.id))
    assert (there.audience, there.text) == (NEARBY, "Qui va au marché demain ?")
    assert await went_to(annecy, post) == {rumilly.domain}
    await annecy.place.db.write(edit_post, lea, post.id, "Qui va au bois ?")
    await settle(*twins)
    there = await known_in(rumilly, note_uri(annecy.url, post.id))
    assert there.text == "Qui va au bois ?"
    await annecy.place.db.write(delete_post, lea, post.id)
    await settle(*twins)
    there = await known_in(rumilly, note_uri(annecy.url, post.id))
    assert there.state == PostState.DELETED


async def test_everybody_there_finds_it_among_what_is_said_to_all(twins, lea):
    """Whether or not they follow whoever said it; what was said to the whole world is not there."""
    annecy, rumilly = twins
    max_ = await rumilly.somebody(f"max_n{next(NUMBERS)}")
    post = await says(annecy, lea, "Qui garde un chat en août ?")
    await says(annecy, lea, "À tout le monde", audience=Audience.PUBLIC)
    await settle(*twins)
    ours = await says(rumilly, max_, "Et chez nous ?", audience=Audience.HERE)
    there = await known_in(rumilly, note_uri(annecy.url, post.id))
    feed = await rumilly.place.db.read(list_town, max_)
    assert [card.id for card in feed.cards[:2]] == [ours.id, there.id]
    account = await rumilly.place.db.read(lambda session: session.get_one(Account, max_.account_id))
    async with a_browser(rumilly.place, account=account) as browser:
        page = (await browser.get("/town")).text
    assert "Qui garde un chat en août ?" in page
    assert "What was said to all parents of this place, and what twin towns show" in page
    await rumilly.place.db.write(end_twinning, rumilly.url, annecy.domain, by=OPERATOR)
    await settle(*twins)
    feed = await rumilly.place.db.read(list_town, max_)
    assert there.id not in [card.id for card in feed.cards]


async def test_it_is_answered_there_and_the_answer_comes_back(twins, lea):
    annecy, rumilly = twins
    post = await says(annecy, lea, "Qui a une échelle ?")
    await settle(*twins)
    there = await known_in(rumilly, note_uri(annecy.url, post.id))
    max_ = await rumilly.somebody(f"max_n{next(NUMBERS)}", is_discoverable=False)
    answer = await says(rumilly, max_, "Moi !", audience=None, in_reply_to_id=there.id)
    assert answer.audience == NEARBY
    await settle(*twins)
    here = await known_in(annecy, note_uri(rumilly.url, answer.id))
    assert (here.in_reply_to_id, here.audience) == (post.id, NEARBY)


async def test_without_twins_it_stays_here(twins, lea):
    annecy, rumilly = twins
    await annecy.place.db.write(end_twinning, annecy.url, rumilly.domain, by=OPERATOR)
    await settle(*twins)
    post = await says(annecy, lea, "Rien que nous")
    await settle(*twins)
    assert await went_to(annecy, post) == set()
    assert await known_in(rumilly, note_uri(annecy.url, post.id)) is None


@pytest.mark.parametrize("ends", [0, 1])
async def test_when_they_part_what_was_shared_goes_on_both_sides(twins, lea, ends):
    annecy, rumilly = twins
    max_ = await rumilly.somebody(f"max_n{next(NUMBERS)}", is_discoverable=False)
    ours = [await says(annecy, lea, f"Nous {number}") for number in range(3)]
    open_ = await says(annecy, lea, "Pour tous", audience=Audience.PUBLIC)
    theirs = await says(rumilly, max_, "Eux")
    await settle(*twins)
    assert await known_in(annecy, note_uri(rumilly.url, theirs.id)) is not None
    one, other = twins[ends], twins[1 - ends]
    await one.place.db.write(end_twinning, one.url, other.domain, by=OPERATOR)
    await settle(*twins)
    for post in ours:
        there = await known_in(rumilly, note_uri(annecy.url, post.id))
        assert there.state == PostState.DELETED
        assert await went_to(annecy, post) == set()
        kept = await annecy.place.db.read(lambda session, n=post.id: session.get(Post, n).state)
        assert kept == PostState.VISIBLE
    here = await known_in(annecy, note_uri(rumilly.url, theirs.id))
    assert here.state == PostState.DELETED
    assert await went_to(annecy, open_) == {"mastodon.example"}


async def test_what_is_narrowed_to_nearby_leaves_the_others(twins, lea):
    annecy, rumilly = twins
    post = await says(annecy, lea, "D'abord pour tous", audience=Audience.PUBLIC)
    await annecy.place.worker.work_until_idle()
    assert await went_to(annecy, post) == {"mastodon.example"}
    await annecy.place.db.write(narrow_post, lea, post.id, NEARBY)
    await annecy.place.worker.work_until_idle()
    assert await went_to(annecy, post) <= {rumilly.domain}

    def verbs(session):
        told = (
            select(OutgoingActivity.verb)
            .join(Delivery, col(Delivery.activity_id) == col(OutgoingActivity.id))
            .join(DeliveryHost, col(DeliveryHost.id) == col(Delivery.host_id))
            .where(
                DeliveryHost.name == "mastodon.example",
                OutgoingActivity.actor_id == lea.actor_id,
            )
        )
        return list(session.exec(told))

    assert await annecy.place.db.read(verbs) == ["Delete"]


async def test_only_twins_may_ask_for_it(twins, lea):
    annecy, rumilly = twins
    post = await says(annecy, lea, "Entre voisins")
    await settle(*twins)
    uri = note_uri(annecy.url, post.id)
    found = await rumilly.place.towns.fetcher.document(uri)
    assert found["to"] == [f"{rumilly.url}/actor"]
    assert PUBLIC not in [*found["to"], *found["cc"]]
    await annecy.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    with pytest.raises(Exception, match="404"):
        await rumilly.place.towns.fetcher.document(uri)


@pytest.mark.parametrize("wrong", ["to everybody", "to a stranger", "names a stranger"])
async def test_the_border_lets_nobody_else_have_it(twins, lea, wrong):
    annecy, rumilly = twins
    post = await says(annecy, lea, "Entre voisins")

    def send(uow):
        content = note.to_ap(uow.session, post, annecy.url, now=clock.now())
        inboxes = [f"{rumilly.url}/inbox"]
        match wrong:
            case "to everybody":
                content["to"] = [PUBLIC]
            case "to a stranger":
                inboxes = [STRANGER]
            case _:
                content["cc"] = ["https://mastodon.example/users/zoe"]
        document = {
            "id": activity_uri(annecy.url, uow.new_id()),
            "type": "Create",
            "actor": content["attributedTo"],
            "to": content["to"],
            "cc": content["cc"],
            "object": content,
        }
        told = Outgoing(
            document=document,
            sender_id=lea.actor_id,
            inboxes=inboxes,
            about="x",
            post_id=post.id,
        )
        queue_activity(uow, annecy.url, told)

    with pytest.raises(NeverLeaves):
        await annecy.place.db.write(send)


async def test_a_stranger_who_names_our_place_says_nothing_to_all(twins, lea):
    """Only a twin may address everybody here."""
    annecy, rumilly = twins
    max_ = await rumilly.somebody(f"max_n{next(NUMBERS)}", is_discoverable=False)
    post = await says(rumilly, max_, "Pour vous")
    await rumilly.place.worker.work_until_idle()
    await annecy.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    await settle(*twins)
    assert await known_in(annecy, note_uri(rumilly.url, post.id)) is None


@pytest.mark.parametrize("audience", [Audience.HERE, NEARBY, Audience.PUBLIC])
@pytest.mark.parametrize("names", ["nobody", "somebody of the twin"])
async def test_the_preview_names_the_towns_that_get_it(twins, lea, audience, names):
    annecy, rumilly = twins
    text = f"Bonjour {next(NUMBERS)}"
    if names != "nobody":
        handle = f"max_n{next(NUMBERS)}"
        await rumilly.somebody(handle)
        await annecy.finds(handle, rumilly)
        text += f" @{handle}@{rumilly.domain}"
    draft = PostDraft(text=text, audience=audience)
    seen = await annecy.place.db.read(preview_of, lea, KINDS["question"], draft, urgent="")
    post = (await annecy.place.db.write(publish_post, lea, draft)).post
    await annecy.place.worker.work_until_idle()
    assert set(seen.towns) == await went_to(annecy, post)
    wanted = {Audience.HERE: set(), NEARBY: {rumilly.domain}}.get(audience, {"mastodon.example"})
    if audience == Audience.PUBLIC and names != "nobody":
        wanted = wanted | {rumilly.domain}
    assert set(seen.towns) == wanted


async def test_nobody_under_eighteen_is_told_of_elsewhere(twins, lea):
    annecy, _ = twins

    def restrict(uow):
        account = uow.session.get_one(Account, lea.account_id)
        account.restricted_until = uow.now.date() + timedelta(days=300)
        uow.session.add(account)

    await annecy.place.db.write(restrict)
    draft = PostDraft(text="Salut", audience=NEARBY)
    seen = await annecy.place.db.read(preview_of, lea, KINDS["question"], draft, urgent="")
    post = (await annecy.place.db.write(publish_post, lea, draft)).post
    await annecy.place.worker.work_until_idle()
    assert (seen.towns, await went_to(annecy, post)) == ([], set())


async def test_whoever_writes_sees_first_where_it_goes(twins, lea):
    annecy, rumilly = twins
    account = await annecy.place.db.read(lambda session: session.get_one(Account, lea.account_id))
    async with a_browser(annecy.place, account=account) as browser:
        page = await browser.get("/write/message")
        name = (await annecy.place.db.read(list_allies))[0].name
        assert f"Those of {name}." in unescape(page.text)
        answers = {"text": "Qui vient ?", "to": "nearby", "action": "preview"}
        form = next(form for form in forms_of(page.text) if form.action == "/write/message")
        fields = form.answers | {key: [value] for key, value in answers.items()}
        seen = await browser.post("/write/message", data=fields)
        assert f"It goes to one other town: {rumilly.domain}." in seen.text
