"""What people hear of what is said, as the page of notifications and their mailbox say it."""

import re
from email.message import EmailMessage

import pytest

from fedparents.conversations.service import MessageDraft, write_to
from fedparents.groups.models import GroupRole
from fedparents.posts.asking import accept_answer, thank
from fedparents.posts.desk import let_post_through
from fedparents.posts.facts import PollEnded
from fedparents.posts.models import PostKind
from fedparents.posts.polls import PollDraft
from fedparents.posts.service import PostDraft
from fedparents.social.follows import FollowDraft, accept_follow, follow_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import hide, join
from tests.web.posts.test_writing import follow
from web.mail.folder import FolderSender
from web.site.devmail.letters import Letter

pytestmark = pytest.mark.anyio


async def lines(square, name):
    """What somebody's page says, and where each line leads, the newest first."""
    await square.place.worker.work_until_idle()
    page = await (await square.browser(name)).get("/notifications")
    told = page.text.partition('<ul class="told">')[2].partition("</main>")[0]
    found = re.findall(r'<a href="([^"]*)"><svg.*?</svg><span>(.*?)(?:<span|</span>)', told)
    return [(words.replace("&#39;", "'"), path) for path, words in found]


async def settle(square):
    """On PostgreSQL jobs run side by side: what is told first is made sure of here."""
    await square.place.worker.work_until_idle()


async def test_from_an_ask_to_the_answer_that_helped(square):
    post = await square.asks("ana")
    about = f"/p/{post.id}"
    assert await lines(square, "bao") == [
        ("Ana asks in Parents du Corentin: “Une poussette ?”", about)
    ]
    answers = [await square.answers("bao", post)]
    await settle(square)
    answers.append(await square.answers("marie", post, "Moi aussi."))
    last = f"/p/{answers[1].id}"
    assert await lines(square, "ana") == [("Marie and Bao answered “Une poussette ?”", last)]
    further = await square.says("marie", "Merci !", group_id=None, in_reply_to_id=answers[0].id)
    assert (await lines(square, "bao"))[0] == ("Marie answered you: “Merci !”", f"/p/{further.id}")
    await square.db.write(accept_answer, square.viewers["ana"], answers[0].id)
    await settle(square)
    await square.db.write(thank, square.viewers["ana"], answers[0].id)
    await settle(square)
    await square.db.write(thank, square.viewers["marie"], answers[0].id)
    assert (await lines(square, "bao"))[:2] == [
        ("Marie and Ana thank you for “J'en ai une.”", f"/p/{answers[0].id}"),
        ("Your answer to “Une poussette ?” helped", f"/p/{answers[0].id}"),
    ]


async def test_what_else_is_said_in_a_group(square):
    await square.role("eve", GroupRole.HOST)
    swap = SwapDraft(PostDraft(text="Siège auto", group_id=square.group), Direction.ASK, "ce soir")
    urgent = (await square.db.write(publish_swap, square.viewers["ana"], swap)).post
    news = await square.says("marie", "Fermé lundi", kind=PostKind.ANNOUNCEMENT)
    named = await square.says("eve", "Merci @bao !")
    poll = await square.says("bao", "Quand ?", poll=PollDraft(("Lundi", "Mardi")))
    await square.db.write(lambda uow: uow.record(PollEnded(poll.id)))
    assert set(await lines(square, "bao")) == {
        ("Urgent in Parents du Corentin: “Siège auto”", f"/p/{urgent.id}"),
        ("News in Parents du Corentin: “Fermé lundi”", f"/p/{news.id}"),
        ("Eve names you: “Merci @bao !”", f"/p/{named.id}"),
        ("The poll is over: “Quand ?”", f"/p/{poll.id}"),
    }


async def test_several_asks_of_a_group_are_one_line(square):
    await square.asks("ana")
    await settle(square)
    last = await square.asks("ana", "Un vélo ?")
    assert await lines(square, "marie") == [("2 new asks in Parents du Corentin", f"/p/{last.id}")]


