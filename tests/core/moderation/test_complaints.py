"""Complaining: one report for each matter; what endangers a child is gone before the answer."""

import asyncio
import json
from typing import Any

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account
from fedparents.conversations.service import MessageDraft, write_to
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.moderation.complaints import (
    FALSE_ALARMS,
    ComplaintDraft,
    NoticeDraft,
    file_complaint,
    file_notice,
)
from fedparents.moderation.facts import (
    ChildDangerRaised,
    ComplaintFiled,
    PostHiddenForNow,
    ReportRaised,
)
from fedparents.moderation.models import (
    Action,
    Category,
    Complaint,
    Report,
    ReportState,
    SealedCopy,
    SubjectKind,
)
from fedparents.moderation.queries import list_complaints
from fedparents.moderation.queues import count_for_place
from fedparents.moderation.subjects import find_named
from fedparents.posts.facts import PostWithdrawn
from fedparents.posts.models import PostState
from fedparents.retention.service import forget_what_is_due
from fedparents.social.service import block_actor
from tests.core.moderation.conftest import seal

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


async def rows(town, model):
    return list(await town.db.read(lambda session: session.exec(select(model)).all()))


async def test_a_complaint_opens_a_report_with_how_it_looked(town):
    post = await town.say(town.ana, "Elle habite au 12 rue Diderot.")
    complaint = await town.complain(town.chloe, post, Category.PERSONAL_DATA, "Mon adresse !")
    report = await town.report_of(complaint)
    assert (report.state, report.category) == (ReportState.RECEIVED, Category.PERSONAL_DATA)
    assert (report.group_id, report.target_actor_id) == (town.group, town.ana.actor_id)
    assert report.seen["text"] == "Elle habite au 12 rue Diderot."
    assert report.seen["name"] == "Ana"
    assert not report.is_for_place
    assert ComplaintFiled(complaint.id) in town.facts
    assert ReportRaised(report.id) in town.facts
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_who_complains_of_the_same_joins_the_same_report(town):
    post = await town.say(town.ana)
    first = await town.complain(town.chloe, post, Category.OTHER, "Bizarre.")
    second = await town.complain(town.driss, post, Category.HARASSMENT)
    again = await town.complain(town.driss, post, Category.OTHER, "Et encore.")
    assert first.report_id == second.report_id
    assert again.id == second.id
    (report,) = await rows(town, Report)
    assert (report.complaint_count, report.category) == (2, Category.HARASSMENT)
    stored = {each.by_actor_id: each for each in await rows(town, Complaint)}
    assert stored[town.driss.actor_id].text == "Et encore."
    assert stored[town.driss.actor_id].category == Category.HARASSMENT  # the graver one stays
    assert sum(isinstance(fact, ComplaintFiled) for fact in town.facts) == 2
    assert sum(isinstance(fact, ReportRaised) for fact in town.facts) == 2  # new, then graver


async def test_two_who_complain_at_once_share_a_report(town):
    post = await town.say(town.ana)
    await asyncio.gather(*(town.complain(who, post) for who in (town.chloe, town.driss)))
    (report,) = await rows(town, Report)
    assert report.complaint_count == 2


async def test_what_one_cannot_see_one_cannot_report(town):
    post = await town.say(town.ana)
    with pytest.raises(NotFound):
        await town.complain(town.emma, post)
    with pytest.raises(Conflict, match="report_own"):
        await town.complain(town.ana, post)
    with pytest.raises(Invalid) as without_words:
        await town.complain(town.chloe, post, Category.OTHER)
    assert without_words.value.fields == {"text": "missing"}
    assert await rows(town, Report) == []


async def test_a_child_in_danger_is_out_of_sight_in_the_same_commit(town):
    post = await town.say(town.ana, "Un texte dangereux.")
    complaint = await town.complain(town.chloe, post, Category.CHILD_DANGER)
    report = await town.report_of(complaint)
    assert (report.state, report.shown_as) == (ReportState.HIDDEN, PostState.VISIBLE)
    assert report.is_for_place
    assert (await town.row(post)).state == PostState.HIDDEN
    assert ChildDangerRaised(report.id) in town.facts
    assert PostWithdrawn(post.id) in town.facts
    assert not any(isinstance(fact, ReportRaised | PostHiddenForNow) for fact in town.facts)
    (copy,) = await rows(town, SealedCopy)
    sealed = json.loads(copy.sealed.removeprefix(b"sealed:"))
    assert sealed["seen"]["text"] == "Un texte dangereux."
    assert sealed["author"]["email"] == "ana@example.org"


