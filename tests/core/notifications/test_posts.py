"""Who hears of a post, by what concerns them most, and who may (still) see that they did."""

from dataclasses import dataclass

import pytest
from sqlmodel import select

from fedparents import clock as our_clock
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.facts import MessageReceived, MessageRequested
from fedparents.conversations.service import MessageDraft, mark_read, write_to
from fedparents.groups.members import leave_group, mute_group
from fedparents.groups.models import Audience, Group, GroupRole
from fedparents.groups.service import PrivacyDraft, change_privacy
from fedparents.moderation.facts import DecisionMade
from fedparents.notifications import post_occasions as occasions
from fedparents.notifications.kinds import Kind
from fedparents.notifications.likeliest import HELPERS_AT_MOST
from fedparents.notifications.models import Notification
from fedparents.notifications.queries import count_new, list_notifications
from fedparents.notifications.rings import list_rings, ring_held
from fedparents.notifications.service import mark_queue_read, mark_thread_read
from fedparents.posts import facts as post_facts
from fedparents.posts.asking import accept_answer, thank, unthank
from fedparents.posts.desk import let_post_through
from fedparents.posts.models import Audience as PostAudience
from fedparents.posts.models import PostKind
from fedparents.posts.polls import PollDraft, vote
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.posts.sharing import share_post, unshare_post
from fedparents.social.follows import FollowDraft, accept_follow, follow_actor
from fedparents.social.service import block_actor, mute_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.core.notifications.conftest import PARIS, World, at
from tests.rig.builders import a_device, a_group, a_viewer, add_place, give_role, hide, join

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("noon")]
ON = {
    post_facts.PostPublished: occasions.on_post_published,
    post_facts.PostEdited: occasions.on_post_edited,
    post_facts.AnswerAccepted: occasions.on_answer_accepted,
    post_facts.Thanked: occasions.on_thanked,
    post_facts.Shared: occasions.on_shared,
    post_facts.PollEnded: occasions.on_poll_ended,
    post_facts.PostHeld: occasions.on_post_held,
    post_facts.PostDecided: occasions.on_post_decided,
    DecisionMade: occasions.on_decision_made,
    MessageReceived: occasions.on_message_received,
    MessageRequested: occasions.on_message_requested,
}


@dataclass
class Town:
    """Marie's group with Ana and Bao in it; Chloé is here, but not in it."""

    world: World
    ana: Viewer
    bao: Viewer
    chloe: Viewer

    @property
    def db(self):
        return self.world.db

    @property
    def group(self):
        return self.world.group

    @property
    def marie(self):
        return self.world.marie

    async def work(self):
        """What the worker does with the facts so far, twice, as after a crash."""
        facts, self.world.facts[:] = list(self.world.facts), []
        for fact in facts:
            for _ in range(2):
                if on := ON.get(type(fact)):
                    await self.db.write(on, fact)

    async def says(self, viewer, text, **more):
        draft = PostDraft(text=text, group_id=more.pop("group_id", self.group), **more)
        post = (await self.db.write(publish_post, viewer, draft)).post
        await self.work()
        return post

    async def asks(self, viewer, text="Une poussette jusqu'à dimanche ?", urgent="", **more):
        post = PostDraft(text=text, group_id=self.group, **more)
        draft = SwapDraft(post, Direction.ASK, urgent)
        found = (await self.db.write(publish_swap, viewer, draft)).post
        await self.work()
        return found

    async def answers(self, viewer, post, text="J'en ai une !", **more):
        return await self.says(viewer, text, group_id=None, in_reply_to_id=post.id, **more)

    async def hears(self, viewer):
        told = await self.db.read(list_notifications, viewer)
        return [(each.kind, each.actor_name) for each in told]


