"""From a report to its last mail: forms as they are sent, jobs and letters as in real life."""

import re

import pytest
from sqlmodel import select

from federation.sealing import unseal
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, Role
from fedparents.groups.models import GroupRole
from fedparents.moderation.models import Complaint, Decision, Report, SealedCopy
from fedparents.moderation.queries import list_decisions_on
from fedparents.posts.models import Post, PostState
from tests.rig.pages import submit
from tests.rig.visitors import press
from tests.web.mail.test_handlers import Mailbox
from tests.web.posts.conftest import square as square  # noqa: PLC0414 - the same town

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
HIDE: dict[str, str | list[str]] = {
    "ground": "rule",
    "ground_text": "Nous ne vendons rien.",
    "facts": "Ce sont des ventes.",
}


@pytest.fixture
async def mailbox(square, clock):
    await square.role("emma", GroupRole.MODERATOR)
    await square.person("jeanne", Role.ADMIN)
    box = Mailbox(square.place)
    clock.advance(seconds=60)  # the welcome of those who were let in
    await box.new()
    return box


async def rows(square, table):
    return await square.db.read(lambda session: list(session.exec(select(table))))


async def state_of(square, post):
    return await square.db.read(lambda session: session.get_one(Post, post.id).state)


async def subjects(mailbox):
    """Who was written to, and under which heading."""
    return sorted((letter.to, letter.subject) for letter in await mailbox.new())


async def reported(square, who, post, category="scam", **answers):
    browser = await square.browser(who)
    sent = await submit(browser, f"/report/post/{post.id}", category=category, **answers)
    assert sent.status_code == 303, sent.text
    return browser, sent.headers["location"]


async def test_a_child_in_danger_is_out_of_sight_before_the_answer(square, mailbox):
    """And everybody who can act is called, at once."""
    post = await square.says("ana", "Des photos de petits, sans les parents ?")
    bao, path = await reported(square, "bao", post, "child_danger")
    assert await state_of(square, post) == PostState.HIDDEN
    page = await bao.get(path)
    for words in ("tel:119", "Those who can act have been called.", "out of sight already"):
        assert words in page.text
    calls = "Please look now: a child may be in danger"
    assert await subjects(mailbox) == [
        ("bao@example.org", "Your report has arrived"),
        ("emma@example.org", calls),
        ("jeanne@example.org", calls),
        ("marie@example.org", calls),
    ]
    jeanne, marie = [await square.browser(name) for name in ("jeanne", "marie")]
    (report,) = await rows(square, Report)
    desk = f"/moderation/{report.id}"
    assert "What was put away for the authorities" in (await jeanne.get(desk)).text
    assert (await marie.get(f"{desk}/copy")).status_code == 404  # for administrators
    assert "Des photos" not in (await jeanne.get(f"{desk}/copy")).text
    opened = await submit(jeanne, f"{desk}/copy", reason="La police le demande.")
    for words in ("ana@example.org", "Des photos de petits"):
        assert words in opened.text
    (copy,) = await rows(square, SealedCopy)
    assert b"photos" not in copy.sealed
    assert unseal(square.place.secret, "report", copy.sealed, owner=str(report.id + 1)) is None


async def test_the_author_reads_why_and_the_reporter_how_it_ended(square, mailbox, clock):
    post = await square.says("ana", "Mes crèmes à 40 € !")
    bao, path = await reported(square, "bao", post, text="Encore elle.")
    await mailbox.new()
    emma = await square.browser("emma")
    (report,) = await rows(square, Report)
    where = f"/moderation/{report.id}/decide?action=hide"
    nothing = await submit(emma, where, facts="")
    assert nothing.status_code == 422
    assert "the person reads it" in nothing.text
    done = await submit(emma, where, HIDE)
    assert done.status_code == 303, done.text
    assert "Decided. Whom it concerns" in (await emma.get(done.headers["location"])).text
    assert await mailbox.new() == []  # for thirty seconds it can be undone without a trace
    clock.advance(seconds=30)
    by_name = {letter.to: letter for letter in await mailbox.new()}
    assert by_name.keys() == {"ana@example.org", "bao@example.org"}
    statement = by_name["ana@example.org"]
    assert statement.subject == "Your message has been hidden"
    for words in ("Ce sont des ventes.", "Nous ne vendons rien.", "six months", "no program"):
        assert words in statement.text
    assert "emma" not in statement.text.lower()
    assert "bao" not in statement.text.lower()
    assert "It has been hidden." in by_name["bao@example.org"].text
    assert "It has been hidden." in (await bao.get(path)).text
    await _objects_by_mail(square, mailbox, statement.links[0].url)
    await _somebody_else_looks(square, mailbox, post, report.id)


async def _objects_by_mail(square, mailbox, link):
    """Also without signing in."""
    visitor = await square.browser()
    asked = await submit(visitor, link, text="Ce sont des échantillons gratuits.")
    assert asked.status_code == 303
    assert "You asked that somebody else look again" in (await visitor.get(link)).text
    assert (await visitor.get(link[:-3] + "abc")).status_code == 404
    assert await mailbox.new() == []


