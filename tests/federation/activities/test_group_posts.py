"""What is said in groups across towns: there and back again, and to everybody else."""

import itertools
import json
from typing import Any

import pytest
from sqlmodel import col, select

from federation.activities.announce import prepare_announce
from federation.activities.create import receive_create
from federation.activities.lock import receive_lock
from federation.delivery.models import OutgoingActivity
from federation.delivery.queue import list_reached
from federation.errors import Rejected
from federation.models import HeardInGroup, LikeActivity, RemotePost
from federation.objects.actor import find_remote
from federation.posts import find_post
from federation.reach import list_towns_for
from federation.signing import recall
from federation.twinning import withdraw_some
from federation.uris import host_of, note_uri
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.actors.models import Standing
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, ask_to_join
from fedparents.groups.members import ban_member, leave_group
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Group, Joining, Membership, MembershipState, RequestState
from fedparents.groups.service import erase_group
from fedparents.ids import ActorId, GroupId, PostId
from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import list_unseen
from fedparents.posts.asking import (
    accept_answer,
    close_post,
    reopen_post,
    thank,
    unaccept_answer,
    unthank,
)
from fedparents.posts.desk import let_post_through, move_post, pin_post, unpin_post
from fedparents.posts.models import Audience, Post, PostKind, PostState
from fedparents.posts.service import PostDraft, delete_post, edit_post, preview_post, publish_post
from fedparents.timelines.models import HomeEntry
from tests.federation.activities.conftest import stand_as
from tests.federation.activities.test_memberships import says, somebody
from tests.rig.builders import a_group
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser

NUMBERS = itertools.count()
OPEN: dict[str, Any] = {"joining": Joining.OPEN, "questions": "", "is_local_only": False}


class Room:
    """A group of Rumilly, which Marie looks after, with Léa of Annecy in it."""

    def __init__(self, annecy, rumilly, lea, marie, group, there):
        self.annecy, self.rumilly = annecy, rumilly
        self.lea, self.marie = lea, marie
        self.group, self.there = group, there

    async def settles(self):
        await settle(self.annecy, self.rumilly)

    async def lea_says(self, text, **more):
        draft = PostDraft(text=text, group_id=self.there, **more)
        post = (await self.annecy.place.db.write(publish_post, self.lea, draft)).post
        await self.settles()
        return post

    async def marie_says(self, text, **more):
        draft = PostDraft(text=text, group_id=self.group, **more)
        post = (await self.rumilly.place.db.write(publish_post, self.marie, draft)).post
        await self.settles()
        return post

    async def as_known(self, town, home, post):
        """How another town has something; None where it has it not."""
        uri = note_uri(home.url, post.id)
        return await town.place.db.read(find_post, town.url, uri)

    async def in_rumilly(self, post):
        return await self.as_known(self.rumilly, self.annecy, post)

    @property
    def group_uri(self):
        return f"{self.rumilly.url}/groups/{self.group}"

    async def in_annecy(self, post):
        return await self.as_known(self.annecy, self.rumilly, post)

    async def lets_lea_in(self):
        uri = f"{self.annecy.url}/users/{self.lea.actor_id}"
        here = await self.rumilly.place.db.read(find_remote, uri)
        request = await self.rumilly.place.db.read(find_request, self.group, here.actor_id)
        await self.rumilly.place.db.write(approve_request, self.marie, self.group, request.id)

    async def lets_through(self, post):
        found = await self.in_rumilly(post)
        await self.rumilly.place.db.write(let_post_through, self.marie, PostId(found.id))
        await self.settles()


@pytest.fixture
def room(towns):
    return rooms_between(towns)


