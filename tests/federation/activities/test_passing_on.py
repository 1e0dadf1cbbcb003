"""What people pass on reaches those who follow them in other towns, and is taken back there."""

import itertools
import json

import pytest
from sqlmodel import col, select

from federation.activities.share import prepare_share, receive_share, send_share
from federation.activities.undo import receive_undo
from federation.border import NeverLeaves, check_activity
from federation.delivery.models import OutgoingActivity
from federation.errors import PeerBlocked
from federation.models import ShareActivity
from federation.objects.actor import accept_actor
from federation.outbox import tell_changed, tell_published
from federation.posts import find_post
from federation.signing import recall
from federation.trust import get_town
from federation.vocab import PUBLIC
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, Standing
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification
from fedparents.posts.models import Audience, Post, PostState, Share
from fedparents.posts.service import PostDraft, delete_post, edit_post, narrow_post, publish_post
from fedparents.posts.sharing import share_post, unshare_post
from fedparents.social.follows import follow_actor
from fedparents.timelines.queries import list_home
from tests.rig.elsewhere import a_draft
from tests.rig.fediverse import settle
from tests.rig.towns import follow_from

NUMBERS = itertools.count()


class Three:
    """Ana and Max in Rumilly, and Léa in Annecy, who follows Max and has never heard of Ana."""

    def __init__(self, towns, lea, max_, ana):
        self.annecy, self.rumilly = self.towns = towns
        self.lea, self.max, self.ana = lea, max_, ana

    async def says(self, **draft):
        draft = {"text": f"Fête {next(NUMBERS)}", "audience": Audience.PUBLIC, **draft}
        post = (await self.rumilly.place.db.write(publish_post, self.ana, PostDraft(**draft))).post
        await settle(*self.towns)
        return post

    async def does(self, service, post, *more):
        await self.rumilly.place.db.write(service, self.max, post.id, *more)
        await settle(*self.towns)

    async def at_home(self):
        """What Léa finds: the words, and by whom they came."""
        feed = await self.annecy.place.db.read(list_home, self.lea)
        by = {post_id: share.handle.partition("@")[0] for post_id, share in feed.shares.items()}
        return [(card.text, by.get(card.id)) for card in feed.cards]


async def three(towns, **ana_is):
    annecy, rumilly = towns
    number = next(NUMBERS)
    lea = await annecy.somebody(f"lea_s{number}")
    max_ = await rumilly.somebody(f"max_s{number}", is_locked=False)
    ana = await rumilly.somebody(f"ana_s{number}", **ana_is)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    await settle(*towns)
    return Three(towns, lea, max_, ana)


@pytest.fixture
async def trio(towns):
    return await three(towns)


async def test_who_follows_from_another_town_finds_it_and_finds_it_gone(trio):
    post = await trio.says()
    assert await trio.at_home() == []
    await trio.does(share_post, post)
    await trio.does(share_post, post)
    assert await trio.at_home() == [(post.text, trio.max.handle)]
    await trio.rumilly.place.db.write(edit_post, trio.ana, post.id, "Fête reportée")
    await settle(*trio.towns)
    assert await trio.at_home() == [("Fête reportée", trio.max.handle)], "there, too"
    await trio.does(unshare_post, post)
    assert await trio.at_home() == []
    await trio.does(share_post, post)
    assert await trio.at_home() == [("Fête reportée", trio.max.handle)]
    await trio.rumilly.place.db.write(delete_post, trio.ana, post.id)
    await settle(*trio.towns)
    copy = await trio.annecy.place.db.read(
        find_post, trio.annecy.url, f"{trio.rumilly.url}/notes/{post.id}"
    )
    assert copy.state == PostState.DELETED


async def test_what_is_narrowed_is_taken_back_where_it_was_passed_on(trio):
    post = await trio.says()
    await trio.does(share_post, post)
    await trio.rumilly.place.db.write(narrow_post, trio.ana, post.id, Audience.HERE)
    await settle(*trio.towns)
    assert await trio.at_home() == []