async def test_an_alarm_that_comes_second_rings_all_the_same(town):
    post = await town.say(town.ana)
    await town.complain(town.driss, post, Category.SPAM)
    complaint = await town.complain(town.chloe, post, Category.CHILD_DANGER)
    assert ChildDangerRaised(complaint.report_id) in town.facts
    assert (await town.row(post)).state == PostState.HIDDEN


async def test_who_raised_alarms_for_nothing_hides_nothing_any_more(town):
    for number in range(FALSE_ALARMS):
        post = await town.say(town.ana, f"Anodin {number}")
        complaint = await town.complain(town.chloe, post, Category.CHILD_DANGER)
        await town.decide(town.marie, complaint.report_id, Action.NONE)
        assert (await town.row(post)).state == PostState.VISIBLE
    post = await town.say(town.ana, "Anodin encore")
    complaint = await town.complain(town.chloe, post, Category.CHILD_DANGER)
    assert (await town.row(post)).state == PostState.VISIBLE
    assert ChildDangerRaised(complaint.report_id) in town.facts  # but everybody is called


async def test_three_established_people_hide_a_post_until_somebody_has_looked(town):
    post = await town.say(town.ana)
    await town.age(town.chloe, town.driss)
    for who in (town.chloe, town.driss, town.bao):
        complaint = await town.complain(who, post)
    assert (await town.row(post)).state == PostState.VISIBLE  # Bao came today
    await town.age(town.marie)
    await town.complain(town.marie, post)
    report = await town.report_of(complaint)
    assert (report.state, report.complaint_count) == (ReportState.HIDDEN, 4)
    assert (await town.row(post)).state == PostState.HIDDEN
    assert town.facts.count(PostHiddenForNow(report.id)) == 1


async def test_those_who_share_a_mailbox_share_a_voice(town):
    def move_in(uow):
        uow.session.get_one(Account, town.driss.account_id).email = "chloe@example.org"

    await town.db.write(move_in)
    await town.age(town.chloe, town.driss, town.bao)
    post = await town.say(town.ana)
    for who in (town.chloe, town.driss, town.bao):
        await town.complain(who, post)
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_who_asked_without_a_name_stays_without_one(town):
    post = await town.say(town.ana, "Qui connaît un avocat ?", is_anonymous=True)
    report = await town.report_of(await town.complain(town.chloe, post))
    assert report.target_actor_id is None
    assert "Ana" not in report.snapshot
    assert "ana" not in report.snapshot.lower().replace("parents", "")
    with pytest.raises(Conflict, match="report_own"):
        await town.complain(town.ana, post)


async def test_a_report_on_a_moderator_is_for_the_place_too(town):
    post = await town.say(town.bao)
    assert (await town.report_of(await town.complain(town.chloe, post))).is_for_place
    post = await town.say(town.ana, "Bonjour")
    assert not (await town.report_of(await town.complain(town.chloe, post))).is_for_place


async def test_what_is_illegal_is_for_the_place_at_once(town):
    post = await town.say(town.ana)
    assert (
        await town.report_of(await town.complain(town.chloe, post, Category.ILLEGAL))
    ).is_for_place


async def test_people_and_groups_can_be_reported(town):
    person = await town.report_of(await town.complain(town.chloe, town.ana))
    assert (person.group_id, person.target_actor_id) == (None, town.ana.actor_id)
    group = await town.report_of(await town.complain(town.chloe, town.group))
    assert (group.group_id, group.subject_kind) == (None, SubjectKind.GROUP)
    assert group.seen["text"] == "Les parents du quartier."
    with pytest.raises(NotFound):
        await town.db.write(
            file_complaint,
            town.chloe,
            SubjectKind.PERSON,
            int(town.group),  # a group is no person
            ComplaintDraft(Category.SPAM),
            seal=seal,
        )


