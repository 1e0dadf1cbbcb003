"""Reading and writing on the pages of messages, as a browser without scripts does."""

import re
from datetime import timedelta

import pytest

from fedparents import clock as the_clock
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.conversations.queries import get_conversation, has_unread
from fedparents.social.service import block_actor
from tests.rig.builders import a_viewer
from tests.rig.pages import forms_of
from tests.rig.photos import a_file

pytestmark = pytest.mark.anyio

ENCRYPTION = "Messages are not end-to-end encrypted"


def is_told(page):
    """Whether the way to the messages has its dot."""
    (dot,) = re.findall(r'<span class="room-dot" data-letters([^>]*)>', page.text)
    return "hidden" not in dot


async def test_from_a_profile_to_a_conversation(town, press):
    visitor = await town.enter("ana")
    assert "No messages yet" in (await visitor.get("/messages")).text
    profile = await visitor.get("/@bao")
    assert 'href="/@bao/write"' in profile.text
    page = await press(
        await visitor.get("/@bao/write"), "/@bao/write", text="Tu viens **demain** ?"
    )
    assert "<strong>demain</strong>" in page.text
    assert page.text.count(ENCRYPTION) == 1
    again = await visitor.get("/@bao/write")
    assert again.headers["location"] == f"{page.url.path}#newest"
    visitor = await town.enter("bao")
    assert is_told(await visitor.get("/"))
    listed = (await visitor.get("/messages")).text
    assert "Ana" in listed
    assert "Tu viens demain ?" in listed
    assert "new" in listed
    page = await press(await visitor.get(page.url.path), page.url.path, text="Oui !")
    assert "Oui !" in page.text
    assert not is_told(await visitor.get("/"))


async def test_looking_at_it_marks_it_read_and_fetching_in_advance_does_not(town):
    sent = await town.write("ana", "bao")
    visitor = await town.enter("bao")
    await visitor.get(f"/messages/{sent.conversation_id}", headers={"Sec-Purpose": "prefetch"})
    assert await town.db.read(has_unread, town.viewers["bao"])
    page = await town.open(sent)
    assert not is_told(page)
    assert not await town.db.read(has_unread, town.viewers["bao"])


async def test_a_strangers_words_are_words_alone_until_they_are_accepted(town, press):
    words = "Regarde http://example.org/x et [ici](http://example.org/y) <b>!</b>"
    sent = await town.write("chloe", "ana", words)
    visitor = await town.enter("ana")
    listed = await visitor.get("/messages")
    assert "1 person whom you do not know yet would like to talk" in listed.text
    assert not is_told(listed)
    assert "Chloe" in (await visitor.get("/messages/requests")).text
    page = await town.open(sent)
    assert 'href="http' not in page.text
    assert "example.org/x" in page.text
    assert "Chloe is in none of your groups" in page.text
    assert not [form for form in forms_of(page.text) if "text" in form.names]
    page = await press(page, f"/messages/{sent.conversation_id}/accept")
    assert 'href="http://example.org/x"' in page.text
    assert [form for form in forms_of(page.text) if "text" in form.names]


async def test_ignoring_is_silent_and_can_be_undone(town, press):
    sent = await town.write("chloe", "ana")
    before = await _as_seen_by("chloe", town, sent)
    visitor = await town.enter("ana")
    page = await press(await town.open(sent), f"/messages/{sent.conversation_id}/ignore")
    assert "Nobody waits" in page.text
    assert "Chloe" in (await visitor.get("/messages/ignored")).text
    assert await _as_seen_by("chloe", town, sent) == before
    visitor = await town.enter("ana")
    await press(await town.open(sent), f"/messages/{sent.conversation_id}/accept")
    assert "Chloe" in (await visitor.get("/messages")).text


async def _as_seen_by(name, town, sent):
    await town.enter(name)
    page = (await town.open(sent)).text
    page = re.sub(r'name="(csrf_token|form_key)" value="[^"]*"', "", page)
    return page[page.index("<main") : page.index("</main")]