async def test_whoever_said_it_is_told_and_counts_it(towns):
    """The other way round: what Léa reads of Max, she passes on."""
    trio = await three(towns)
    annecy, rumilly = towns
    draft = PostDraft(text=f"Bonjour {next(NUMBERS)}", audience=Audience.PUBLIC)
    said = (await rumilly.place.db.write(publish_post, trio.max, draft)).post
    await settle(*towns)
    copy = await annecy.place.db.read(find_post, annecy.url, f"{rumilly.url}/notes/{said.id}")
    await annecy.place.db.write(share_post, trio.lea, copy.id)
    await settle(*towns)

    async def counted():
        row = await rumilly.place.db.read(lambda session: session.get(Post, said.id))
        return row.share_count

    async def told():
        own = select(Notification.kind).join(
            Account, col(Account.id) == col(Notification.account_id)
        )
        mine = own.where(Account.actor_id == trio.max.actor_id)
        return await rumilly.place.db.read(lambda session: session.exec(mine).all())

    assert await counted() == 1
    assert (await told()).count(Kind.SHARED) == 1
    await annecy.place.db.write(unshare_post, trio.lea, copy.id)
    await settle(*towns)
    assert await counted() == 0
    await annecy.place.db.write(share_post, trio.lea, copy.id)
    await settle(*towns)
    assert await counted() == 1
    assert (await told()).count(Kind.SHARED) == 1, "who passes it on twice does so once"


async def test_what_nobody_elsewhere_may_know_of_stays_here(towns):
    """Neither of who passes it on, nor of who said it."""
    trio = await three(towns)
    rumilly = trio.rumilly.place
    post = await trio.says()

    def hide(uow):
        actor = uow.session.get_one(Actor, trio.max.actor_id)
        actor.is_discoverable = False
        uow.session.add(actor)

    await rumilly.db.write(hide)
    await trio.does(share_post, post)
    assert await trio.at_home() == []
    named = f"{trio.rumilly.url}/notes/{post.id}"
    with pytest.raises(NeverLeaves, match="nobody elsewhere may know"):
        await leaves(trio, trio.max, named)


async def leaves(trio, who, named, to=PUBLIC):
    base_url = trio.rumilly.url
    actor = f"{base_url}/users/{who.actor_id}"
    said = {"id": "x", "type": "Announce", "actor": actor, "object": named, "to": [to], "cc": []}
    await trio.rumilly.place.db.read(
        lambda session: check_activity(session, base_url, said, sender_id=who.actor_id)
    )


async def test_the_border_lets_nobody_pass_on_what_is_for_some(trio):
    wide = await trio.says()
    base_url = trio.rumilly.url
    await leaves(trio, trio.max, f"{base_url}/notes/{wide.id}")
    with pytest.raises(NeverLeaves, match="addressed to some"):
        await leaves(trio, trio.max, f"{base_url}/notes/{wide.id}", to="https://b.example/1")
    for audience in (Audience.HERE, Audience.NEARBY, Audience.FOLLOWERS):
        narrow = await trio.says(audience=audience)
        with pytest.raises(NeverLeaves, match="not for everybody"):
            await leaves(trio, trio.max, f"{base_url}/notes/{narrow.id}")
    with pytest.raises(NeverLeaves, match="not for everybody"):
        await leaves(trio, trio.max, "https://elsewhere.example/notes/1")


class Stranger:
    """Zoé, on a server that nobody of us wrote, passes on what Ana says."""

    def __init__(self, trio, draft):
        self.trio, self.draft = trio, draft
        self.place, self.base = trio.rumilly.place, trio.rumilly.url

    async def sends(self, verb, thing, number):
        """An activity of hers, with the address of this place at hand."""
        whole = {
            "id": f"{self.draft.uri}#{number}",
            "type": "Announce",
            "actor": self.draft.uri,
            "object": thing,
            "to": [PUBLIC],
        }
        said = recall(self.draft.uri, json.dumps(whole).encode())
        await self.place.db.write(verb, self.base, said)
        return whole

    async def passes_on(self, post, number):
        return await self.sends(receive_share, f"{self.base}/notes/{post.id}", number)

    async def count(self, post):
        def count(session):
            rows = session.exec(select(Share).where(Share.post_id == post.id)).all()
            papers = session.exec(
                select(ShareActivity)
                .join(Share, col(Share.id) == col(ShareActivity.share_id))
                .where(Share.post_id == post.id)
            ).all()
            assert session.get_one(Post, post.id).share_count == len(rows)
            return len(rows), len(papers)

        return await self.place.db.read(count)


@pytest.fixture
async def stranger(trio):
    draft = a_draft(f"zoe_s{next(NUMBERS)}")
    await trio.rumilly.place.db.write(accept_actor, draft)
    return Stranger(trio, draft)


async def test_twice_and_by_two_ids_it_is_passed_on_once(stranger):
    post = await stranger.trio.says()
    first = await stranger.passes_on(post, 1)
    await stranger.passes_on(post, 1)
    assert await stranger.count(post) == (1, 1)
    await stranger.passes_on(post, 2)
    assert await stranger.count(post) == (1, 2)
    await stranger.sends(receive_undo, first["id"], 3)
    assert await stranger.count(post) == (1, 1), "the other one goes on"
    await stranger.sends(receive_undo, f"{stranger.draft.uri}#2", 4)
    assert await stranger.count(post) == (0, 0)


