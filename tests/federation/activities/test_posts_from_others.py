"""What servers that nobody of us wrote say, and how: kept for whom it concerns, and nobody else."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from federation.activities.create import receive_create
from federation.activities.delete import receive_delete
from federation.activities.update import receive_update
from federation.errors import Malformed, Rejected
from federation.inbox import accept, forget_farewells
from federation.models import RemoteFarewell
from federation.objects.actor import accept_actor
from federation.posts import find_post
from federation.signing import recall
from federation.vocab import PUBLIC
from fedparents import clock as clocks
from fedparents.accounts.models import Account, Role
from fedparents.conversations.models import ConversationMember, MemberState
from fedparents.conversations.queries import get_conversation
from fedparents.conversations.service import leave_conversation
from fedparents.errors import LimitReached, NotFound
from fedparents.jobs.models import JobRow
from fedparents.moderation.complaints import ComplaintDraft, file_complaint
from fedparents.moderation.models import Category, SubjectKind
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification
from fedparents.posts.asking import close_post
from fedparents.posts.models import Audience, PostState
from fedparents.posts.polls import PollDraft, list_polls
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.models import Follow
from fedparents.social.service import block_actor
from fedparents.timelines.models import HomeEntry
from fedparents.timelines.queries import get_card
from tests.rig.builders import a_viewer, hide, put_follow
from tests.rig.elsewhere import a_draft

NUMBERS = itertools.count()


class Two:
    """Léa here, who may follow Zoé on a server that nobody of us wrote."""

    def __init__(self, town, lea, zoe, draft):
        self.town, self.db, self.base = town, town.place.db, town.url
        self.lea, self.zoe, self.draft = lea, zoe, draft
        self.here = f"{town.url}/users/{lea.actor_id}"

    def uri(self, number=None):
        return f"{self.draft.uri}/posts/{number or next(NUMBERS)}"

    def note(self, **changes):
        return {
            "id": self.uri(),
            "type": "Note",
            "attributedTo": self.draft.uri,
            "to": [PUBLIC],
            "cc": [self.draft.followers],
            "content": "<p>Un xylophone ?</p>",
            "published": clocks.now().isoformat(),
        } | changes

    async def says(self, note, verb=receive_create, sender=None):
        uri = sender or self.draft.uri
        whole = {"id": f"{uri}#{next(NUMBERS)}", "actor": uri, "object": note}
        await self.db.write(verb, self.base, recall(uri, json.dumps(whole).encode()))

    async def find(self, note):
        return await self.db.read(find_post, self.base, note["id"])

    async def hears(self, **changes):
        """What becomes of a note."""
        note = self.note(**changes)
        await self.says(note)
        return await self.find(note)

    async def asks(self, text="Qui a un xylophone ?", **draft):
        draft = {"audience": Audience.PUBLIC, **draft}
        return (await self.db.write(publish_post, self.lea, PostDraft(text=text, **draft))).post

    def id_of(self, post):
        return f"{self.base}/notes/{post.id}"

    async def sees(self, post, viewer=None):
        try:
            await self.db.read(get_card, viewer or self.lea, post.id)
        except NotFound:
            return False
        return True

    async def follows(self):
        def add(uow):
            put_follow(uow, self.lea.actor_id, self.zoe.id)

        await self.db.write(add)

    async def change(self, table, key, **values):
        def change(uow):
            row = uow.session.get_one(table, key)
            for name, value in values.items():
                setattr(row, name, value)
            uow.session.add(row)

        await self.db.write(change)

    async def told(self):
        await self.town.place.worker.work_until_idle()
        own = select(Notification.kind).where(Notification.account_id == self.lea.account_id)
        return await self.db.read(lambda session: list(session.exec(own)))


@pytest.fixture
async def two(towns):
    annecy, _ = towns
    lea = await annecy.somebody(f"lea_q{next(NUMBERS)}", is_locked=False)
    draft = a_draft(f"zoe_fo{next(NUMBERS)}")
    draft = replace(draft, followers=f"{draft.uri}/followers")
    zoe = await annecy.place.db.write(accept_actor, draft)
    return Two(annecy, lea, zoe, draft)


async def test_of_strangers_nothing_is_kept_unless_it_concerns_somebody(two):
    assert await two.hears() is None
    assert await two.hears(cc=[two.here])
    await two.follows()
    assert await two.hears()


@pytest.mark.parametrize(
    ("to", "cc", "audience", "is_quiet"),
    [
        ([PUBLIC], [], Audience.PUBLIC, False),
        ("as:Public", None, Audience.PUBLIC, False),
        (["FOLLOWERS"], [PUBLIC], Audience.PUBLIC, True),
        (["FOLLOWERS"], [], Audience.FOLLOWERS, False),
        (["HERE"], [], Audience.DIRECT, False),
    ],
)
async def test_to_whom_it_is_said_is_read_from_the_envelope(two, to, cc, audience, is_quiet):
    await two.follows()
    names = {"FOLLOWERS": two.draft.followers, "HERE": two.here}
    to, cc = (
        [names.get(each, each) for each in side] if isinstance(side, list) else side
        for side in (to, cc)
    )
    post = await two.hears(to=to, cc=cc)
    assert (post.audience, post.is_quiet) == (audience, is_quiet)


async def test_nobody_says_anything_for_somebody_else(two):
    other = a_draft(f"max_fo{next(NUMBERS)}")
    await two.db.write(accept_actor, other)
    await two.follows()
    wrong: list[dict[str, object]] = [
        {"attributedTo": other.uri},
        {"id": f"https://other.invalid/{next(NUMBERS)}"},
        {"attributedTo": []},
        {"content": ""},
        {"type": "Person"},
    ]
    for changes in wrong:
        with pytest.raises((Rejected, Malformed)):
            await two.says(two.note(**changes))
    note = two.note()
    await two.says(note)
    for verb in (receive_update, receive_delete):
        await two.says(note | {"content": "<p>Non</p>"}, verb, sender=other.uri)
    assert (await two.find(note)).text == "Un xylophone ?"


async def test_the_same_again_changes_nothing_and_what_is_older_says_nothing_new(two):
    await two.follows()
    note = two.note()
    for _ in range(2):
        await two.says(note)
    first = await two.find(note)

    def at(minutes, content):
        when = (clocks.now() + timedelta(minutes=minutes)).isoformat()
        return note | {"content": content, "updated": when}

    await two.says(at(-1, "<p>Deux</p>"), receive_update)
    await two.says(at(-5, "<p>Un</p>"), receive_update)
    again = await two.find(note)
    assert (again.id, again.text) == (first.id, "Deux")


async def test_what_comes_in_great_numbers_is_worked_on_together(two, towns):
    """What is wrong, what has to be asked for first and what comes again harm no other, and leave
    what they would leave alone."""
    await two.follows()
    notes = [two.note(content=f"<p>Nummer {number}</p>") for number in range(30)]
    notes[4]["attributedTo"] = f"{two.draft.uri}/somebody-else"
    stranger = f"{towns[1].url}/users/1"

    def comes(uow, uri, thing, verb="Create"):
        whole = {"id": f"{uri}#{next(NUMBERS)}", "type": verb, "actor": uri, "object": thing}
        body = json.dumps(whole).encode()
        accept(uow, recall(uri, body), body)

    for note in notes[:20]:
        await two.db.write(comes, two.draft.uri, note)
    await two.db.write(comes, stranger, two.note())
    await two.db.write(comes, two.draft.uri, notes[7])
    await two.db.write(comes, two.draft.uri, notes[8]["id"], "Delete")
    for note in notes[20:]:
        await two.db.write(comes, two.draft.uri, note)
    await two.told()
    found = [await two.find(note) for note in notes]
    assert [post.text for n, post in enumerate(found) if n not in {4, 8}] == [
        f"Nummer {n}" for n in range(30) if n not in {4, 8}
    ]
    assert (found[4], found[8].state) == (None, PostState.DELETED)


async def test_what_was_taken_back_before_it_came_comes_too_late(two):
    await two.follows()
    note = two.note()
    await two.says({"id": note["id"], "type": "Tombstone"}, receive_delete)
    await two.says(note)
    assert await two.find(note) is None
    await two.change(
        RemoteFarewell, (note["id"], two.draft.uri), gone_at=clocks.now() - timedelta(days=2)
    )
    await two.db.write(forget_farewells)
    await two.says(note)
    assert await two.find(note)


async def test_what_was_changed_before_it_came_is_new_for_a_day(two):
    await two.follows()
    fresh, old = two.note(), two.note(published="2020-01-01T00:00:00Z")
    for note in (fresh, old):
        await two.says(note, receive_update)
    assert (await two.find(fresh)) is not None
    assert (await two.find(old)) is None


async def test_who_is_named_is_told_and_linked(two):
    words = f'<p><a href="{two.base}/@{two.lea.handle}" class="u-url mention">@lea</a> oui</p>'
    tag = {"type": "Mention", "href": two.here, "name": "@lea"}
    post = await two.hears(content=words, tag=tag, cc=[two.here])
    assert f'href="/@{two.lea.handle}"' in post.html
    assert await two.told() == ["mention"]


async def test_who_is_not_known_outside_is_named_nowhere(two):
    await two.change(
        Account, two.lea.account_id, restricted_until=clocks.now().date() + timedelta(30)
    )
    assert await two.hears(cc=[two.here], tag=[{"type": "Mention", "href": two.here}]) is None
    assert await two.hears(to=[two.here], cc=[]) is None


async def test_an_answer_stands_below_what_it_answers_and_its_asker_is_told(two):
    asked = await two.asks()
    post = await two.hears(inReplyTo=two.id_of(asked))
    assert (post.root_id, post.is_reply) == (asked.id, True)
    assert await two.told() == ["answer"]
    page = await two.hears(inReplyTo=f"{two.base}/@{two.lea.handle}/{asked.id}")
    assert page.in_reply_to_id == asked.id


async def test_nothing_is_answered_that_was_never_told_elsewhere(two):
    hidden = await two.asks("Ici seulement", audience=Audience.HERE)
    assert await two.hears(inReplyTo=two.id_of(hidden), cc=[two.here]) is None
    assert await two.hears(inReplyTo=f"{two.base}/notes/123", cc=[two.here]) is None
    closed = await two.asks("Encore une ?")
    await two.db.write(close_post, two.lea, closed.id)
    assert await two.hears(inReplyTo=two.id_of(closed)) is None


async def test_who_is_blocked_is_not_heard(two):
    asked = await two.asks()
    await two.db.write(block_actor, two.lea, two.zoe.id)
    assert await two.hears(inReplyTo=two.id_of(asked)) is None
    assert await two.hears(cc=[two.here]) is None
    assert await two.hears(to=[two.here], cc=[]) is None


async def test_an_answer_that_comes_before_what_it_answers_finds_its_place(two):
    await two.follows()
    parent = two.note()
    late = two.note(inReplyTo=parent["id"])
    for note in (late, parent):
        await two.says(note)
    post, root = await two.find(late), await two.find(parent)
    assert (post.root_id, post.in_reply_to_id, root.reply_count) == (root.id, root.id, 1)


async def test_two_that_answer_each_other_do_not_end_in_a_circle(two):
    await two.follows()
    one, other = two.note(), two.note()
    await two.says(one | {"inReplyTo": other["id"]})
    await two.says(other | {"inReplyTo": one["id"]})
    posts = [await two.find(note) for note in (one, other)]
    assert len({post.root_id for post in posts}) == 1
    assert [post.in_reply_to_id for post in posts] == [None, posts[0].id]


async def letters(two):
    """The conversations of Léa with Zoé: what Léa makes of them, and how much is in them."""

    def read(session):
        own = select(ConversationMember).where(ConversationMember.actor_id == two.lea.actor_id)
        return [
            (row.conversation_id, row.state, row.last_post_id > row.read_post_id)
            for row in session.exec(own.order_by(col(ConversationMember.conversation_id)))
        ]

    return await two.db.read(read)


async def test_a_letter_waits_until_it_is_let_in_and_the_next_one_goes_with_it(two):
    first = await two.hears(to=[two.here], cc=[])
    ((conversation, state, is_new),) = await letters(two)
    assert (state, is_new) == (MemberState.REQUEST, True)
    assert await two.told() == ["message_request"]
    answer = await two.hears(to=[two.here], cc=[], inReplyTo=two.uri())
    assert len(await letters(two)) == 1
    view = await two.db.read(get_conversation, two.lea, conversation)
    assert [each.id for each in view.letters] == [first.id, answer.id]
    assert not await two.sees(first, await two.town.somebody(f"bao_fo{next(NUMBERS)}"))


async def test_who_has_left_a_conversation_is_asked_again(two):
    await two.hears(to=[two.here], cc=[])
    ((conversation, *_),) = await letters(two)
    await two.db.write(leave_conversation, two.lea, conversation)
    await two.hears(to=[two.here], cc=[])
    assert [row[0] for row in await letters(two)] == [conversation]


async def test_nobody_writes_to_everybody(two):
    people = [await two.town.somebody(f"m_fo{next(NUMBERS)}") for _ in range(21)]
    for each in people[:20]:
        assert await two.hears(to=[f"{two.base}/users/{each.actor_id}"], cc=[])
    with pytest.raises(LimitReached):
        await two.hears(to=[f"{two.base}/users/{people[20].actor_id}"], cc=[])


async def test_a_poll_has_the_answers_and_numbers_of_its_town(two):
    await two.follows()
    choice = lambda name, votes: {"type": "Note", "name": name, "replies": {"totalItems": votes}}  # noqa: E731
    note = two.note(type="Question", oneOf=[choice("Lundi", 3), choice("Mardi", 1)], votersCount=4)
    await two.says(note)
    post = await two.find(note)

    async def numbers():
        views = await two.db.read(list_polls, two.lea, [post.id], now=clocks.now())
        return [each.votes for each in views[post.id].options], views[post.id].voters

    assert await numbers() == ([3, 1], 4)
    counted = note | {"oneOf": [choice("Lundi", 3), choice("Mardi", 7)], "votersCount": 10}
    await two.says(counted, receive_update)
    assert await numbers() == ([3, 7], 10)


@pytest.mark.parametrize("is_multiple", [False, True])
async def test_votes_count_once_and_only_where_there_is_such_an_answer(two, is_multiple):
    asked = await two.asks(poll=PollDraft(("Lundi", "Mardi", "Jeudi"), is_multiple=is_multiple))

    def vote(name, **changes):
        return {
            "id": two.uri(),
            "type": "Note",
            "attributedTo": two.draft.uri,
            "to": [two.here],
            "name": name,
            "inReplyTo": two.id_of(asked),
        } | changes

    await two.says([vote("Mardi"), vote("Lundi")])
    await two.says(vote("Mardi"))
    await two.says(vote("Dimanche"))
    with pytest.raises(Malformed):
        await two.says(vote("Jeudi", attributedTo="https://mastodon.invalid/users/other"))
    views = await two.db.read(list_polls, two.lea, [asked.id], now=clocks.now())
    numbers = [each.votes for each in views[asked.id].options]
    assert (numbers, views[asked.id].voters) == ([1, 1, 0] if is_multiple else [0, 1, 0], 1)
    assert await letters(two) == []


async def test_it_is_reported_and_hidden_like_anything_else(two):
    post = await two.hears(cc=[two.here])
    complaint = ComplaintDraft(Category.SPAM, "Une publicité.")
    await two.db.write(
        file_complaint, two.lea, SubjectKind.POST, post.id, complaint, seal=lambda _, data: data
    )
    moderator = await a_viewer(two.db, f"marie_fo{next(NUMBERS)}", role=Role.MODERATOR)
    await hide(two.db, moderator, post.id)
    await two.town.place.worker.work_until_idle()
    assert not await two.sees(post)
    failed = await two.db.read(
        lambda session: session.exec(select(JobRow.name).where(JobRow.attempts > 0)).all()
    )
    assert failed == []


async def list_homes(two, post):
    homes = select(HomeEntry.account_id).where(HomeEntry.post_id == post.id)
    return await two.db.read(lambda s: s.exec(homes).all())


async def list_jobs_about(two, post):
    about = select(JobRow.name).where(col(JobRow.payload).contains(f'"post_id": {post.id}'))
    return await two.db.read(lambda s: s.exec(about).all())


async def test_what_is_said_stands_at_home_when_it_has_been_worked_on(two):
    await two.follows()
    said = await two.hears()
    assert await list_homes(two, said) == [two.lea.account_id]
    assert "timelines.fill" not in await list_jobs_about(two, said)
    await two.says(two.note(id=two.uri(), content="<p>Encore</p>"))
    await two.told()
    assert await list_homes(two, said) == [two.lea.account_id]


async def test_what_is_no_news_or_an_answer_stands_in_no_home(two):
    await two.follows()
    asked = await two.asks()
    answer = await two.hears(inReplyTo=two.id_of(asked))
    old = await two.hears(published=(clocks.now() - timedelta(days=30)).isoformat())
    assert not [*await list_homes(two, answer), *await list_homes(two, old)]


async def test_what_is_said_by_who_is_followed_and_rings_is_told_once(two):
    await two.follows()
    await two.change(Follow, (two.lea.actor_id, two.zoe.id), notifies=True)
    await two.hears()
    assert await two.told() == [Kind.FOLLOWED_POST]