async def test_whoever_is_blocked_finds_everything_as_before(town, press):
    sent = await town.write("bao", "ana")
    await town.send("ana", sent)
    await town.db.write(block_actor, town.viewers["ana"], town.viewers["bao"].actor_id)
    visitor = await town.enter("bao")
    page = await town.open(sent)
    assert "Ana" in page.text
    page = await press(page, page.url.path, text="Tu es là ?")
    assert "Tu es là ?" in page.text
    assert (await visitor.get("/@ana/write")).status_code == 404
    assert (await visitor.get("/@nobody/write")).status_code == 404
    await town.enter("ana")
    page = await town.open(sent)
    assert "You have blocked Bao" in page.text
    assert "Tu es là ?" not in page.text
    assert not [form for form in forms_of(page.text) if "text" in form.names]


async def test_a_stranger_is_told_that_it_is_a_request(town, press):
    visitor = await town.enter("chloe")
    page = await visitor.get("/@ana/write")
    assert "You share no group with Ana" in page.text
    assert "photo_ids" not in page.text
    page = await press(page, "/@ana/write", text="Bonjour")
    assert "so your message waits among the requests" in page.text
    for text in ("Alors ?", "Hm."):
        page = await press(page, page.url.path, text=text)
    assert "Please wait for an answer before you write again." in page.text
    assert not [form for form in forms_of(page.text) if "text" in form.names]


async def test_teenagers_cannot_be_written_to_from_outside(town):
    def change(uow):
        account = uow.session.get_one(Account, town.accounts["ana"].id)
        account.restricted_until = the_clock.now().date() + timedelta(days=300)

    await town.db.write(change)
    visitor = await town.enter("chloe")
    assert "/@ana/write" not in (await visitor.get("/@ana")).text
    answer = await visitor.get("/@ana/write")
    assert answer.headers["location"] == "/@ana"
    assert "You cannot write to this person." in (await visitor.get("/@ana")).text
    visitor = await town.enter("bao")
    assert "/@ana/write" in (await visitor.get("/@ana")).text


async def test_a_message_with_photos(town, press):
    sent = await town.write("ana", "bao")
    visitor = await town.enter("bao")
    page = await town.open(sent)
    form = next(form for form in forms_of(page.text) if "text" in form.names)
    fields = {key: value for key, value in form.answers.items() if key != "photos"}
    answer = await visitor.post(
        page.url.path,
        data={**fields, "text": ""},
        files=[("photos", ("a.jpg", a_file(), "image/jpeg"))],
        headers={"Origin": town.place.settings.base_url},
    )
    assert answer.status_code == 303
    view = await town.db.read(get_conversation, town.viewers["ana"], sent.conversation_id)
    ((photo,),) = view.photos.values()
    assert (photo.mime, photo.description) == ("image/jpeg", "")
    file = town.place.urls.path("small_picture", file=photo.file)
    for name, status in (("ana", 200), ("bao", 200), ("marie", 404), ("driss", 404), ("emma", 404)):
        visitor = await town.enter(name)
        assert (await visitor.get(file)).status_code == status, name


async def test_leaving(town, press):
    sent = await town.write("ana", "bao")
    visitor = await town.enter("bao")
    page = await visitor.get(f"/messages/{sent.conversation_id}/leave")
    assert "Leave the conversation with Ana?" in page.text
    page = await press(page, f"/messages/{sent.conversation_id}/leave")
    assert "You have left the conversation." in page.text
    assert (await town.open(sent)).status_code == 404
    await town.enter("ana")
    assert "Bao has left this conversation." in (await town.open(sent)).text


