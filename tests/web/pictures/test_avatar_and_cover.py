"""A picture that stands for somebody: set, changed, taken away, and shown where people are."""

import re

import pytest

from fedparents.groups.models import Group
from fedparents.groups.service import erase_group
from fedparents.social.service import block_actor
from tests.rig import photos
from tests.rig.builders import a_group, an_account, join, signed_in
from tests.rig.pages import form_with, send_files
from tests.rig.visitors import a_browser


@pytest.fixture
async def people(place):
    accounts = [await an_account(place.db, name) for name in ("ana", "bao")]
    viewers = [await signed_in(place.db, account) for account in accounts]
    async with (
        a_browser(place, account=accounts[0]) as ana,
        a_browser(place, account=accounts[1]) as bao,
    ):
        yield ana, bao, *viewers


async def choose(browser, path, data=b"", action="save"):
    page = await browser.get(path)
    form = form_with(page.text, {"picture"})
    fields = {name: values[0] for name, values in form.answers.items()} | {"action": action}
    return await send_files(browser, path, fields, "picture", [("x.jpg", data)] if data else [])


def files_in(place):
    folder = place.settings.data_dir / "media"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_ones_own_picture(place, people):
    ana, bao, ana_viewer, bao_viewer = people
    answer = await choose(ana, "/settings/picture", photos.with_secrets(photos.scene(900, 500)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/picture")
    page = await ana.get("/settings/picture")
    assert "This is your picture now." in page.text
    (first,) = re.findall(r'<img class="avatar huge" src="(/media/[^"]+)"', page.text)
    group = await a_group(place.db, ana_viewer)
    await join(place.db, bao_viewer, group, ana_viewer)
    for path in (f"/groups/{group}/about", f"/groups/{group}/members"):
        shown = re.findall(r'<img class="avatar" src="([^"]+)" alt=""', (await bao.get(path)).text)
        assert shown == [first.replace("/media/", "/media/small/")]
        assert (await bao.get(shown[0])).status_code == 200
    await choose(ana, "/settings/picture", photos.a_file())
    await place.worker.work_until_idle()
    assert len(files_in(place)) == 2
    assert (await bao.get(first)).status_code == 404
    await choose(ana, "/settings/picture", action="remove")
    await place.worker.work_until_idle()
    assert files_in(place) == []
    page = await ana.get("/settings/picture")
    assert "Your picture is gone." in page.text
    assert '<img class="avatar' not in page.text


async def test_a_picture_is_gone_for_whoever_is_blocked(place, people):
    ana, bao, ana_viewer, bao_viewer = people
    await choose(ana, "/settings/picture", photos.a_file())
    (shown,) = re.findall(r'<img class="avatar large" src="([^"]+)"', (await bao.get("/@ana")).text)
    assert (await bao.get(shown)).status_code == 200
    await place.db.write(block_actor, ana_viewer, bao_viewer.actor_id)
    assert (await bao.get(shown)).status_code == 404
    assert (await ana.get(shown)).status_code == 200


async def test_a_picture_of_those_who_wait(place, people):
    ana, bao, ana_viewer, bao_viewer = people
    from fedparents.groups.joining import ask_to_join  # here only for this test

    await choose(bao, "/settings/picture", photos.a_file())
    group = await a_group(place.db, ana_viewer)
    await place.db.write(ask_to_join, bao_viewer, group, ["Parce que."])
    assert '<img class="avatar"' in (await ana.get(f"/groups/{group}/desk")).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Please choose a picture first."),
        (photos.PDF, "is not a photo"),
        (photos.HEIC, "HEIC"),
    ],
)
async def test_what_cannot_be_a_picture(place, people, data, words):
    ana, *_ = people
    answer = await choose(ana, "/settings/picture", data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#field-picture"' in answer.text
    assert not (place.settings.data_dir / "media").exists()


async def test_the_cover_of_a_group(place, people):
    ana, bao, ana_viewer, bao_viewer = people
    group = await a_group(place.db, ana_viewer)
    path = f"/groups/{group}/cover"
    assert (await bao.get(path)).status_code == 404
    answer = await choose(ana, path, photos.a_file(photos.scene(2000, 1000)))
    assert answer.headers["location"] == path
    for browser in (ana, bao):
        page = await browser.get(f"/groups/{group}")
        (shown,) = re.findall(
            r'<img class="cover" src="([^"]+)"[^>]* width="1600" height="900"', page.text
        )
        assert (await browser.get(shown)).status_code == 200
    await join(place.db, bao_viewer, group, ana_viewer)
    assert (await bao.get(path)).status_code == 404
    await choose(ana, path, action="remove")
    await place.worker.work_until_idle()
    assert files_in(place) == []
    assert 'class="cover"' not in (await ana.get(f"/groups/{group}")).text


async def test_a_group_that_ends_takes_its_cover_along(place, people):
    ana, _, ana_viewer, _ = people
    group = await a_group(place.db, ana_viewer)
    await choose(ana, f"/groups/{group}/cover", photos.a_file())
    assert len(files_in(place)) == 2
    await place.db.write(lambda uow: erase_group(uow, uow.session.get(Group, group)))
    await place.worker.work_until_idle()
    assert files_in(place) == []


async def test_the_cover_of_a_hidden_group_is_not_shown_on_its_invitation(place, people):
    """Whoever holds a link may read what the group is for; its picture asks for more."""
    ana, bao, ana_viewer, _ = people
    from fedparents.accounts.invites import InviteDraft  # here only for this test
    from fedparents.groups.members import invite_to_group  # here only for this test

    group = await a_group(place.db, ana_viewer, is_hidden=True)
    await choose(ana, f"/groups/{group}/cover", photos.a_file())
    invite = await place.db.write(
        invite_to_group, ana_viewer, group, InviteDraft("", None, None, skips_approval=False)
    )
    page = await bao.get(f"/groups/by/{invite.token}", follow_redirects=True)
    assert "Parents du Corentin" in page.text
    assert 'class="cover"' not in page.text