async def test_a_first_message_from_waiting_to_hidden(square, clock):
    await square.allow(holds_first_posts=True)
    marie = square.viewers["marie"]
    await join(square.db, square.viewers["chloe"], square.group, marie)
    held = await square.says("chloe", "Bonjour à tous")
    assert ("1 first message waits in Parents du Corentin", f"/groups/{square.group}/desk") in (
        await lines(square, "marie")
    )
    await square.db.write(let_post_through, marie, held.id)
    clock.advance(seconds=30)
    await settle(square)
    await hide(square.db, marie, held.id)
    clock.advance(seconds=30)
    assert (await lines(square, "chloe"))[0] == (
        "Your message was hidden: “Bonjour à tous”",
        f"/p/{held.id}",
    )


async def test_whose_every_message_one_wants_and_who_writes_letters(square):
    ana, chloe = square.viewers["ana"], square.viewers["chloe"]
    await square.db.write(follow_actor, chloe, ana.actor_id, FollowDraft(notifies=True))
    await square.db.write(accept_follow, ana, chloe.actor_id)
    post = await square.says("ana", "Il fait beau", group_id=None, audience="here")
    assert (await lines(square, "chloe"))[0] == ("Ana writes: “Il fait beau”", f"/p/{post.id}")
    draft = MessageDraft(text="Bonjour")
    friend = await square.db.write(write_to, square.viewers["bao"], [ana.actor_id], draft)
    stranger = await square.db.write(write_to, chloe, [ana.actor_id], draft)
    assert set(await lines(square, "ana")) >= {
        ("Bao wrote to you", f"/messages/{friend.conversation_id}#newest"),
        ("Chloe would like to write to you", f"/messages/{stranger.conversation_id}#newest"),
    }


async def test_looking_at_it_is_hearing_of_it(square):
    post = await square.asks("ana")
    await square.place.worker.work_until_idle()
    bao = await square.browser("bao")
    assert "Notifications: 1 new one" in (await bao.get("/groups")).text
    ahead = await bao.get(f"/@ana/{post.id}", headers={"Sec-Purpose": "prefetch"})
    assert "Notifications: 1 new one" in ahead.text
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    assert "new one" not in page.text
    assert "new one" not in (await bao.get("/groups")).text


async def test_a_letter_that_is_read_rings_no_more(square):
    writes = [square.viewers["ana"].actor_id], MessageDraft(text="Bonjour")
    sent = await square.db.write(write_to, square.viewers["bao"], *writes)
    await square.place.worker.work_until_idle()
    ana = await square.browser("ana")
    assert "Notifications: 1 new one" in (await ana.get("/groups")).text
    assert "new one" not in (await ana.get(f"/messages/{sent.conversation_id}")).text
    assert "Bao wrote to you" not in (await ana.get("/notifications")).text


async def test_the_desk_shows_what_waits_and_the_bell_is_quiet(square):
    await square.allow(holds_first_posts=True)
    await join(square.db, square.viewers["chloe"], square.group, square.viewers["marie"])
    await square.says("chloe", "Bonjour à tous")
    await square.place.worker.work_until_idle()
    marie = await square.browser("marie")
    assert "Notifications: 1 new one" in (await marie.get("/groups")).text
    assert "new one" not in (await marie.get(f"/groups/{square.group}/desk")).text
    assert "1 first message waits" in (await marie.get("/notifications")).text


async def test_whom_no_device_tells_gets_the_answer_by_mail(clock, square):
    post = await square.asks("ana")
    answer = await square.answers("bao", post)
    await square.place.worker.work_until_idle()
    folder = square.place.mailer
    assert isinstance(folder, FolderSender)
    found = [folder.find(name) for name in folder.list_names()]
    letters = [Letter.of(each) for each in found if isinstance(each, EmailMessage)]
    [text] = [each.text for each in letters if each.to == "ana@example.org"]
    assert "Bao answered “Une poussette ?”" in text
    assert f"/p/{answer.id}" in text
