"""What is passed on: only what everybody may read, once in each home, and never past a block."""

import pytest
from sqlmodel import col, select

from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.errors import NotAllowed, NotFound
from fedparents.groups import models as groups
from fedparents.groups.service import PrivacyDraft, change_privacy
from fedparents.paging import Paging
from fedparents.posts.facts import Shared, ShareEnded
from fedparents.posts.models import Audience, Post, Share
from fedparents.posts.retention import forget_author
from fedparents.posts.service import delete_post, narrow_post
from fedparents.posts.sharing import list_sharers, share_from_elsewhere, share_post, unshare_post
from fedparents.social.follows import FollowDraft, accept_follow, follow_actor, unfollow_actor
from fedparents.social.service import block_actor, mute_actor, unmute_actor
from fedparents.timelines.models import HomeEntry
from fedparents.timelines.queries import get_card, list_home, list_written
from fedparents.timelines.service import empty_shared, fill_homes, fill_shared, trim_homes
from tests.core.posts.test_service import square

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
__all__ = ["square"]


async def says(square, viewer, text="Fête du quartier samedi", **draft):
    """To everybody."""
    draft = {"group_id": None, "audience": Audience.PUBLIC, **draft}
    post = await square.say(viewer, text, **draft)
    await square.db.write(fill_homes, post.id)
    return post


async def passes_on(square, viewer, post):
    share = await square.db.write(share_post, viewer, post.id)
    await square.db.write(fill_shared, share.id)
    return share


async def keeps(square, viewer, post):
    await square.db.write(unshare_post, viewer, post.id)
    ended = next(fact for fact in reversed(square.facts) if isinstance(fact, ShareEnded))
    await square.db.write(empty_shared, ended.share_id, post.id)


async def follows(square, viewer, other, **draft):
    await square.db.write(follow_actor, viewer, other.actor_id, FollowDraft(**draft))
    await square.db.write(accept_follow, other, viewer.actor_id)


async def at_home(square, viewer):
    """The posts there, and by whom they came."""
    feed = await square.db.read(list_home, viewer)
    by = {post_id: share.name for post_id, share in feed.shares.items()}
    return [(card.id, by.get(card.id)) for card in feed.cards]


async def test_who_follows_finds_what_is_passed_on(square):
    await follows(square, square.chloe, square.bao)
    post = await says(square, square.ana)
    assert await at_home(square, square.chloe) == []
    share = await passes_on(square, square.bao, post)
    assert await at_home(square, square.chloe) == [(post.id, "Bao")]
    assert await at_home(square, square.bao) == [(post.id, "Bao")]
    assert await at_home(square, square.ana) == [(post.id, None)], "her own words"
    assert await at_home(square, square.marie) == []
    again = await square.db.write(share_post, square.bao, post.id)
    assert again.id == share.id
    assert square.facts.count(Shared(share.id, post.id, square.bao.actor_id)) == 1
    card = await square.db.read(get_card, square.bao, post.id)
    assert (card.share_count, card.has_shared, card.may_be_shared) == (1, True, True)
    assert not (await square.db.read(get_card, square.chloe, post.id)).has_shared
    await keeps(square, square.bao, post)
    assert await at_home(square, square.chloe) == []
    await square.db.write(unshare_post, square.bao, post.id)
    card = await square.db.read(get_card, square.bao, post.id)
    assert (card.share_count, card.has_shared) == (0, False)


async def test_each_post_is_at_home_once(square):
    await follows(square, square.chloe, square.ana)
    await follows(square, square.chloe, square.bao)
    await follows(square, square.chloe, square.marie)
    known = await says(square, square.ana, "Le premier")
    new = await says(square, square.marie, "Le deuxième", group_id=square.group, audience=None)
    first = await says(square, square.ana, "Le troisième")
    await passes_on(square, square.bao, known)
    await passes_on(square, square.marie, known)
    assert await at_home(square, square.chloe) == [(first.id, None), (known.id, None)]
    assert new.audience == Audience.GROUP


async def test_what_several_pass_on_stays_at_home_because_of_the_others(square):
    await follows(square, square.chloe, square.bao)
    await follows(square, square.chloe, square.marie)
    post = await says(square, square.ana)
    await passes_on(square, square.bao, post)
    await passes_on(square, square.marie, post)
    await keeps(square, square.bao, post)
    assert await at_home(square, square.chloe) == [(post.id, "Marie")]
    assert await at_home(square, square.bao) == []
    await passes_on(square, square.chloe, post)
    await keeps(square, square.marie, post)
    assert await at_home(square, square.chloe) == [(post.id, "Chloe")]
    await keeps(square, square.chloe, post)
    assert await at_home(square, square.chloe) == []