def rooms_between(towns):
    async def begin(*, holds=False, **privacy):
        annecy, rumilly = towns
        lea = await annecy.somebody(f"lea_gp{next(NUMBERS)}", is_discoverable=False)
        marie = await rumilly.somebody(f"marie_gp{next(NUMBERS)}", is_discoverable=False)
        group = await a_group(
            rumilly.place.db, marie, **({"audience": Reading.PUBLIC} | OPEN | privacy)
        )
        if not holds:
            await rumilly.place.db.write(_hold_nothing, group)
        found = await annecy.place.towns.discovery.get(f"{rumilly.url}/groups/{group}")
        there = GroupId(found.id)
        await annecy.place.db.write(ask_to_join, lea, there)
        await settle(annecy, rumilly)
        return Room(annecy, rumilly, lea, marie, group, there)

    return begin


def _hold_nothing(uow, group_id):
    group = uow.session.get_one(Group, group_id)
    group.holds_first_posts = False
    uow.session.add(group)


async def test_what_is_said_in_a_group_reaches_its_members_elsewhere(room):
    found = await room()
    post = await found.marie_says("Le goûter est samedi.")
    there = await found.in_annecy(post)
    assert (there.group_id, there.audience) == (found.there, Audience.PUBLIC)
    assert there.text == "Le goûter est samedi."
    homes = await found.annecy.place.db.read(
        lambda s: s.exec(select(HomeEntry.account_id).where(HomeEntry.post_id == there.id)).all()
    )
    assert list(homes) == [found.lea.account_id]


async def test_what_a_member_elsewhere_says_is_in_the_group(room):
    found = await room()
    post = await found.lea_says("J'apporte le gâteau.")
    there = await found.in_rumilly(post)
    assert (there.group_id, there.state) == (found.group, PostState.VISIBLE)
    assert there.text == "J'apporte le gâteau."
    kept = await found.rumilly.place.db.read(lambda s: s.get(HeardInGroup, there.id))
    assert kept is None


async def test_answers_find_their_place_on_both_sides(room):
    found = await room()
    post = await found.marie_says("Qui vient ?")
    known = await found.in_annecy(post)
    answer = await found.lea_says("Moi.", in_reply_to_id=PostId(known.id))
    there = await found.in_rumilly(answer)
    assert (there.in_reply_to_id, there.group_id) == (post.id, found.group)
    back = await found.marie_says("Merci !", in_reply_to_id=PostId(there.id))
    assert (await found.in_annecy(back)).in_reply_to_id == answer.id


async def test_what_is_said_better_and_taken_back(room):
    found = await room()
    post = await found.marie_says("Samedi.")
    db = found.rumilly.place.db
    await db.write(edit_post, found.marie, PostId(post.id), "Dimanche.")
    await found.settles()
    assert (await found.in_annecy(post)).text == "Dimanche."
    await db.write(delete_post, found.marie, PostId(post.id))
    await found.settles()
    assert (await found.in_annecy(post)).state == PostState.DELETED


async def test_the_same_of_what_came_from_elsewhere(room):
    found = await room()
    post = await found.lea_says("Samedi.")
    db = found.annecy.place.db
    await db.write(edit_post, found.lea, PostId(post.id), "Dimanche.")
    await found.settles()
    assert (await found.in_rumilly(post)).text == "Dimanche."
    await db.write(delete_post, found.lea, PostId(post.id))
    await found.settles()
    assert (await found.in_rumilly(post)).state == PostState.DELETED


async def test_a_newcomer_waits_for_those_who_look_first(room):
    found = await room(holds=True)
    post = await found.lea_says("Bonjour !")
    assert (await found.in_rumilly(post)).state == PostState.HELD
    await found.lets_through(post)
    assert (await found.in_rumilly(post)).state == PostState.VISIBLE
    again = await found.lea_says("Me revoilà.")
    assert (await found.in_rumilly(again)).state == PostState.VISIBLE


async def test_what_a_group_keeps_for_this_town_stays_here(room):
    found = await room()
    post = await found.marie_says("Entre nous.", audience=Audience.GROUP)
    assert await found.in_annecy(post) is None
    town = await found.marie_says("Ici seulement.", audience=Audience.HERE)
    assert await found.in_annecy(town) is None
    uris = await found.annecy.place.db.read(lambda s: s.exec(select(RemotePost.uri)).all())
    assert not [each for each in uris if str(post.id) in each or str(town.id) in each]


