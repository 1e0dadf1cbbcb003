"""Photos in a form without scripts: chosen with the words, kept through every mistake, or refused
with the reason while the others stay. And the same, one by one, as scripts send them."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from sqlmodel import col, select

from fedparents.media.models import MediaAttachment, MediaState
from fedparents.media.queries import list_own_photos
from tests.rig import photos
from tests.rig.builders import an_account, signed_in
from tests.rig.pages import form_with, found_in, send_files
from tests.rig.visitors import a_browser
from web.security.limits import POLICIES, Policy, Rate


@pytest.fixture
async def account(place):
    return await an_account(place.db, "ana")


@pytest.fixture
async def ana(place, account):
    async with a_browser(place, account=account) as browser:
        yield browser


@pytest.fixture
async def viewer(place, account):
    return await signed_in(place.db, account)


async def send(browser, page, *files, to="", **answers):
    """The form as it is shown, with these files and answers, as a browser sends it."""
    form = form_with(page.text, set())
    given = form.answers | {name: [value] for name, value in answers.items()}
    fields = {name: values[0] for name, values in given.items()}
    address = urljoin(str(page.url), to or form.action)
    return await send_files(browser, address, fields, "photos", files)


def ids_on(page):
    shown = found_in(page.text, r'name="photo_ids" value="([^"]*)"')
    return [int(word) for word in shown.split()]


def all_media(session):
    return list(session.exec(select(MediaAttachment).order_by(col(MediaAttachment.id))))


A_PHOTO = ("poussette.jpg", photos.a_file())
ANOTHER = ("vélo.png", photos.a_file(photos.scene(300, 900), "PNG"))


async def test_words_and_photos_in_one_go(place, ana):
    page = await ana.get("/probe")
    answer = await send(ana, page, A_PHOTO, ANOTHER, title="Une poussette")
    assert (answer.status_code, answer.headers["location"]) == (303, "/probe?kept=2")
    found = await place.db.read(all_media)
    assert [media.attached_at is not None for media in found] == [True, True]


async def test_without_photos_it_is_a_form_like_any_other(ana):
    answer = await send(ana, await ana.get("/probe"), title="Une poussette")
    assert answer.headers["location"] == "/probe?kept=0"


async def test_photos_survive_a_form_that_comes_back(place, ana, viewer):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="")
    assert page.status_code == 422
    (photo_id,) = ids_on(page)
    assert f'name="photo_words_{photo_id}"' in page.text
    (shown,) = re.findall(
        r'<img src="(/media/small/[^"]+)" alt="Photo 1" width="480" height="360"', page.text
    )
    assert (await ana.get(shown)).headers["content-type"] == "image/jpeg"
    words = {f"photo_words_{photo_id}": "Une poussette <bleue>"}
    page = await send(ana, page, title="", **words)
    assert "Une poussette &lt;bleue&gt;" in page.text
    page = await send(ana, page, ANOTHER, title="", **words)
    assert ids_on(page)[0] == photo_id
    assert len(ids_on(page)) == 2
    answer = await send(ana, page, title="Une poussette", **words)
    assert answer.headers["location"] == "/probe?kept=2"
    kept = await place.db.read(list_own_photos, viewer, ids_on(page))
    assert [media.description for media in kept] == ["Une poussette <bleue>", ""]


async def test_photos_are_added_before_anything_is_sent(place, ana):
    """The button without scripts: to see them, and to say what is to be seen."""
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="", photo_action="add")
    assert page.status_code == 200
    assert len(ids_on(page)) == 1
    assert not (await place.db.read(all_media))[0].attached_at


async def test_a_photo_is_taken_away(place, ana):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, ANOTHER, title="", photo_action="add")
    first, second = ids_on(page)
    page = await send(ana, page, title="Bonjour", photo_action=f"remove-{first}")
    assert page.status_code == 200
    assert ids_on(page) == [second]
    assert 'value="Bonjour"' in page.text
    states = {media.id: media.state for media in await place.db.read(all_media)}
    assert states == {first: MediaState.RELEASED, second: MediaState.READY}
    page = await send(ana, page, title="", photo_action=f"remove-{first}")
    assert ids_on(page) == [second]


async def test_enter_in_a_line_presses_none_of_the_buttons(ana):
    """Browsers press the first button of a form."""
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="", photo_action="add")
    buttons = re.findall(r"<button type=\"submit\"[^>]*>", page.text.split('action="/probe"')[1])
    assert "name=" not in buttons[0]
    assert 'name="photo_action" value="remove-' in buttons[1]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("photo.jpg", photos.SVG, "is not a photo that can be shown"),
        ("photo.jpg", photos.PDF, "is not a photo that can be shown"),
        ("photo.jpg", photos.ZIP, "is not a photo that can be shown"),
        ("photo.jpg", photos.HTML, "is not a photo that can be shown"),
        ("IMG_1.HEIC", photos.HEIC, "Please save it as JPEG"),
        ("photo.jpg", photos.a_file()[:-3000], "damaged or incomplete"),
        ("photo.jpg", b"", "damaged or incomplete"),
        ("photo.jpg", photos.claims_to_be(10_000, 6_000), "more than 40 million pixels"),
        ("photo.jpg", photos.a_file() + bytes(30 * 1024 * 1024), "larger than 8 MB"),
    ],
    ids=["svg", "pdf", "zip", "html", "heic", "cut", "empty", "60 megapixels", "30 MB"],
)
async def test_a_bad_photo_is_named_and_the_good_one_stays(place, ana, name, data, words):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, (name, data), title="Une poussette")
    assert page.status_code == 422
    assert f"“{name}”: " in page.text
    assert words in page.text
    assert 'href="#field-photos"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'value="Une poussette"' in page.text
    assert len(ids_on(page)) == 1
    answer = await send(ana, page, title="Une poussette")
    assert answer.headers["location"] == "/probe?kept=1"


async def test_five_photos_are_too_many(ana):
    page = await send(ana, await ana.get("/probe"), *[A_PHOTO] * 5, title="Une poussette")
    assert page.status_code == 422
    assert "Please choose 4 photos at most." in page.text
    assert len(ids_on(page)) == 4
    assert 'type="file"' not in page.text
    page = await send(ana, page, A_PHOTO, title="Une poussette")
    assert page.status_code == 422
    assert len(ids_on(page)) == 4


@pytest.mark.parametrize(
    "ids", ["abc", "-1 ٣ 1e3", "9" * 40, "1 2 3 4 5 6 7 8", "", "\x00", "' OR 1=1"]
)
async def test_ids_that_are_nobodys(ana, ids):
    page = await send(ana, await ana.get("/probe"), title="", photo_ids=ids)
    assert page.status_code == 422
    assert ids_on(page) == []


async def test_nobody_takes_the_photo_of_somebody_else(place, ana):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="")
    (stolen,) = ids_on(page)
    async with a_browser(place, account=await an_account(place.db, "bao")) as bao:
        page = await send(bao, await bao.get("/probe"), title="Bonjour", photo_ids=str(stolen))
        assert page.status_code == 422
        assert "A photo is not there any more." in page.text
        await send(
            bao, await bao.get("/probe"), photo_ids=str(stolen), photo_action=f"remove-{stolen}"
        )
    assert [media.state for media in await place.db.read(all_media)] == [MediaState.READY]


async def test_the_same_form_sent_twice_makes_one_thing(place, ana):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="", photo_action="add")
    first = await send(ana, page, title="Une poussette")
    second = await send(ana, page, title="Une poussette")
    assert first.headers["location"] == second.headers["location"] == "/probe?kept=1"


async def test_a_photo_that_was_sent_in_another_tab(place, ana):
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="", photo_action="add")
    other = await ana.get("/probe")
    await send(ana, page, title="Une poussette")
    ids = " ".join(map(str, ids_on(page)))
    answer = await send(ana, other, title="Encore", photo_ids=ids)
    assert answer.status_code == 422
    assert "A photo is not there any more." in answer.text
    assert ids_on(answer) == []
    assert (await send(ana, answer, title="Encore")).headers["location"] == "/probe?kept=0"


async def test_a_file_with_a_hostile_name(ana):
    name = 'a"><script>alert(1)</script>\u202egnp.jpg' + "x" * 300
    page = await send(ana, await ana.get("/probe"), (name, photos.SVG), title="Une poussette")
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text
    assert "x" * 50 not in page.text


async def test_a_full_store_is_said_at_the_field(place, ana):
    (place.settings.data_dir / "media").write_text("in the way")
    page = await send(ana, await ana.get("/probe"), A_PHOTO, title="Une poussette")
    assert page.status_code == 422
    assert "Photos cannot be kept at the moment." in page.text
    assert 'value="Une poussette"' in page.text


async def test_too_many_in_a_short_time(place, ana, monkeypatch):
    monkeypatch.setattr(place.limiter, "_is_on", True)
    monkeypatch.setitem(
        POLICIES, "photo", Policy(Rate(9, timedelta(hours=1)), Rate(1, timedelta(hours=1)))
    )
    page = await send(ana, await ana.get("/probe"), A_PHOTO, ANOTHER, title="Une poussette")
    assert page.status_code == 422
    assert "That was a lot in a short time." in page.text
    assert len(ids_on(page)) == 1


async def test_scripts_send_one_by_one_and_get_the_field_back(place, ana):
    page = await ana.get("/probe")
    part = await send(ana, page, A_PHOTO, to="/media/uploads", title="not looked at")
    assert part.status_code == 200
    assert part.text.lstrip().startswith("<fieldset")
    assert "<html" not in part.text
    (photo_id,) = ids_on(part)
    part = await send(
        ana, page, ("x.jpg", photos.PDF), to="/media/uploads", photo_ids=str(photo_id),
        **{f"photo_words_{photo_id}": "Une poussette"},
    )  # fmt: skip
    assert part.status_code == 422
    assert "is not a photo that can be shown" in part.text
    assert ids_on(part) == [photo_id]
    assert ">Une poussette</textarea>" in part.text
    part = await send(
        ana, page, to="/media/uploads", photo_ids=str(photo_id), photo_action=f"remove-{photo_id}"
    )
    assert (part.status_code, ids_on(part)) == (200, [])


async def test_whoever_is_not_signed_in_sends_nothing(place, ana):
    page = await ana.get("/probe")
    async with a_browser(place) as visitor:
        answer = await send(visitor, page, A_PHOTO, to="/media/uploads")
        assert answer.status_code == 403  # the token is another browser's
        large = ("x.jpg", bytes(3_000_000))
        assert (await send(visitor, page, large, to="/media/uploads")).status_code == 413
    assert await place.db.read(all_media) == []


async def test_another_site_cannot_send_photos(ana):
    page = await ana.get("/probe")
    ana.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await send(ana, page, A_PHOTO, to="/media/uploads")).status_code == 403