async def test_a_page_of_home_goes_on_from_the_place_of_what_was_passed_on(square):
    await follows(square, square.chloe, square.bao)
    old = await says(square, square.ana, "Il y a longtemps")
    posts = [await says(square, square.bao, f"Message {number}") for number in range(3)]
    share = await passes_on(square, square.bao, old)
    newest = await says(square, square.bao, "Encore")
    page = await square.db.read(list_home, square.chloe, limit=2)
    assert [card.id for card in page.cards] == [newest.id, old.id]
    assert page.older == share.id
    rest = await square.db.read(list_home, square.chloe, before=page.older, limit=3)
    assert [card.id for card in rest.cards] == [post.id for post in reversed(posts)]
    assert rest.older is None


async def test_only_what_everybody_may_read_is_passed_on(square):
    await square.allow(allows_anonymous=True)
    narrow = [
        await says(square, square.ana, "Au groupe", group_id=square.group),
        await says(square, square.ana, "Ici", audience=Audience.HERE),
        await says(square, square.ana, "Tout près", audience=Audience.NEARBY),
        await says(square, square.ana, "À qui me suit", audience=Audience.FOLLOWERS),
        await says(square, square.marie, "?", group_id=square.group, is_anonymous=True),
    ]
    await follows(square, square.bao, square.ana)
    for post in narrow:
        assert not (await square.db.read(get_card, square.bao, post.id)).may_be_shared
        with pytest.raises(NotAllowed):
            await square.db.write(share_post, square.bao, post.id)
    with pytest.raises(NotFound):
        await square.db.write(share_post, square.chloe, narrow[0].id)
    public = PrivacyDraft(audience=groups.Audience.PUBLIC, is_local_only=False)
    await square.db.write(change_privacy, square.marie, square.group, public)
    without_name = await says(square, square.ana, "!", group_id=square.group, is_anonymous=True)
    with pytest.raises(NotAllowed):
        await square.db.write(share_post, square.bao, without_name.id)
    wide = await says(square, square.ana, "Au monde", group_id=square.group)
    await follows(square, square.chloe, square.bao)
    await passes_on(square, square.bao, wide)
    assert await at_home(square, square.chloe) == [(wide.id, "Bao")]
    await square.db.write(change_privacy, square.marie, square.group, PrivacyDraft())
    assert await at_home(square, square.chloe) == []
    with pytest.raises(NotAllowed):
        await square.db.write(share_post, square.marie, wide.id)


async def test_ones_own_words_can_be_passed_on_too(square):
    await follows(square, square.chloe, square.ana)
    post = await says(square, square.ana)
    await square.db.write(lambda uow: uow.session.delete(entry_of(uow, square.chloe, post)))
    await passes_on(square, square.ana, post)
    assert await at_home(square, square.chloe) == [(post.id, "Ana")]
    written = await square.db.read(list_written, square.chloe, square.ana.actor_id)
    assert [card.id for card in written.cards] == [post.id]


def entry_of(uow, viewer, post):
    own = select(HomeEntry).where(
        HomeEntry.account_id == viewer.account_id, HomeEntry.post_id == post.id
    )
    return uow.session.exec(own).one()


async def test_what_is_narrowed_or_taken_back_is_passed_on_no_more(square):
    await follows(square, square.chloe, square.bao)
    narrowed, gone = await says(square, square.ana), await says(square, square.ana, "Repris")
    for post in (narrowed, gone):
        await passes_on(square, square.bao, post)
    await square.db.write(narrow_post, square.ana, narrowed.id, Audience.HERE)
    await square.db.write(delete_post, square.ana, gone.id)
    assert await at_home(square, square.chloe) == []
    written = await square.db.read(list_written, square.chloe, square.bao.actor_id)
    assert written.cards == ()
    card = await square.db.read(get_card, square.chloe, narrowed.id)
    assert (card.share_count, card.may_be_shared) == (0, False)
    with pytest.raises(NotFound):
        await square.db.write(share_post, square.bao, gone.id)


async def test_between_reader_sharer_and_author(square):
    await follows(square, square.chloe, square.bao)
    post = await says(square, square.ana)
    await passes_on(square, square.bao, post)
    there = [(post.id, "Bao")]
    for other in (square.ana, square.bao):
        await square.db.write(mute_actor, square.chloe, other.actor_id, until=None)
        assert await at_home(square, square.chloe) == []
        await square.db.write(unmute_actor, square.chloe, other.actor_id)
        assert await at_home(square, square.chloe) == there
    await square.db.write(
        follow_actor, square.chloe, square.bao.actor_id, FollowDraft(shows_shares=False)
    )
    assert await at_home(square, square.chloe) == []
    await square.db.write(
        follow_actor, square.chloe, square.bao.actor_id, FollowDraft(shows_shares=True)
    )
    assert await at_home(square, square.chloe) == there
    await square.db.write(unfollow_actor, square.chloe, square.bao.actor_id)
    assert await at_home(square, square.chloe) == []
    await follows(square, square.chloe, square.bao)
    await square.db.write(block_actor, square.ana, square.chloe.actor_id)
    assert await at_home(square, square.chloe) == []