async def test_whoever_left_gets_nothing_more(room):
    found = await room()
    await found.annecy.place.db.write(leave_group, found.lea, found.there)
    await found.settles()
    post = await found.marie_says("Pour ceux qui restent.")
    assert await found.in_annecy(post) is None


@pytest.mark.parametrize("reading", [Reading.PUBLIC, Reading.MEMBERS])
async def test_what_was_said_better_and_deleted_after_the_last_member_left(room, allied, reading):
    """What they had got goes; of what only members read, nobody who left gets new words."""
    found = await room(audience=reading)
    post = await found.marie_says("Léo, 4 ans, est seul samedi")
    await found.annecy.place.db.write(leave_group, found.lea, found.there)
    await found.settles()
    write = found.rumilly.place.db.write
    await write(edit_post, found.marie, post.id, "Léo est seul samedi")
    await found.settles()
    is_public = reading == Reading.PUBLIC
    expected = "Léo est seul samedi" if is_public else "Léo, 4 ans, est seul samedi"
    assert (await found.in_annecy(post)).text == expected
    await write(delete_post, found.marie, post.id)
    await found.settles()
    assert (await found.in_annecy(post)).state == PostState.DELETED


async def test_members_of_allied_towns_read_what_only_members_read(room, allied):
    found = await room(audience=Reading.MEMBERS)
    post = await found.marie_says("Entre nous.")
    there = await found.in_annecy(post)
    assert (there.group_id, there.audience) == (found.there, Audience.GROUP)
    answer = await found.lea_says("Merci.", in_reply_to_id=PostId(there.id))
    back = await found.in_rumilly(answer)
    assert (back.in_reply_to_id, back.audience) == (post.id, Audience.GROUP)
    sent = await bodies(found.rumilly, post.id) + await bodies(found.annecy, answer.id)
    assert len(sent) == 2
    for each in sent:
        assert "#Public" not in json.dumps(each)
        assert "proof" not in each


@pytest.mark.parametrize("reading", [Reading.PUBLIC, Reading.MEMBERS])
async def test_members_thank_each_other_across_towns(room, allied, reading):
    found = await room(audience=reading)
    asked = await found.marie_says("Qui a un berceau ?")
    here = await found.in_annecy(asked)
    await found.annecy.place.db.write(thank, found.lea, PostId(here.id))
    answer = await found.lea_says("Moi.", in_reply_to_id=PostId(here.id))
    there = await found.in_rumilly(answer)
    await found.rumilly.place.db.write(thank, found.marie, PostId(there.id))
    for _ in range(3):
        await found.settles()
    for town, post in ((found.rumilly, asked), (found.annecy, answer)):
        kept = await town.place.db.read(lambda s, number=post.id: s.get_one(Post, number))
        assert kept.thanks_count == 1


async def test_who_is_no_ally_any_more_gets_no_more_of_it(room, allied, towns):
    found = await room(audience=Reading.MEMBERS)
    before = await found.marie_says("Entre nous.")
    own = await found.lea_says("Merci.")
    await found.rumilly.place.db.write(stand_as(Standing.KNOWN), found.annecy.domain)
    post = await found.marie_says("Toujours entre nous.")
    assert await found.in_annecy(post) is None
    refused = await found.lea_says("Encore merci.")
    assert await found.in_rumilly(refused) is None
    while await found.rumilly.place.db.write(withdraw_some, found.rumilly.url, found.annecy.domain):
        pass
    await found.settles()
    assert (await found.in_annecy(before)).state == PostState.DELETED
    assert (await found.in_rumilly(own)).state == PostState.VISIBLE