async def test_what_ends_before_it_comes_never_was(stranger):
    post = await stranger.trio.says()
    announce = {
        "id": f"{stranger.draft.uri}#11",
        "type": "Announce",
        "actor": stranger.draft.uri,
        "object": f"{stranger.base}/notes/{post.id}",
    }
    await stranger.sends(receive_undo, announce, 12)
    await stranger.passes_on(post, 11)
    assert await stranger.count(post) == (0, 0)
    await stranger.passes_on(post, 13)
    await stranger.sends(receive_undo, {**announce, "id": f"{stranger.draft.uri}#14"}, 15)
    assert await stranger.count(post) == (0, 0), "whole, whatever its id"


async def test_nobody_ends_what_others_pass_on(stranger):
    post = await stranger.trio.says()
    first = await stranger.passes_on(post, 21)
    other = a_draft(f"yan_s{next(NUMBERS)}")
    await stranger.place.db.write(accept_actor, other)
    yan = Stranger(stranger.trio, other)
    await yan.sends(receive_undo, first["id"], 22)
    await yan.sends(receive_undo, first, 23)
    assert await stranger.count(post) == (1, 1)


async def test_what_is_for_some_is_passed_on_by_nobody_elsewhere(stranger):
    for audience in (Audience.HERE, Audience.NEARBY, Audience.FOLLOWERS):
        post = await stranger.trio.says(audience=audience)
        await stranger.passes_on(post, next(NUMBERS))
        assert await stranger.count(post) == (0, 0)


async def test_nothing_is_asked_for_somebody_whom_nobody_follows_nor_of_a_town_that_is_kept_out(
    trio,
):
    annecy = trio.annecy.place
    thing = "https://kept-out.invalid/notes/1"

    def announced(by):
        whole = {"id": f"{by}#1", "type": "Announce", "actor": by, "object": thing}
        return recall(by, json.dumps(whole).encode())

    stranger = a_draft(f"zoe_s{next(NUMBERS)}")
    await annecy.db.write(accept_actor, stranger)
    passed = await prepare_share(annecy.db, annecy.towns, announced(stranger.uri))
    assert passed is receive_share

    def keep_out(uow):
        town = get_town(uow.session, "kept-out.invalid")
        town.standing = Standing.BLOCKED
        uow.session.add(town)

    await annecy.db.write(keep_out)
    by = f"{trio.rumilly.url}/users/{trio.max.actor_id}"
    with pytest.raises(PeerBlocked):
        await prepare_share(annecy.db, annecy.towns, announced(by))


async def test_an_announce_takes_no_words_from_who_passes_on(trio):
    """What it says is read where it was said, however it is repeated inside."""
    post = await trio.says()
    await trio.does(share_post, post)
    sent = select(OutgoingActivity).where(
        OutgoingActivity.post_id == post.id, OutgoingActivity.verb == "Announce"
    )
    (row,) = await trio.rumilly.place.db.read(lambda session: session.exec(sent).all())
    body = json.loads(row.body)
    assert body["object"] == f"{trio.rumilly.url}/notes/{post.id}"
    assert body["to"] == [PUBLIC]
    assert f"{trio.rumilly.url}/users/{trio.ana.actor_id}" in body["cc"]


async def test_what_is_passed_on_and_changed_before_it_is_told_is_told_all_the_same(trio):
    """The job that tells it first may be the last to run."""
    place = trio.rumilly.place
    await place.db.write(follow_from, trio.ana.actor_id, "https://c.example/users/1/inbox")
    draft = PostDraft(text="Fête", audience=Audience.PUBLIC)
    post = (await place.db.write(publish_post, trio.ana, draft)).post
    share = await place.db.write(share_post, trio.max, post.id)
    await place.db.write(send_share, trio.rumilly.url, share.id)
    await place.db.write(edit_post, trio.ana, post.id, "Fête reportée")
    await place.db.write(tell_changed, trio.rumilly.url, post.id, place.db.new_id())
    await place.db.write(tell_published, trio.rumilly.url, post.id, place.db.new_id())
    await settle(*trio.towns)
    verbs = select(OutgoingActivity.verb).where(
        OutgoingActivity.post_id == post.id, OutgoingActivity.actor_id == trio.ana.actor_id
    )
    told = await place.db.read(lambda s: list(s.exec(verbs.order_by(col(OutgoingActivity.id)))))
    assert told.count("Create") == 1
    assert await trio.at_home() == [("Fête reportée", trio.max.handle)]