@pytest.fixture
async def town(world):
    ana, bao, chloe = [await a_viewer(world.db, name) for name in ("ana", "bao", "chloe")]
    for member in (ana, bao):
        # Somebody with a role is no newcomer, whose first post would wait.
        await give_role(world.db, world.marie, world.group, member, GroupRole.HOST)
    world.facts.clear()
    return Town(world, ana, bao, chloe)


async def test_an_ask_goes_to_the_group_and_its_answer_to_the_asker(town):
    ask = await town.asks(town.ana)
    assert await town.hears(town.bao) == await town.hears(town.marie) == [(Kind.NEW_ASK, "Ana")]
    assert await town.hears(town.ana) == await town.hears(town.chloe) == []
    answer = await town.answers(town.bao, ask)
    assert await town.hears(town.ana) == [(Kind.ANSWER, "Bao")]
    await town.db.write(accept_answer, town.ana, answer.id)
    await town.work()
    assert (await town.hears(town.bao))[0] == (Kind.ACCEPTED, "Ana")
    [heard] = await town.db.read(list_notifications, town.ana)
    assert (heard.text, heard.is_own_thread) == ("J'en ai une !", True)
    assert heard.root_text.startswith("Une poussette")


async def test_whoever_is_answered_within_a_thread_hears_of_it_too(town):
    ask = await town.asks(town.ana)
    answer = await town.answers(town.bao, ask)
    await town.answers(town.marie, answer, "Moi aussi.")
    assert (await town.hears(town.bao))[0] == (Kind.ANSWER, "Marie")
    assert (await town.hears(town.ana))[0] == (Kind.ANSWER, "Marie")
    mine, _ = await town.db.read(list_notifications, town.bao)
    assert mine.is_own_thread is False


async def test_nobody_hears_of_what_they_say_themselves(town):
    ask = await town.asks(town.ana)
    await town.answers(town.ana, ask, "Toujours utile.")
    await town.says(town.ana, "@ana se parle")
    assert await town.hears(town.ana) == []


async def test_everybody_is_told_once_by_what_concerns_them_most(town):
    ask = await town.asks(town.ana)
    await town.answers(town.bao, ask, "@ana @marie j'en ai une")
    assert await town.hears(town.ana) == [(Kind.ANSWER, "Bao")]
    assert (await town.hears(town.marie))[0] == (Kind.MENTION, "Bao")
    await town.says(town.bao, "@ana, une question", kind=PostKind.QUESTION)
    assert (await town.hears(town.ana))[0] == (Kind.MENTION, "Bao")
    assert (await town.hears(town.marie))[0] == (Kind.NEW_ASK, "Bao")


async def test_who_is_named_later_hears_of_it_once(town):
    post = await town.says(town.ana, "Bonjour")
    for text in ("Bonjour @bao", "Bonjour @bao @marie", "Bonjour @bao !"):
        await town.db.write(edit_post, town.ana, post.id, text)
        await town.work()
    assert await town.hears(town.bao) == await town.hears(town.marie) == [(Kind.MENTION, "Ana")]


async def test_an_ordinary_message_and_an_offer_wait_to_be_read(town):
    await town.says(town.ana, "Il fait beau")
    draft = SwapDraft(PostDraft(text="Des bottes", group_id=town.group), Direction.OFFER)
    await town.db.write(publish_swap, town.ana, draft)
    await town.work()
    assert await town.hears(town.bao) == []


async def test_an_announcement_goes_to_the_group(town):
    await town.says(town.marie, "Fermé lundi", kind=PostKind.ANNOUNCEMENT)
    assert await town.hears(town.bao) == [(Kind.ANNOUNCEMENT, "Marie")]


async def test_a_muted_group_is_silent_except_about_oneself(town):
    await town.db.write(mute_group, town.bao, town.group, is_muted=True)
    post = await town.says(town.bao, "Qui a un marteau ?", kind=PostKind.QUESTION)
    await town.asks(town.ana)
    assert await town.hears(town.bao) == []
    await town.answers(town.ana, post)
    assert await town.hears(town.bao) == [(Kind.ANSWER, "Ana")]