async def test_the_words_of_a_stranger_wait_where_somebody_decides(room):
    """A microblog names the group, and knows of no members."""
    found = await room(joining=Joining.APPROVAL)
    await found.lets_lea_in()
    zoe = await somebody(found.rumilly, found.annecy)
    uri = await writes(found.rumilly, zoe, found.group_uri)
    post = await found.rumilly.place.db.read(find_post, found.rumilly.url, uri)
    assert (post.group_id, post.state) == (found.group, PostState.HELD)
    request = await found.rumilly.place.db.read(find_request, found.group, zoe.id)
    assert request.state == RequestState.PENDING
    await found.rumilly.place.db.write(let_post_through, found.marie, PostId(post.id))
    await found.settles()
    told = await bodies(found.rumilly, post.id)
    assert told[0]["object"]["object"]["id"] == uri
    assert told[1]["object"] == uri


async def test_who_speaks_in_an_open_group_is_in_it(room):
    found = await room()
    zoe = await somebody(found.rumilly, found.annecy)
    await writes(found.rumilly, zoe, found.group_uri)
    membership = await found.rumilly.place.db.read(
        lambda session: session.get_one(Membership, (found.group, zoe.id))
    )
    assert membership.state == MembershipState.ACTIVE
    await found.rumilly.place.db.write(
        ban_member, found.marie, found.group, zoe.id, "Publicité.", until=None
    )
    uri = await writes(found.rumilly, zoe, found.group_uri)
    assert await found.rumilly.place.db.read(find_post, found.rumilly.url, uri) is None


async def test_nobody_speaks_in_a_closed_group_from_outside(room, allied):
    found = await room(audience=Reading.MEMBERS)
    zoe = await somebody(found.rumilly, found.annecy)
    for to in ([PUBLIC], [f"{found.group_uri}/members"], []):
        uri = await writes(found.rumilly, zoe, found.group_uri, to=to)
        assert await found.rumilly.place.db.read(find_post, found.rumilly.url, uri) is None


async def writes(town, who, group_uri, **changes):
    """The address of what somebody says to a group, in the way of microblogs."""
    uri = f"{who.uri}/notes/{next(NUMBERS)}"
    note = {
        "id": uri,
        "type": "Note",
        "attributedTo": who.uri,
        "content": "<p>Bonjour</p>",
        "to": [PUBLIC],
        "cc": [group_uri],
        "tag": [{"type": "Mention", "href": group_uri, "name": "@group"}],
        **changes,
    }
    await says(town, who, receive_create, "Create", note)
    await settle(town)
    return uri


async def bodies(town, post_id):
    """What left of a post, in order."""
    sent = select(OutgoingActivity.body).where(OutgoingActivity.post_id == post_id)
    rows = await town.place.db.read(lambda s: s.exec(sent.order_by(col(OutgoingActivity.id))).all())
    return [json.loads(each) for each in rows if each]


async def test_who_is_erased_is_forgotten_where_the_group_has_told_of_them(room):
    found = await room()
    paul = await found.rumilly.somebody(f"paul_gp{next(NUMBERS)}")
    await found.rumilly.place.db.write(ask_to_join, paul, found.group)
    post = await found.marie_says("Le goûter est samedi.")

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, found.marie.account_id))

    await found.rumilly.place.db.write(erase)
    await found.settles()
    there = await found.in_annecy(post)
    assert there.state == PostState.DELETED


async def test_what_the_group_does_not_take_is_seen_by_its_author_alone(room):
    """Léa was put out a moment ago, and does not know yet."""
    found = await room()
    uri = f"{found.annecy.url}/users/{found.lea.actor_id}"
    here = await found.rumilly.place.db.read(find_remote, uri)

    def ban(uow):
        membership = uow.session.get_one(Membership, (found.group, here.actor_id))
        membership.state = MembershipState.BANNED
        uow.session.add(membership)

    await found.rumilly.place.db.write(ban)
    post = await found.lea_says("Bonjour ?")
    assert await found.in_rumilly(post) is None
    hidden = await found.annecy.place.db.read(lambda s: s.get_one(Post, post.id))
    assert hidden.state == PostState.HIDDEN