async def test_a_letter_can_be_reported_by_whoever_got_it_even_when_blocked(town):
    draft = MessageDraft(text="Je sais où tu habites.")
    letter = (await town.db.write(write_to, town.ana, [town.chloe.actor_id], draft)).post
    await town.db.write(block_actor, town.ana, town.chloe.actor_id)
    report = await town.report_of(await town.complain(town.chloe, letter))
    assert (report.group_id, report.target_actor_id) == (None, town.ana.actor_id)
    with pytest.raises(NotFound):
        await town.complain(town.driss, letter)


async def test_one_follows_ones_own_complaints_alone(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post)
    (mine,) = await town.db.read(list_complaints, town.chloe)
    assert (mine.complaint.id, mine.is_waiting) == (complaint.id, True)
    assert await town.db.read(list_complaints, town.ana) == []


def a_notice(**changes):
    given: dict[str, Any] = {
        "category": Category.ILLEGAL,
        "text": "Une menace de mort.",
        "address": "https://issy.localhost/posts/1",
        "name": "Zoé Martin",
        "email": "Zoe@Example.org",
        "language": "fr",
        "is_good_faith": True,
    }
    return NoticeDraft(**(given | changes))


async def give_notice(town, post, viewer=None, **changes):
    def give(uow):
        subject = find_named(uow.session, SubjectKind.POST, post.id)
        assert subject is not None
        return file_notice(uow, viewer, subject, a_notice(**changes), seal=seal)

    return await town.db.write(give)


async def test_a_visitors_notice_says_who_where_and_why(town):
    post = await town.say(town.ana)
    complaint = await give_notice(town, post)
    assert (complaint.is_notice, complaint.email) == (True, "zoe@example.org")
    report = await town.report_of(complaint)
    assert (report.is_for_place, report.group_id) == (True, town.group)
    waiting = await town.db.read(count_for_place, town.hugo)
    assert (waiting.reports, waiting.notices) == (0, 1)
    assert ComplaintFiled(complaint.id) in town.facts


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"name": " "}, "missing"),
        ({"email": ""}, "missing"),
        ({"address": ""}, "missing"),
        ({"text": ""}, "missing"),
        ({"is_good_faith": False}, "tick_to_continue"),
        ({"email": "zoe"}, "email_not_valid"),
    ],
)
async def test_what_the_law_asks_cannot_be_left_out(town, missing, code):
    post = await town.say(town.ana)
    with pytest.raises(Invalid) as refused:
        await give_notice(town, post, **missing)
    assert refused.value.fields == {next(iter(missing)): code}


async def test_where_children_are_abused_nobody_has_to_give_a_name(town):
    post = await town.say(town.ana)
    complaint = await give_notice(town, post, category=Category.CHILD_DANGER, name="", email="")
    assert (complaint.name, complaint.email) == ("", "")
    assert ChildDangerRaised(complaint.report_id) in town.facts


async def test_a_visitor_hides_nothing_that_they_cannot_see(town):
    inside = await town.say(town.ana)
    await give_notice(town, inside, category=Category.CHILD_DANGER)
    assert (await town.row(inside)).state == PostState.VISIBLE
    public = await town.say(town.ana, "À tous", group_id=None, audience="public")
    await give_notice(town, public, category=Category.CHILD_DANGER)
    assert (await town.row(public)).state == PostState.HIDDEN


async def test_a_year_after_the_end_nothing_is_left(town, clock):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post, Category.CHILD_DANGER)
    await town.decide(town.marie, complaint.report_id, Action.HIDE)
    clock.advance(days=31)
    await forget_what_is_due(town.db)
    assert await rows(town, SealedCopy) == []
    clock.advance(days=153)
    await forget_what_is_due(town.db)
    assert (await town.report_of(complaint)).state == ReportState.CLOSED
    clock.advance(days=184)
    await forget_what_is_due(town.db)
    (report,) = await rows(town, Report)
    assert report.snapshot == ""
    clock.advance(days=182)
    await forget_what_is_due(town.db)
    assert await rows(town, Report) == []
    assert await rows(town, Complaint) == []