@pytest.mark.parametrize("by", [block_actor, mute_actor])
async def test_nothing_comes_from_somebody_whom_one_does_not_want_to_hear(town, by):
    await town.db.write(by, town.bao, town.ana.actor_id)
    question = await town.says(town.marie, "Qui vient ?", kind=PostKind.QUESTION)
    before = await town.hears(town.bao)
    await town.asks(town.ana)
    await town.answers(town.ana, question, "Moi, et @bao")
    assert await town.hears(town.bao) == before


async def test_whoever_blocked_somebody_is_not_heard_by_them_either(town):
    await town.db.write(block_actor, town.ana, town.bao.actor_id)
    await town.asks(town.ana)
    assert await town.hears(town.bao) == []


async def test_an_anonymous_ask_names_nobody_and_its_author_hears_the_answers(town):
    await town.db.write(allow_anonymous, town.group)
    ask = await town.asks(town.ana, is_anonymous=True)
    [heard] = await town.db.read(list_notifications, town.bao)
    assert (heard.kind, heard.actor_id, heard.actor_name) == (Kind.NEW_ASK, None, "")
    rows = await town.db.read(lambda s: s.exec(select(Notification)).all())
    assert {row.actor_id for row in rows} == {None}
    assert await town.hears(town.ana) == []
    await town.answers(town.bao, ask)
    assert await town.hears(town.ana) == [(Kind.ANSWER, "Bao")]


def allow_anonymous(uow, group_id):
    uow.session.get_one(Group, group_id).allows_anonymous = True


async def test_what_can_be_read_no_more_is_not_shown_any_more(town):
    ask = await town.asks(town.ana)
    answer = await town.answers(town.bao, ask)
    assert len(await town.hears(town.ana)) == 1
    await town.db.write(delete_post, town.bao, answer.id)
    assert await town.hears(town.ana) == []
    assert await town.db.read(count_new, town.ana) == 0
    await hide(town.db, town.marie, ask.id)
    assert (await town.hears(town.bao)) == []
    await town.work()
    assert await town.hears(town.ana) == [(Kind.POST_DECISION, "")]


async def test_who_leaves_the_group_sees_nothing_of_it_any_more(town):
    await town.asks(town.ana)
    await town.db.write(leave_group, town.bao, town.group)
    assert await town.hears(town.bao) == []


async def test_who_is_named_from_outside_hears_only_as_long_as_they_may_read(town):
    open_to_all = PrivacyDraft(audience=Audience.HERE)
    await town.db.write(change_privacy, town.marie, town.group, open_to_all)
    await town.says(town.ana, "@chloe viens voir", audience="here")
    assert await town.hears(town.chloe) == [(Kind.MENTION, "Ana")]
    await town.db.write(change_privacy, town.marie, town.group, PrivacyDraft())
    assert await town.hears(town.chloe) == []


async def test_who_may_not_read_it_is_not_told_that_they_are_named(town):
    await town.says(town.ana, "@chloe viens voir")
    assert await town.hears(town.chloe) == []


async def test_thanks_are_told_once_and_ring_nowhere(town):
    post = await town.says(town.ana, "Voilà les photos")
    await a_device(town.db, town.ana)
    for _ in range(2):
        await town.db.write(thank, town.bao, post.id)
        await town.work()
        await town.db.write(unthank, town.bao, post.id)
    await town.db.write(thank, town.ana, post.id)
    await town.work()
    assert await town.hears(town.ana) == [(Kind.THANKS, "Bao")]
    assert town.world.pushed() == []


async def test_what_is_passed_on_is_told_once_and_rings_nowhere(town):
    draft = PostDraft(text="Fête du quartier samedi", audience=PostAudience.PUBLIC)
    post = (await town.db.write(publish_post, town.ana, draft)).post
    await a_device(town.db, town.ana)
    for _ in range(2):
        await town.db.write(share_post, town.bao, post.id)
        await town.work()
        await town.db.write(unshare_post, town.bao, post.id)
    await town.db.write(share_post, town.ana, post.id)
    await town.work()
    assert await town.hears(town.ana) == [(Kind.SHARED, "Bao")]
    assert town.world.pushed() == []