async def _somebody_else_looks(square, mailbox, post, report_id):
    (appeal_path,) = {
        found
        for who in ("emma", "marie")
        for found in re.findall(
            rf"/moderation/{report_id}/appeals/\d+",
            (await (await square.browser(who)).get(f"/moderation/{report_id}")).text,
        )
    }
    emma, marie = [await square.browser(name) for name in ("emma", "marie")]
    assert (await emma.get(appeal_path)).status_code == 404  # who decided
    answer = {"outcome": "overturned", "answer": "En effet, gratuits."}
    settled = await submit(marie, appeal_path, answer)
    assert settled.status_code == 303, settled.text
    assert await state_of(square, post) == PostState.VISIBLE
    assert await subjects(mailbox) == [
        ("ana@example.org", "Somebody else has looked again"),
        ("bao@example.org", "Somebody else has looked again"),
    ]


async def test_undone_in_time_nobody_is_written_to(square, mailbox, clock):
    post = await square.says("ana", "Bonjour")
    await reported(square, "bao", post, "spam")
    await mailbox.new()
    emma = await square.browser("emma")
    (report,) = await rows(square, Report)
    done = await submit(emma, f"/moderation/{report.id}/decide?action=hide", HIDE)
    page = await emma.get(done.headers["location"])
    (decision,) = await rows(square, Decision)
    await press(emma, page, f"/decisions/{decision.id}/undo")
    assert await state_of(square, post) == PostState.VISIBLE
    clock.advance(seconds=60)
    assert await mailbox.new() == []


async def test_a_visitor_gives_notice_and_follows_it(square, mailbox, clock):
    visitor = await square.browser()
    post = await square.says("ana", "Attention à vous !", group_id=None, audience="public")
    address = f"{square.place.urls.base}/@ana/{post.id}"
    given: dict[str, str | list[str]] = {
        "category": "illegal",
        "address": address,
        "text": "Une menace.",
        "name": "Zoé Martin",
        "email": "zoe@example.com",
    }
    empty = await submit(visitor, "/notice", {name: "" for name in given if name != "category"})
    assert empty.status_code == 422
    trapped = await submit(visitor, "/notice", given | {"is_good_faith": "on", "website": "x"})
    assert trapped.status_code == 303
    assert await rows(square, Complaint) == []  # a program has filled in what nobody sees
    sent = await submit(visitor, "/notice", given | {"is_good_faith": "on"})
    assert sent.status_code == 303, sent.text
    assert await subjects(mailbox) == [
        ("jeanne@example.org", "Something new for you"),
        ("zoe@example.com", "Your report has arrived"),
    ]
    (report,) = await rows(square, Report)
    assert report.subject_id == post.id
    jeanne = await square.browser("jeanne")
    assert "Zoé Martin" not in (await jeanne.get("/admin/notices")).text
    assert "Zoé Martin" in (await jeanne.get(f"/moderation/{report.id}")).text
    await submit(jeanne, f"/moderation/{report.id}/decide?action=delete", HIDE)
    clock.advance(seconds=30)
    assert await subjects(mailbox) == [
        ("ana@example.org", "Your message has been deleted"),
        ("zoe@example.com", "What became of your report"),
    ]
    assert "It has been deleted." in (await visitor.get(sent.headers["location"])).text


async def test_a_paused_account_reads_its_decision_by_mail(square, mailbox):
    """They cannot sign in, so the mail is their way to object."""
    jeanne = await square.browser("jeanne")
    account = square.accounts["bao"].id
    sent = await submit(jeanne, f"/admin/accounts/{account}", reason="Des menaces.", rule="Pas ça.")
    assert sent.status_code == 303, sent.text
    letter = await mailbox.one()
    assert letter.subject == "Your account is paused"
    assert "Rule: Pas ça." in letter.text
    visitor = await square.browser()
    page = await visitor.get(letter.links[0].url)
    assert "Your account has been paused" in page.text
    assert (await submit(visitor, page, text="C'était une blague.")).status_code == 303


async def test_a_decision_about_a_group_reaches_its_managers(square, mailbox, clock):
    chloe = await square.browser("chloe")
    await submit(chloe, f"/report/group/{square.group}", category="illegal", text="Une secte.")
    await mailbox.new()
    (report,) = await rows(square, Report)
    jeanne, marie = [await square.browser(name) for name in ("jeanne", "marie")]
    assert (await marie.get(f"/moderation/{report.id}")).status_code == 404
    await submit(jeanne, f"/moderation/{report.id}/decide?action=delete", HIDE)
    clock.advance(seconds=30)
    letters = {
        letter.to: letter
        for letter in await mailbox.new()
        if letter.subject == "Your group has been ended"
    }
    assert letters.keys() == {"marie@example.org"}
    assert "Parents du Corentin" in letters["marie@example.org"].text
    (mine,) = await square.db.read(list_decisions_on, square.viewers["marie"])
    asked = await submit(marie, f"/decisions/{mine.decision.id}", text="Nous sommes une chorale.")
    assert asked.status_code == 303
    view = await square.db.read(list_decisions_on, square.viewers["marie"])
    assert view[0].appeal.by_actor_id == square.viewers["marie"].actor_id


async def test_somebody_who_is_erased_is_forgotten_in_reports(square, mailbox):
    post = await square.says("ana", "Bonjour")
    await reported(square, "bao", post, "spam")
    viewer = square.viewers["bao"]

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, viewer.account_id))

    await square.db.write(erase)
    await mailbox.new()
    (complaint,) = await rows(square, Complaint)
    assert complaint.by_actor_id is None