@pytest.mark.parametrize("reading", [Reading.PUBLIC, Reading.MEMBERS])
async def test_what_is_said_before_is_what_comes_of_it(room, allied, reading):
    """The towns to which something would go, and those to which it went."""
    found = await room(audience=reading)
    for say, town, viewer, there in (
        (found.lea_says, found.annecy, found.lea, found.there),
        (found.marie_says, found.rumilly, found.marie, found.group),
    ):
        draft = PostDraft(text="Dimanche ?", group_id=there)
        shown = await town.place.db.read(previewed, viewer, draft)
        post = await say("Dimanche ?")
        urls = await town.place.db.write(list_reached, post.id)
        assert shown == sorted({host_of(url) for url in urls})
        assert len(shown) == 1


def previewed(session, viewer, draft):
    post = preview_post(session, viewer, draft, clock.now()).post
    return list_towns_for(session, post, (), today=clock.now().date())


async def test_what_takes_no_more_answers_and_what_stands_on_top(room):
    found = await room()
    post = await found.marie_says("Qui vient ?")
    db, number = found.rumilly.place.db, PostId(post.id)
    for do, is_closed, is_pinned in (
        (close_post, True, False),
        (pin_post, True, True),
        (reopen_post, False, True),
        (unpin_post, False, False),
    ):
        await db.write(do, found.marie, number)
        await found.settles()
        there = await found.in_annecy(post)
        assert (there.closed_at is not None, there.pinned_at is not None) == (is_closed, is_pinned)


async def test_a_stranger_arranges_nothing(room):
    """Nor does another group, of what was said in this one."""
    found, other = await room(), await room()
    post = await found.marie_says("Qui vient ?")
    lock = {
        "type": "Lock",
        "actor": other.group_uri,
        "object": note_uri(found.rumilly.url, post.id),
    }
    said = {"id": f"{other.group_uri}#1", "type": "Announce", "actor": other.group_uri}
    signed = recall(other.group_uri, json.dumps(said | {"object": lock}).encode())
    annecy = found.annecy.place
    act = await prepare_announce(annecy.db, annecy.towns, signed)
    await annecy.db.write(act, found.annecy.url, signed)
    assert (await found.in_annecy(post)).closed_at is None


async def test_what_those_who_look_after_it_hide_goes_elsewhere_too(room):
    found = await room()
    post = await found.lea_says("Achetez mes cosmétiques !")

    def hide(uow):
        known = find_post(uow.session, found.rumilly.url, note_uri(found.annecy.url, post.id))
        assert known is not None
        move_post(uow, known, PostState.HIDDEN, "Publicité.", by=found.marie.actor_id)

    await found.rumilly.place.db.write(hide)
    await found.settles()
    hidden = await found.annecy.place.db.read(lambda s: s.get_one(Post, post.id))
    assert (hidden.state, hidden.reason) == (PostState.HIDDEN, "Publicité.")


async def test_a_group_that_is_erased_is_forgotten_elsewhere(room):
    found = await room()
    await found.marie_says("Bientôt plus rien.")
    await found.rumilly.place.db.write(
        lambda uow: erase_group(uow, uow.session.get_one(Group, found.group))
    )
    await found.settles()
    assert await found.annecy.place.db.read(lambda s: s.get(Group, found.there)) is None


async def test_no_group_takes_what_was_not_said_to_it(room):
    """Its author is of the group's own town, which may say what its people say, and not where."""
    found = await room()
    paul = await found.rumilly.somebody(f"paul_gp{next(NUMBERS)}")
    draft = PostDraft(text="Bonjour à tous.", audience=Audience.PUBLIC)
    post = (await found.rumilly.place.db.write(publish_post, paul, draft)).post
    said = {"id": f"{found.group_uri}#1", "type": "Announce", "actor": found.group_uri}
    said["object"] = note_uri(found.rumilly.url, post.id)
    signed = recall(found.group_uri, json.dumps(said).encode())
    annecy = found.annecy.place
    act = await prepare_announce(annecy.db, annecy.towns, signed)
    with pytest.raises(Rejected, match="was not said in"):
        await annecy.db.write(act, found.annecy.url, signed)
    assert await found.in_annecy(post) is None