async def test_a_poll_tells_its_maker_and_its_voters_when_it_is_over(town, clock):
    poll = PollDraft(("Lundi", "Mardi"), lasts=at(36) - at(12))
    post = await town.says(town.ana, "Quand ?", poll=poll)
    await town.db.write(vote, town.bao, post.id, [0])
    clock.advance(days=1)
    await town.db.write(occasions.on_poll_ended, post_facts.PollEnded(post.id))
    for viewer, heard in ((town.ana, [Kind.POLL]), (town.bao, [Kind.POLL]), (town.marie, [])):
        assert [kind for kind, _ in await town.hears(viewer)] == heard


async def test_a_newcomers_first_message_waits_for_those_who_look_after_the_group(town):
    await join(town.db, town.chloe, town.group, town.marie)
    town.world.facts.clear()
    await town.db.write(hold_newcomers, town.group)
    held = await town.says(town.chloe, "Bonjour à tous")
    assert await town.hears(town.marie) == [(Kind.HELD_POST, "Chloe")]
    assert await town.hears(town.bao) == []
    await town.db.write(let_post_through, town.marie, held.id)
    await town.work()
    assert await town.hears(town.marie) == []
    assert await town.hears(town.chloe) == [(Kind.POST_DECISION, "")]


def hold_newcomers(uow, group_id):
    uow.session.get_one(Group, group_id).holds_first_posts = True


async def test_who_wants_to_know_of_every_message_of_somebody_does(town):
    for follower, notifies in ((town.bao, True), (town.marie, False), (town.chloe, True)):
        await town.db.write(
            follow_actor, follower, town.ana.actor_id, FollowDraft(notifies=notifies)
        )
        await town.db.write(accept_follow, town.ana, follower.actor_id)
    town.world.facts.clear()
    await town.says(town.ana, "Il fait beau")
    assert await town.hears(town.bao) == [(Kind.FOLLOWED_POST, "Ana")]
    assert await town.hears(town.marie) == []
    # Chloé is not in the group.
    assert await town.hears(town.chloe) == []
    await town.says(town.ana, "Pour tous", group_id=None)
    assert await town.hears(town.chloe) == [(Kind.FOLLOWED_POST, "Ana")]


async def test_looking_at_a_thread_is_hearing_of_it(town):
    ask = await town.asks(town.ana)
    for viewer in (town.bao, town.marie):
        await town.answers(viewer, ask, f"Ici {viewer.name}")
    assert await town.db.read(count_new, town.ana) == 1
    await town.db.write(mark_thread_read, town.ana, ask.id)
    assert await town.db.read(count_new, town.ana) == 0
    assert await town.db.read(count_new, town.bao) == 1


async def test_looking_at_the_desk_is_hearing_of_what_waits_there(town):
    await town.asks(town.ana)
    await join(town.db, town.chloe, town.group, town.marie)
    await town.db.write(hold_newcomers, town.group)
    await town.says(town.chloe, "Bonjour à tous")
    assert await town.db.read(count_new, town.marie) == 2
    assert await town.db.write(mark_queue_read, town.marie, town.group) == 1
    assert await town.db.write(mark_queue_read, town.marie, town.group) == 0
    assert await town.db.read(count_new, town.marie) == 1