async def test_taking_back_what_one_wrote(town, press):
    sent = await town.write("ana", "bao", "Oups")
    answer = await town.send("bao", sent, "Hein ?")
    visitor = await town.enter("ana")
    path = f"/messages/{sent.conversation_id}/letters/{sent.post.id}/take-back"
    page = await visitor.get(path)
    assert "Oups" in page.text
    page = await press(page, path)
    assert "It is taken back." in page.text
    assert "This message was taken back." in page.text
    assert "Oups" not in page.text
    assert (await visitor.get(path)).status_code == 404
    others = f"/messages/{sent.conversation_id}/letters/{answer.post.id}/take-back"
    assert (await visitor.get(others)).status_code == 404


async def test_what_somebody_else_wrote_can_be_reported(town):
    sent = await town.write("chloe", "ana", "Regarde http://example.org/x")
    answer = await town.write("ana", "bao")
    visitor = await town.enter("ana")
    report = f"/report/post/{sent.post.id}"
    assert f'href="{report}"' in (await town.open(sent)).text
    assert "Regarde http://example.org/x" in (await visitor.get(report)).text
    assert "/report/" not in (await town.open(answer)).text
    await town.enter("bao")
    assert (await visitor.get(report)).status_code == 404


async def test_writing_to_an_account_that_is_gone(town):
    sent = await town.write("ana", "bao")

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, town.accounts["bao"].id))

    await town.db.write(erase)
    await town.place.worker.work_until_idle()
    visitor = await town.enter("ana")
    page = await town.open(sent)
    assert "This account no longer exists" in page.text
    assert "a former member" in page.text
    assert not [form for form in forms_of(page.text) if "text" in form.names]
    assert "a former member" in (await visitor.get("/messages")).text


async def test_older_messages_are_on_a_page_of_their_own(town):
    sent = await town.write("ana", "bao", "Message 0.")
    for number in range(1, 45):
        await town.send("ana", sent, f"Message {number}.")
    await town.enter("bao")
    page = await town.open(sent)
    assert "Message 44." in page.text
    assert "Message 4." not in page.text
    older = next(
        part.split('"')[0] for part in page.text.split('href="') if "before=" in part.split('"')[0]
    )
    page = await town.visitor.get(older)
    assert "Message 4." in page.text
    assert "Newest messages" in page.text
    for wrong in ("x", "-1", "9" * 30, "1.5"):
        assert (await town.open(sent, before=wrong)).status_code == 404


async def test_what_cannot_be_sent_stays_in_the_field(town, press):
    sent = await town.write("ana", "bao")
    await town.enter("bao")
    page = await town.open(sent)
    answer = await press(page, page.url.path, text="   ")
    assert answer.status_code == 422
    assert "Please write something first." in answer.text
    answer = await press(page, page.url.path, text="x" * 5001)
    assert answer.status_code == 422
    assert "x" * 5001 in answer.text


async def test_a_form_that_is_sent_twice_is_one_message(town, press):
    sent = await town.write("ana", "bao")
    await town.enter("bao")
    page = await town.open(sent)
    await press(page, page.url.path, text="Une fois")
    again = await press(page, page.url.path, text="Une fois")
    assert again.text.count("Une fois") == 1
    fresh = await press(again, page.url.path, text="Une fois")
    assert fresh.text.count("Une fois") == 2  # said again, on purpose


async def test_lists_go_on(town):
    for number in range(31):
        account = f"voisin_{number}"
        town.viewers[account] = await a_viewer(town.db, account)
        await town.write(account, "ana", f"Bonjour {number}.")
    visitor = await town.enter("ana")
    page = await visitor.get("/messages/requests")
    assert "Bonjour 30." in page.text
    assert "Bonjour 0." not in page.text
    older = next(
        part.split('"')[0] for part in page.text.split('href="') if "before=" in part.split('"')[0]
    )
    assert "Bonjour 0." in (await visitor.get(older)).text
    assert (await visitor.get("/messages", params={"before": "1"})).status_code == 200
    assert (await visitor.get("/messages", params={"before": "x"})).status_code == 404