@pytest.mark.parametrize("is_own", [True, False])
async def test_a_group_uses_up_no_id_of_what_others_are_about_to_say(room, is_own):
    """Thanks count with an id of the server of whoever thanks, and no other."""
    found = await room()
    paul = await found.rumilly.somebody(f"paul_gp{next(NUMBERS)}")
    post = await found.marie_says("Qui vient ?")
    like_id = f"{found.rumilly.url if is_own else 'https://far.example'}/likes/{next(NUMBERS)}"
    like = {"id": like_id, "type": "Like", "actor": f"{found.rumilly.url}/users/{paul.actor_id}"}
    like["object"] = note_uri(found.rumilly.url, post.id)
    said = {"id": f"{found.group_uri}#3", "type": "Announce", "actor": found.group_uri}
    signed = recall(found.group_uri, json.dumps(said | {"object": like}).encode())
    annecy = found.annecy.place
    act = await prepare_announce(annecy.db, annecy.towns, signed)
    await annecy.db.write(act, found.annecy.url, signed)
    kept = await annecy.db.read(lambda session: session.get(LikeActivity, like_id))
    assert (kept is not None) is is_own


async def test_what_came_before_the_group_said_so_finds_its_place(room):
    """A microblog tells the followers of its people, and the group, of the same post."""
    found = await room()
    post = await found.marie_says("Bonjour.")

    def come_alone(uow):
        known = find_post(uow.session, found.annecy.url, note_uri(found.rumilly.url, post.id))
        assert known is not None
        known.group_id = None
        uow.session.add(known)

    annecy = found.annecy.place
    await annecy.db.write(come_alone)
    said = {"id": f"{found.group_uri}#2", "type": "Announce", "actor": found.group_uri}
    said["object"] = note_uri(found.rumilly.url, post.id)
    signed = recall(found.group_uri, json.dumps(said).encode())
    act = await prepare_announce(annecy.db, annecy.towns, signed)
    await annecy.db.write(act, found.annecy.url, signed)
    assert (await found.in_annecy(post)).group_id == found.there


async def test_thanks_count_the_same_in_all_towns(room):
    found = await room()
    paul = await found.rumilly.somebody(f"paul_gp{next(NUMBERS)}")
    await found.rumilly.place.db.write(ask_to_join, paul, found.group)
    said = await found.marie_says("Qui vient samedi ?")
    answer = await found.lea_says("Moi !", in_reply_to_id=(await found.in_annecy(said)).id)
    theirs = await found.in_rumilly(answer)
    for how, count in ((thank, 1), (unthank, 0)):
        await found.rumilly.place.db.write(how, paul, said.id)
        await found.rumilly.place.db.write(how, paul, PostId(theirs.id))
        await found.settles()
        assert (await found.in_annecy(said)).thanks_count == count
        own = await found.annecy.place.db.read(lambda s: s.get_one(Post, answer.id).thanks_count)
        assert own == count


async def test_thanks_of_whom_nobody_elsewhere_knows_stay_here(room):
    found = await room()
    shy = await found.rumilly.somebody(f"shy_gp{next(NUMBERS)}", is_discoverable=False)
    await found.rumilly.place.db.write(ask_to_join, shy, found.group)
    said = await found.marie_says("Qui vient samedi ?")
    await found.rumilly.place.db.write(thank, shy, said.id)
    await found.settles()
    assert (await found.in_annecy(said)).thanks_count == 0