async def test_a_letter_is_told_until_it_is_read(town):
    draft = MessageDraft(text="Bonjour Bao")
    sent = await town.db.write(write_to, town.ana, [town.bao.actor_id], draft)
    await town.work()
    assert await town.hears(town.bao) == [(Kind.MESSAGE, "Ana")]
    assert await town.hears(town.ana) == []
    stranger = await a_viewer(town.db, "eve")
    await town.db.write(write_to, stranger, [town.bao.actor_id], draft)
    await a_device(town.db, town.bao)
    await town.work()
    assert (await town.hears(town.bao))[0] == (Kind.MESSAGE_REQUEST, "Eve")
    assert town.world.pushed() == []
    await town.db.write(mark_read, town.bao, sent.conversation_id, sent.post.id)
    assert await town.hears(town.bao) == [(Kind.MESSAGE_REQUEST, "Eve")]


async def test_a_letter_rings_at_a_phone_and_is_mailed_to_whoever_has_none(town):
    await a_device(town.db, town.bao)
    town.world.facts.clear()
    for to in (town.bao, town.marie):
        await town.db.write(write_to, town.ana, [to.actor_id], MessageDraft(text="Bonjour"))
    facts = [fact for fact in town.world.facts if isinstance(fact, MessageReceived)]
    for fact in facts:
        await town.db.write(occasions.on_message_received, fact)
    [[rung]] = town.world.pushed()
    [[mailed]] = town.world.mailed()
    found = await town.db.read(
        lambda session: [session.get_one(Notification, each).account_id for each in (rung, mailed)]
    )
    assert found == [town.bao.account_id, town.marie.account_id]


# Whose phone rings.


async def members_with_phones(town, count):
    """Members who came in one after the other, the last of them most recently."""
    found = []
    for number in range(count):
        viewer = await a_viewer(town.db, f"parent{number}")
        await join(town.db, viewer, town.group, town.marie)
        await a_device(town.db, viewer)
        found.append(viewer)
    town.world.facts.clear()
    return found


async def rung(town):
    told = {note for bundle in town.world.pushed() for note in bundle}
    rows = await town.db.read(lambda s: s.exec(select(Notification)).all())
    return {row.account_id for row in rows if row.id in told}


@pytest.mark.parametrize(
    ("said", "is_followed", "expected"),
    [
        ({"audience": PostAudience.PUBLIC}, False, False),
        ({"audience": PostAudience.PUBLIC}, True, True),
        ({"audience": PostAudience.HERE, "text": "Merci @bao !"}, False, True),
        ({"in_reply_to_id": "the question"}, False, True),
        ({"group_id": "the group"}, False, True),
    ],
)
async def test_where_nobody_can_be_told_nobody_is_looked_for(town, said, is_followed, expected):
    if is_followed:
        draft = FollowDraft(notifies=True)
        await town.db.write(follow_actor, town.bao, town.ana.actor_id, draft)
        await town.db.write(accept_follow, town.ana, town.bao.actor_id)
    if "in_reply_to_id" in said:
        said = {"in_reply_to_id": (await town.says(town.marie, "Qui vient ?")).id}
    if "group_id" in said:
        said = {"group_id": town.group}
    post = await town.says(town.ana, **{"text": "Bonjour !", "group_id": None} | said)
    fact = post_facts.PostPublished(post.id)
    assert await town.db.read(occasions.is_for_somebody, fact) is expected


async def test_an_ask_rings_at_twenty_five_phones_at_most(town, clock):
    people = await members_with_phones(town, HELPERS_AT_MOST + 5)
    await town.asks(town.ana)
    heard = await rung(town)
    assert len(heard) == HELPERS_AT_MOST
    for viewer in people:
        assert await town.hears(viewer) == [(Kind.NEW_ASK, "Ana")]
    # The same ones again, until they have had enough.
    for text in ("Encore une poussette ?", "Un vélo ?"):
        clock.advance(minutes=1)
        await town.asks(town.bao, text)
        assert await rung(town) == heard
    clock.advance(minutes=1)
    await town.asks(town.marie, "Un casque ?")
    fresh = {viewer.account_id for viewer in people} - heard
    assert await rung(town) == fresh


