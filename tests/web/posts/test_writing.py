"""From the large choices to a post, without scripts; nothing that was typed is lost."""

import pytest

from fedparents.groups.models import Audience
from fedparents.posts.models import Post
from fedparents.swaps.models import Swap
from fedparents.timelines.queries import list_own
from tests.rig.pages import fill_in, forms_of, found_in, send_files, submit
from tests.rig.photos import a_file

pytestmark = pytest.mark.anyio


async def written(square, name):
    found, _ = await square.db.read(list_own, square.viewers[name])
    return [each.card for each in found]


async def follow(browser, answer):
    """The page to which an answer leads in the end, like a browser."""
    while answer.status_code == 303:
        answer = await browser.get(answer.headers["location"])
    return answer


async def test_four_ways_to_begin(square):
    ana = await square.browser("ana")
    page = await ana.get("/write")
    for kind in ("ask", "offer", "question", "message"):
        assert f'href="/write/{kind}"' in page.text
    assert "/write/announcement" not in page.text
    page = await ana.get(f"/write?group={square.group}")
    assert f'href="/write/ask?group={square.group}"' in page.text
    assert "/write/announcement" not in page.text
    marie = await square.browser("marie")
    assert "/write/announcement" in (await marie.get(f"/write?group={square.group}")).text
    assert (await ana.get("/write/poem")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "stored", "direction", "word"),
    [
        ("ask", "swap", "ask", "Ana asks"),
        ("offer", "swap", "offer", "Ana offers"),
        ("question", "question", None, "Ana has a question"),
        ("message", "message", None, "Ana writes"),
    ],
)
async def test_each_kind_leads_to_its_thread(square, kind, stored, direction, word):
    ana = await square.browser("ana")
    sent = await submit(ana, f"/write/{kind}", text="Une **poussette** double")
    page = await follow(ana, sent)
    assert f'<h1 class="thread-title" tabindex="-1">{word}</h1>' in page.text
    assert "<strong>poussette</strong>" in page.text
    (card,) = await written(square, "ana")
    assert (card.kind, card.group_id, card.audience) == (stored, square.group, "group")
    swap = await square.db.read(lambda session: session.get(Swap, card.id))
    assert (swap.direction if swap else None) == direction
    assert page.url.path == f"/@ana/{card.id}"


async def test_an_announcement_is_for_those_who_look_after_the_group(square):
    marie, ana = await square.browser("marie"), await square.browser("ana")
    page = await follow(marie, await submit(marie, "/write/announcement", text="Réunion mardi"))
    assert "Marie announces" in page.text
    refused = await submit(ana, "/write/announcement", text="Moi aussi")
    assert refused.status_code == 422
    assert "Only those who look after the group announce something." in refused.text
    assert "Moi aussi" in refused.text


async def test_who_will_read_it_is_said_before_it_is_sent(square):
    ana, chloe = await square.browser("ana"), await square.browser("chloe")
    page = await ana.get("/write/ask")
    assert "Visible to the 3 parents of <em>Parents du Corentin</em>." in page.text
    page = await submit(ana, page, to="here", text="Une poussette", action="where")
    assert page.status_code == 200
    assert "Visible to the 4 parents of <em>Parents d&#39;Issy</em>." in page.text
    assert ">Une poussette</textarea>" in page.text
    assert await written(square, "ana") == []
    assert "Visible to the 4 parents of" in (await chloe.get("/write/ask")).text
    page = await submit(ana, page, to="public", text="Une poussette", action="where")
    assert "also on the open web." in page.text


async def test_a_group_that_everybody_reads_can_be_kept_to_its_members(square):
    await square.allow(audience=Audience.HERE)
    ana = await square.browser("ana")
    page = await ana.get("/write/message")
    assert "4 parents who are here" in page.text
    sent = await submit(ana, page, text="Entre nous", to=f"members-{square.group}")
    assert sent.status_code == 303
    sent = await submit(ana, "/write/message", text="Pour tous")
    assert [card.audience for card in await written(square, "ana")] == ["here", "group"]