@pytest.mark.parametrize("audience", [Reading.PUBLIC, Reading.MEMBERS])
async def test_who_asked_elsewhere_closes_what_they_asked(room, allied, audience):
    found = await room(audience=audience)
    said = await found.lea_says("Qui a une échelle ?")
    for how, is_closed in ((close_post, True), (reopen_post, False)):
        await found.annecy.place.db.write(how, found.lea, PostId(said.id))
        await found.settles()
        assert ((await found.in_rumilly(said)).closed_at is not None) is is_closed
        own = await found.annecy.place.db.read(lambda s: s.get_one(Post, said.id).closed_at)
        assert (own is not None) is is_closed


async def test_nobody_else_closes_it_nor_who_is_out(room):
    found = await room()
    said, theirs = await found.lea_says("Qui a une échelle ?"), await found.marie_says("Moi.")
    uri = note_uri(found.annecy.url, said.id)
    author = await found.rumilly.place.db.read(
        find_remote, f"{found.annecy.url}/users/{found.lea.actor_id}"
    )
    stranger = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, stranger, receive_lock, "Lock", uri)
    await says(found.rumilly, author, receive_lock, "Lock", note_uri(found.rumilly.url, theirs.id))
    assert (await found.in_rumilly(said)).closed_at is None
    assert (await found.as_known(found.rumilly, found.rumilly, theirs)).closed_at is None
    member = ActorId(author.actor_id)
    await found.rumilly.place.db.write(
        ban_member, found.marie, found.group, member, "Non.", until=None
    )
    await says(found.rumilly, author, receive_lock, "Lock", uri)
    assert (await found.in_rumilly(said)).closed_at is None


@pytest.mark.parametrize("reading", [Reading.PUBLIC, Reading.MEMBERS])
async def test_which_answer_helped_is_known_in_both_towns(room, allied, reading):
    """Asked at home, and asked elsewhere; the other one answers, and the asker thinks again."""
    found = await room(audience=reading)
    asked = await found.marie_says("Qui a une poussette ?", kind=PostKind.QUESTION)
    there = await found.in_annecy(asked)
    answer = await found.in_rumilly(await found.lea_says("Moi !", in_reply_to_id=PostId(there.id)))
    own = await found.marie_says("Ou bien moi ?", in_reply_to_id=asked.id)
    write = found.rumilly.place.db.write
    for chosen in (answer, own):
        await write(accept_answer, found.marie, PostId(chosen.id))
        await found.settles()
        assert await helped(found.annecy, await found.in_annecy(asked)) == chosen.text
    told = await found.annecy.place.db.read(list_unseen, found.lea.account_id)
    assert Kind.ACCEPTED in [each.kind for each in told]
    assert "This helped" in await seen(found.annecy, found.lea, there)
    await write(unaccept_answer, found.marie, asked.id)
    await found.settles()
    assert (await found.in_annecy(asked)).accepted_reply_id is None
    assert "This helped" not in await seen(found.annecy, found.lea, there)

    asked = await found.lea_says("Et un vélo ?", kind=PostKind.QUESTION)
    there = await found.in_rumilly(asked)
    answer = await found.in_annecy(
        await found.marie_says("J’en ai un", in_reply_to_id=PostId(there.id))
    )
    await found.annecy.place.db.write(accept_answer, found.lea, PostId(answer.id))
    await found.settles()
    assert await helped(found.rumilly, await found.in_rumilly(asked)) == "J’en ai un"
    assert "This helped" in await seen(found.rumilly, found.marie, there)


async def helped(town, post):
    """The words of the answer that helped, as a town has it."""
    reply = await town.place.db.read(lambda s: s.get(Post, post.accepted_reply_id))
    return reply.text


async def seen(town, viewer, post):
    account = await town.place.db.read(lambda s: s.get_one(Account, viewer.account_id))
    async with a_browser(town.place, account=account) as browser:
        return (await browser.get(f"/p/{post.id}", follow_redirects=True)).text