async def test_what_goes_out_together_is_each_reader_s_own(town):
    """More of them than one statement asks for, in the order in which they were handed on."""
    people = await members_with_phones(town, 35)
    await town.says(town.marie, "Réunion jeudi.", kind=PostKind.ANNOUNCEMENT)
    bundles = town.world.pushed()
    found = await town.db.read(list_rings, bundles, now=our_clock.now(), zone=PARIS)
    assert [ids for ids, _ in found] == bundles
    assert {ring.account_id for _, ring in found} == {one.account_id for one in people}
    for ids, ring in found:
        assert {(view.id, view.account_id) for view in ring.views} == {(ids[0], ring.account_id)}


async def test_in_a_small_group_an_ask_rings_at_every_phone(town):
    """Also where the asker, who was here last, would be the likeliest of all."""
    people = await members_with_phones(town, 3)
    await a_device(town.db, town.ana)
    await town.db.write(see_lately, [town.ana.account_id])
    for viewer in (people[0], town.bao, town.marie):
        await town.db.write(mute_group, viewer, town.group, is_muted=True)
    await town.asks(town.ana)
    assert await rung(town) == {viewer.account_id for viewer in people[1:]}


async def test_neighbours_of_the_asker_and_those_who_answer_come_first(town):
    people = await members_with_phones(town, HELPERS_AT_MOST + 3)
    near, answering, same = people[0], people[1], people[2]
    await town.db.write(settle, {"ana": "here", "parent0": "near", "parent2": "here"})
    question = await town.says(town.marie, "Qui vient ?", kind=PostKind.QUESTION)
    await town.db.write(let_all_through, town.group)
    await town.answers(answering, question, "Moi !")
    town.world.facts.clear()
    everybody = {viewer.account_id for viewer in people}
    await town.db.write(see_lately, [each.account_id for each in people[3:]])
    await rung(town)
    await town.asks(town.ana)
    heard = await rung(town)
    assert {near.account_id, answering.account_id, same.account_id} <= heard
    assert len(everybody - heard) == 3


def settle(uow, where):
    spots = {"here": (48.82, 2.27), "near": (48.83, 2.30), "far": (43.3, 5.4)}
    for number, (name, (lat, lon)) in enumerate(spots.items(), 1):
        add_place(uow, number, name, lat=lat, lon=lon)
    places = list(spots)
    for account in uow.session.exec(select(Account)):
        handle = account.email.partition("@")[0]
        account.place_id = places.index(where.get(handle, "far")) + 1


def let_all_through(uow, group_id):
    uow.session.get_one(Group, group_id).holds_first_posts = False


def see_lately(uow, account_ids):
    """All but the three were here just now."""
    for account in uow.session.exec(select(Account)):
        lately = account.id in account_ids
        account.last_seen_at = uow.now if lately else at(0)


async def test_what_cannot_wait_rings_at_everybody(town):
    people = await members_with_phones(town, HELPERS_AT_MOST + 5)
    await town.asks(town.ana, urgent="ce soir")
    assert await rung(town) == {viewer.account_id for viewer in people}
    assert (await town.hears(people[0])) == [(Kind.URGENT_ASK, "Ana")]


async def test_what_could_not_wait_does_not_ring_when_it_is_over(town, clock):
    """It was asked at night, and the morning is more than six hours away."""
    [phone] = await members_with_phones(town, 1)
    clock.set(at(22))
    await town.asks(town.ana, urgent="ce soir")
    await town.asks(town.bao, "Pas tout de suite")
    clock.set(at(30, 30))
    await town.db.write(ring_held)
    [[one]] = town.world.pushed()
    heard = {each.id: each.kind for each in await town.db.read(list_notifications, phone)}
    assert heard[one] == Kind.NEW_ASK


async def test_a_group_elsewhere_hears_nothing(town):
    other = await a_group(town.db, town.chloe, name="Ailleurs")
    await town.says(town.chloe, "Qui ?", group_id=other, kind=PostKind.QUESTION)
    assert await town.hears(town.bao) == []