async def test_seen_first_and_sent_then(square):
    ana = await square.browser("ana")
    page = await submit(
        ana,
        "/write/question",
        text="Quel *médecin* ? @chloe",
        action="preview",
        poll="Oui\nNon",
        warning="Long",
    )
    assert page.status_code == 200
    assert "<em>médecin</em>" in page.text
    assert "This is how it will look" in page.text
    assert "@chloe is not in this group and hears nothing of it." in page.text
    assert await written(square, "ana") == []
    assert len(forms_of(page.text)) == 1, "no form inside the form"
    sent = await submit(ana, page, text="Quel *médecin* ? @chloe")
    page = await follow(ana, sent)
    assert "@chloe is not in this group and hears nothing of it." in page.text
    (card,) = await written(square, "ana")
    assert (card.warning, card.has_poll) == ("Long", True)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"text": ""}, "Tell your neighbours what you need."),
        ({"text": " \u200b\n "}, "Tell your neighbours what you need."),
        ({"text": "é" * 10_000}, "5,000 characters"),
        ({"text": "Oui", "to": "group-1"}, "Please choose one of the answers."),
        ({"text": "Oui", "to": "group-x"}, "Please choose one of the answers."),
        ({"text": "Oui", "to": "direct"}, "Please choose one of the answers."),
        ({"text": "Oui", "to": ""}, "Please choose one of the answers."),
        ({"text": "Oui", "poll": "seule"}, "2 to 8 answers"),
        ({"text": "Oui", "poll": "a\na"}, "Two answers are the same"),
        ({"text": "Oui", "poll": "\n".join(map(str, range(9)))}, "2 to 8 answers"),
        ({"text": "Oui", "poll": "a\n" + "b" * 101}, "100 characters"),
        ({"text": "Oui", "poll_lasts": "99", "poll": "a\nb"}, "Please choose one of the answers."),
        ({"text": "Oui", "warning": "x" * 121}, "120 characters"),
        ({"text": "Oui", "topic": "1"}, "This topic belongs to another group."),
        ({"text": "Oui", "anonymous": "yes"}, "does not take messages without a name"),
        ({"text": "Oui", "to": "here", "anonymous": "yes"}, "in groups only"),
        ({"text": "Oui", "to": "here", "urgent": "vite"}, "Only an ask in a group"),
        ({"text": "Oui", "urgent": "x" * 61}, "60 characters"),
        ({"text": "Oui\x00"}, "a character that cannot be stored"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(square, answers, words):
    ana = await square.browser("ana")
    page = await ana.get("/write/ask")
    form = fill_in(page, {"text": answers["text"]})
    fields = {**form.fields, **{name: [value] for name, value in answers.items()}}
    refused = await ana.post("/write/ask", data=fields)
    assert refused.status_code == 422
    assert words in refused.text
    kept = answers["text"].replace("\x00", "")
    assert kept in refused.text
    for name in ("poll", "warning", "urgent"):
        assert answers.get(name, "") in refused.text
    assert await written(square, "ana") == []


async def test_an_urgent_ask_once_a_day(square):
    ana = await square.browser("ana")
    page = await follow(ana, await submit(ana, "/write/ask", text="Vite", urgent="ce soir"))
    assert "Urgent: ce soir" in page.text
    again = await submit(ana, "/write/ask", text="Encore", urgent="vite")
    assert again.status_code == 422
    assert "One urgent ask a day is possible." in again.text
    assert "You can try again in" in again.text
    assert ">Encore</textarea>" in again.text


async def test_asking_without_a_name(square):
    await square.allow(allows_anonymous=True)
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await ana.get("/write/question")
    assert "Those who look after the group can find out who it was" in page.text
    page = await follow(
        ana, await submit(ana, page, text="Que faire ?", anonymous="yes", poll="a\nb")
    )
    assert "you, without your name" in page.text
    handle = page.url.path.split("/")[1]
    assert handle != "@ana"
    seen = await bao.get(page.url.path)
    assert "Somebody from the group has a question" in seen.text
    for trace in ("Ana", "@ana", str(square.viewers["ana"].actor_id)):
        assert trace not in seen.text
    await submit(ana, "/write/question", text="Et puis ?", anonymous="yes")
    third = await submit(ana, "/write/question", text="Et encore ?", anonymous="yes")
    assert third.status_code == 422
    assert "asked twice without your name this week" in third.text
    assert "You can try again in" in third.text


async def test_the_asker_answers_without_a_name_too(square):
    await square.allow(allows_anonymous=True)
    post = await square.says("ana", "Que faire ?", is_anonymous=True)
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await follow(ana, await ana.get(f"/p/{post.id}"))
    assert "You answer without your name, as you asked." in page.text
    await follow(ana, await submit(ana, page, text="J'oubliais : il a trois ans."))
    seen = await follow(bao, await bao.get(f"/p/{post.id}"))
    assert "il a trois ans" in seen.text
    for trace in ("Ana", "@ana", str(square.viewers["ana"].actor_id)):
        assert trace not in seen.text


async def test_topics_of_the_group(square):
    topic = await square.topic("Garde")
    ana = await square.browser("ana")
    page = await ana.get("/write/ask")
    assert "Garde" in page.text
    await submit(ana, page, text="Qui garde jeudi ?", topic=str(topic))
    (card,) = await written(square, "ana")
    assert card.topic == "Garde"
    page = await ana.get("/write/ask")
    elsewhere = await submit(ana, page, text="Ailleurs", topic=str(topic), to="here")
    assert elsewhere.status_code == 422
    assert "This topic belongs to another group." in elsewhere.text


async def test_pressed_twice_it_is_there_once(square):
    ana = await square.browser("ana")
    form = fill_in(await ana.get("/write/ask"), text="Une poussette")
    first, second = await form.send(ana), await form.send(ana)
    assert first.headers["location"] == second.headers["location"]
    assert len(await written(square, "ana")) == 1


async def test_written_in_two_tabs_the_second_leads_to_the_first(square):
    ana = await square.browser("ana")
    tabs = [fill_in(await ana.get("/write/ask"), text="Une poussette") for _ in range(2)]
    await tabs[0].send(ana)
    page = await follow(ana, await tabs[1].send(ana))
    assert "You have said this already, a moment ago." in page.text
    assert len(await written(square, "ana")) == 1


async def test_signed_out_meanwhile_the_words_are_kept(square):
    ana = await square.browser("ana")
    form = fill_in(await ana.get("/write/ask"), text="Des mots précieux")
    ana.cookies.delete(square.place.cookies.session)
    kept = await form.send(ana)
    assert kept.status_code in (401, 403)
    assert "Des mots précieux" in kept.text


async def test_a_group_left_meanwhile_takes_no_words(square):
    ana = await square.browser("ana")
    page = await ana.get("/write/ask")
    form = fill_in(page, text="Des mots précieux")
    await submit(ana, f"/groups/{square.group}/leave")
    refused = await form.send(ana)
    assert refused.status_code == 422
    assert "Des mots précieux" in refused.text


async def test_hostile_words_are_words(square):
    ana, bao = await square.browser("ana"), await square.browser("bao")
    hostile = (
        "<script>alert(1)</script> [clic](javascript:alert(1)) ![](https://e.example/i.png)"
        " \u202ereversed <b onclick=x>b</b> " + "> " * 400 + "[" * 400 + "e" + "\u0301" * 500
    )
    page = await follow(ana, await submit(ana, "/write/message", text=hostile))
    assert page.status_code == 200
    seen = await bao.get(page.url.path)
    for text in (page.text, seen.text):
        body = found_in(text, r'(?s)<div class="post-text"[^>]*>(.*?)</div>')
        assert "<script" not in body
        assert "<b onclick" not in body
        assert 'href="javascript' not in body
        assert "<img" not in body
        assert "\u202e" not in text


async def test_newcomers_are_told_that_somebody_looks_first(square):
    await square.allow(holds_first_posts=True)
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await follow(ana, await submit(ana, "/write/message", text="Bonjour à tous"))
    assert "Somebody who looks after the group reads first posts first." in page.text
    assert "Waits for a look" in page.text
    assert (await bao.get(page.url.path)).status_code == 404


async def test_photos_come_with_it(square):
    ana = await square.browser("ana")
    page = await ana.get("/write/offer")
    fields = {name: values[-1] for name, values in fill_in(page, text="Un vélo").fields.items()}
    sent = await send_files(ana, "/write/offer", fields, "photos", [("velo.jpg", a_file())])
    assert sent.status_code == 303, sent.text
    page = await follow(ana, sent)
    picture = found_in(page.text, r'src="(/media/small/[^"]+)"')
    bao, chloe = await square.browser("bao"), await square.browser("chloe")
    assert (await bao.get(picture)).status_code == 200
    assert (await chloe.get(picture)).status_code == 404
    row = await square.db.read(lambda session: session.get(Post, int(page.url.path.split("/")[2])))
    assert row.photo_count == 1


async def test_refused_the_photo_stays_with_the_words(square):
    ana = await square.browser("ana")
    page = await ana.get("/write/offer")
    fields = {name: values[-1] for name, values in fill_in(page, text="Un vélo").fields.items()}
    fields |= {"poll": "seule"}
    refused = await send_files(ana, "/write/offer", fields, "photos", [("velo.jpg", a_file())])
    assert refused.status_code == 422
    assert found_in(refused.text, r'name="photo_ids" value="(\d+) "')
    sent = await submit(ana, refused, poll="")
    assert sent.status_code == 303
    assert (await written(square, "ana"))[0].photo_count == 1
