"""Inviting, moving, calling off; and what cannot be so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.events.details import Details
from fedparents.events.models import Band, Event, Facility, Occurrence, Whom
from fedparents.events.queries import details_of, find_first, get_first
from fedparents.events.retention import forget_host
from fedparents.events.service import EventDraft, Told, cancel_event, change_event, publish_event
from fedparents.groups.models import Group, GroupRole
from fedparents.posts.models import Audience, Post, PostKind, PostState, PostVersion
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.retention.service import forget_what_is_due
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = [pytest.mark.anyio]

ADDRESS = "12 rue des Lilas, chez Ana"


def in_words(told: Told) -> str:
    details = told.details
    lines = (details.title, f"{details.starts_at:%d.%m. %H:%M}", details.place, details.exact_place)
    return "\n\n".join((*filter(None, lines), *filter(None, [told.called_off])))


class Agenda:
    """A group with its manager Marie and two members, and somebody who is not in it."""

    def __init__(self, db, clock, group, **people):
        self.db, self.group = db, group
        self.marie, self.ana, self.bao, self.chloe = people.values()
        self.details = Details(
            title="Au parc",
            starts_at=clock() + timedelta(days=3),
            time_zone="Europe/Paris",
            place="Parc de la Tête d'Or",
            exact_place=ADDRESS,
            whom=Whom.WITH_CHILDREN,
            bands=frozenset((Band.FROM_3, Band.FROM_1)),
            facilities=frozenset((Facility.PUSHCHAIR,)),
            capacity=8,
        )

    async def invite(self, viewer, **changes):
        post = PostDraft(text="", group_id=changes.pop("group_id", self.group))
        draft = EventDraft(post, replace(self.details, **changes))
        return (await self.db.write(publish_event, viewer, draft, in_words)).post

    async def change(self, viewer, post, **changes):
        details = replace(self.details, **changes)
        return await self.db.write(change_event, viewer, post.id, details, in_words)

    async def call_off(self, viewer, post, reason="Il pleut."):
        return await self.db.write(cancel_event, viewer, post.id, reason, in_words)

    async def rows(self, post):
        """Its post, event and occurrence as they are stored."""

        def read(session):
            return session.get_one(Post, post.id), *get_first(session, post.id)

        return await self.db.read(read)


@pytest.fixture
async def agenda(db, clock):
    await db.write(open_the_doors)
    people = {name: await a_viewer(db, name) for name in ("marie", "ana", "bao", "chloe")}
    group = await a_group(db, people["marie"])
    for name in ("ana", "bao"):
        await join(db, people[name], group, people["marie"])
    return Agenda(db, clock, group, **people)


async def test_an_invitation_is_a_post_whose_words_are_made_of_its_details(agenda):
    post, event, occurrence = await agenda.rows(await agenda.invite(agenda.ana, title=" Au  parc "))
    assert (post.kind, post.audience) == (PostKind.EVENT, Audience.GROUP)
    assert post.text.startswith("Au parc\n\n")
    assert occurrence.planned_at == occurrence.starts_at == agenda.details.starts_at
    assert occurrence.ends_at - occurrence.starts_at == timedelta(hours=2)  # nobody has said
    assert details_of(event, occurrence, is_exact=True) == agenda.details


async def test_the_exact_place_is_in_no_words_and_in_no_version_of_them(agenda):
    said = await agenda.invite(agenda.ana)
    await agenda.change(agenda.ana, said, title="Au square", exact_place=ADDRESS + " bis")
    await agenda.call_off(agenda.ana, said)
    post, event, occurrence = await agenda.rows(said)
    versions = await agenda.db.read(lambda session: session.exec(select(PostVersion)).all())
    assert len(versions) == 2
    assert not any("Lilas" in each.text + each.html for each in (post, *versions))
    assert details_of(event, occurrence, is_exact=False).exact_place == ""


async def test_whoever_may_not_write_there_invites_nobody(agenda):
    with pytest.raises(NotFound):
        await agenda.invite(agenda.chloe)
    left = await agenda.db.read(lambda session: session.exec(select(Event)).all())
    assert not left


async def test_pressed_twice_it_is_one(agenda):
    first = await agenda.invite(agenda.ana)
    with pytest.raises(Conflict, match="already_posted") as refused:
        await agenda.invite(agenda.ana)
    assert refused.value.params["post_id"] == first.id


async def test_where_posts_are_held_an_event_is_even_of_whom_one_knows_but_not_of_a_host(agenda):
    await agenda.invite(agenda.bao, title="Un café")  # lets his next posts through

    def hold(uow):
        uow.session.get_one(Group, agenda.group).holds_first_posts = True

    await agenda.db.write(hold)
    assert (await agenda.invite(agenda.bao)).state == PostState.HELD
    await give_role(agenda.db, agenda.marie, agenda.group, agenda.chloe, GroupRole.HOST)
    assert (await agenda.invite(agenda.chloe)).state == PostState.VISIBLE


async def test_moved_it_counts_for_calendars_and_keeps_its_name(agenda):
    said = await agenda.invite(agenda.ana)
    later = agenda.details.starts_at + timedelta(days=1)
    assert (await agenda.change(agenda.ana, said, starts_at=later)).sequence == 1
    post, _, occurrence = await agenda.rows(said)
    assert (occurrence.starts_at, occurrence.planned_at) == (later, agenda.details.starts_at)
    assert f"{later:%d.%m. %H:%M}" in post.text
    assert post.edited_at is not None


async def test_other_words_are_no_move_and_the_same_words_no_change(agenda):
    said = await agenda.invite(agenda.ana)
    await agenda.change(agenda.ana, said)
    assert (await agenda.rows(said))[0].edited_at is None
    assert (await agenda.change(agenda.ana, said, title="Au square")).sequence == 0


async def test_a_smaller_capacity_sends_nobody_away(agenda):
    said = await agenda.invite(agenda.ana)

    def fill(uow):
        uow.session.exec(select(Occurrence)).one().taken = 8

    await agenda.db.write(fill)
    assert (await agenda.change(agenda.ana, said, capacity=5)).capacity == 5
    assert (await agenda.rows(said))[2].taken == 8


async def test_nobody_else_moves_it_or_calls_it_off(agenda):
    said = await agenda.invite(agenda.ana)
    for other, refused in ((agenda.bao, NotAllowed), (agenda.chloe, NotFound)):
        with pytest.raises(refused):
            await agenda.change(other, said, title="Ailleurs")
        with pytest.raises(refused):
            await agenda.call_off(other, said)


async def test_called_off_it_says_why_and_stays_so(agenda):
    said = await agenda.invite(agenda.ana)
    event = await agenda.call_off(agenda.ana, said)
    assert event.sequence == 1
    post, event, _ = await agenda.rows(said)
    assert event.cancelled_at is not None
    assert post.text.endswith("Il pleut.")
    for again in (agenda.call_off(agenda.ana, said), agenda.change(agenda.ana, said, title="Si !")):
        with pytest.raises(Conflict, match="event_cancelled"):
            await again


async def test_it_is_called_off_with_a_word_on_why(agenda):
    said = await agenda.invite(agenda.ana)
    with pytest.raises(Invalid) as refused:
        await agenda.call_off(agenda.ana, said, " ")
    assert refused.value.fields == {"reason": "missing"}
    assert (await agenda.rows(said))[1].cancelled_at is None


async def test_what_is_over_is_not_changed(agenda, clock):
    said = await agenda.invite(agenda.ana)
    clock.advance(timedelta(days=3, hours=1))  # it has begun: what is said of it can still change
    assert (await agenda.change(agenda.ana, said, title="On est là")).title == "On est là"
    clock.advance(timedelta(hours=1))
    with pytest.raises(Conflict, match="event_over"):
        await agenda.call_off(agenda.ana, said)


async def test_its_words_are_not_changed_without_its_details(agenda):
    said = await agenda.invite(agenda.ana)
    with pytest.raises(Conflict, match="event_words_are_made"):
        await agenda.db.write(edit_post, agenda.ana, said.id, "Demain plutôt")


async def test_taken_back_it_is_nothing_to_change(agenda):
    said = await agenda.invite(agenda.ana)
    await agenda.db.write(delete_post, agenda.ana, said.id)
    with pytest.raises(NotFound):
        await agenda.change(agenda.ana, said, title="Au square")


async def test_what_is_no_event_is_not_found_as_one(agenda):
    plain = (
        await agenda.db.write(
            publish_post, agenda.ana, PostDraft(text="Bonjour", group_id=agenda.group)
        )
    ).post
    with pytest.raises(NotFound):
        await agenda.change(agenda.ana, plain)


FAR = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field", "complaint"),
    [
        ({"title": "A "}, "title", "event_title"),
        ({"title": "🎈🎈🎈"}, "title", "event_title"),
        ({"title": "x" * 121}, "title", "event_words_too_long"),
        ({"place": " "}, "place", "event_place"),
        ({"place": "x" * 201}, "place", "event_words_too_long"),
        ({"exact_place": "x" * 201}, "exact_place", "event_words_too_long"),
        ({"description": "x" * 4001}, "description", "event_words_too_long"),
        ({"price_note": "x" * 121}, "price_note", "event_words_too_long"),
        ({"capacity": 0}, "capacity", "event_capacity"),
        ({"capacity": 10_001}, "capacity", "event_capacity"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone", "timezone_unknown"),
        ({"starts_at": FAR}, "starts_at", "event_too_far"),
    ],
)
async def test_what_cannot_be_so_is_said_at_its_field(agenda, changes, field, complaint):
    with pytest.raises(Invalid) as refused:
        await agenda.invite(agenda.ana, **changes)
    assert refused.value.fields == {field: complaint}


@pytest.mark.parametrize(
    ("begins", "lasts", "field", "complaint"),
    [
        (timedelta(days=1), timedelta(0), "ends_at", "event_ends_first"),
        (timedelta(days=1), timedelta(hours=-1), "ends_at", "event_ends_first"),
        (timedelta(days=1), timedelta(days=14, minutes=1), "ends_at", "event_too_long"),
        (timedelta(minutes=-1), timedelta(hours=3), "starts_at", "event_in_past"),
    ],
)
async def test_times_that_cannot_be_so(agenda, clock, begins, lasts, field, complaint):
    start = clock() + begins
    with pytest.raises(Invalid) as refused:
        await agenda.invite(agenda.ana, starts_at=start, ends_at=start + lasts)
    assert refused.value.fields == {field: complaint}


async def test_for_adults_there_are_no_ages_of_children(agenda):
    post = await agenda.invite(agenda.ana, whom=Whom.ADULTS)
    assert (await agenda.rows(post))[1].bands == ""


async def test_nobody_invites_without_a_name(agenda):
    draft = EventDraft(PostDraft(text="", group_id=agenda.group, is_anonymous=True), agenda.details)
    with pytest.raises(Invalid) as refused:
        await agenda.db.write(publish_event, agenda.ana, draft, in_words)
    assert refused.value.fields == {"is_anonymous": "event_has_a_host"}


async def test_the_exact_place_is_forgotten_a_day_after_the_end(agenda, clock):
    said = await agenda.invite(agenda.ana)
    clock.advance(days=4)
    await forget_what_is_due(agenda.db)
    assert (await agenda.rows(said))[1].exact_place == ADDRESS
    clock.advance(hours=3)
    await forget_what_is_due(agenda.db)
    _, event, _ = await agenda.rows(said)
    assert (event.exact_place, event.place) == ("", agenda.details.place)


async def test_the_exact_place_is_forgotten_where_its_author_takes_it_back(agenda):
    said, stays = await agenda.invite(agenda.ana), await agenda.invite(agenda.bao, title="Un café")
    await agenda.db.write(delete_post, agenda.ana, said.id)
    await forget_what_is_due(agenda.db)
    assert (await agenda.rows(said))[1].exact_place == ""
    assert (await agenda.rows(stays))[1].exact_place == ADDRESS


async def test_what_an_erased_person_invited_to_is_gone(agenda):
    gone, stays = await agenda.invite(agenda.ana), await agenda.invite(agenda.bao, title="Un café")
    await agenda.db.write(forget_host, agenda.ana.actor_id)
    found = await agenda.db.read(lambda session: find_first(session, gone.id))
    assert found is None
    assert (await agenda.rows(stays))[1].title == "Un café"
    left = await agenda.db.read(lambda session: session.exec(select(Occurrence)).all())
    assert [each.event_id for each in left] == [stays.id]