async def test_who_does_not_want_what_others_pass_on_is_brought_none(square):
    await follows(square, square.chloe, square.bao, shows_shares=False)
    post = await says(square, square.ana)
    share = await square.db.write(share_post, square.bao, post.id)
    assert await square.db.write(fill_shared, share.id) == 1, "only the sharer's own home"
    assert await square.db.write(fill_shared, share.id) == 0, "a second time nobody notices"


async def test_a_page_of_a_person_has_what_they_passed_on(square):
    own = await says(square, square.bao, "Bonjour")
    others = await says(square, square.ana)
    later = await says(square, square.bao, "Bonsoir")
    share = await passes_on(square, square.bao, others)
    written = await square.db.read(list_written, square.chloe, square.bao.actor_id)
    assert [card.id for card in written.cards] == [others.id, later.id, own.id]
    assert written.shares[others.id].id == share.id
    assert written.shares.keys() == {others.id}
    await square.db.write(block_actor, square.bao, square.chloe.actor_id)
    written = await square.db.read(list_written, square.chloe, square.bao.actor_id)
    assert written.cards == ()


async def test_who_passed_it_on(square):
    post = await says(square, square.ana)
    for viewer in (square.bao, square.marie):
        await passes_on(square, viewer, post)
    found = await square.db.read(list_sharers, square.chloe, post.id, Paging(50))
    assert [each.actor.handle for each in found] == ["marie", "bao"]
    on = await square.db.read(
        list_sharers, square.chloe, post.id, Paging(50, max_id=found[0].cursor)
    )
    assert [each.actor.handle for each in on] == ["bao"]
    await square.db.write(block_actor, square.marie, square.chloe.actor_id)
    found = await square.db.read(list_sharers, square.chloe, post.id, Paging(50))
    assert [each.actor.handle for each in found] == ["bao"]
    inside = await square.say(square.ana)
    with pytest.raises(NotFound):
        await square.db.read(list_sharers, square.chloe, inside.id, Paging(50))


async def test_what_somebody_erased_had_passed_on_is_forgotten(square):
    await follows(square, square.chloe, square.bao)
    others, own = await says(square, square.ana), await says(square, square.bao, "Bonjour")
    await passes_on(square, square.bao, others)
    await passes_on(square, square.marie, own)
    await square.db.write(forget_author, square.bao.actor_id)
    assert await square.db.read(lambda s: s.exec(select(Share)).all()) == []
    assert (await square.row(others)).share_count == 0
    assert await at_home(square, square.chloe) == []


async def elsewhere(square, standing=Standing.KNOWN):
    def come(uow):
        actor = Actor(
            id=uow.new_id(),
            kind=ActorKind.PERSON,
            handle=f"lea{standing}",
            domain="elsewhere.example",
            display_name="Léa",
            standing=standing,
            created_at=uow.now,
        )
        uow.session.add(actor)
        return actor.id

    return await square.db.write(come)


async def test_what_comes_from_another_town_counts_where_it_may(square, clock):
    lea = await elsewhere(square)
    post = await says(square, square.ana)
    here = await says(square, square.ana, "Ici", audience=Audience.HERE)

    def pass_on(uow, post_id, share_id):
        there = uow.session.get_one(Post, post_id)
        return share_from_elsewhere(uow, lea, there, share_id=share_id, at=clock())

    assert (await square.db.write(pass_on, post.id, 77)).id == 77
    assert (await square.db.write(pass_on, post.id, 78)).id == 77, "once"
    assert await square.db.write(pass_on, here.id, 79) is None
    assert (await square.row(post)).share_count == 1
    other = await says(square, square.bao, "Bonjour")
    await square.db.write(block_actor, square.bao, lea)
    assert await square.db.write(pass_on, other.id, 80) is None


async def test_of_a_limited_town_only_those_who_follow_hear_whoever_passes_it_on(square):
    lea = await elsewhere(square, Standing.LIMITED)
    await follows(square, square.chloe, square.bao)
    post = await says(square, square.ana)

    def move(uow):
        there = uow.session.get_one(Post, post.id)
        there.author_actor_id, there.is_from_elsewhere = lea, True
        uow.session.add(there)

    await square.db.write(move)
    await passes_on(square, square.bao, post)
    assert await at_home(square, square.chloe) == []


async def test_homes_keep_their_newest_places(square, monkeypatch):
    monkeypatch.setattr("fedparents.timelines.service.KEEPS", 800)
    await follows(square, square.chloe, square.bao)
    old = await says(square, square.ana)
    for number in range(3):
        await says(square, square.bao, f"Message {number}")
    await passes_on(square, square.bao, old)
    await square.db.write(trim_homes)
    places = select(HomeEntry.post_id).where(HomeEntry.account_id == square.chloe.account_id)
    kept = await square.db.read(
        lambda s: s.exec(places.order_by(col(HomeEntry.entry_id).desc())).all()
    )
    assert kept[0] == old.id
    assert len(kept) == 4
