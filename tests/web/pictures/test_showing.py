"""Who gets a picture, and what the answer says to the browser; everybody else gets the same 404."""

from datetime import timedelta

import pytest

from fedparents.accounts.models import Role
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.groups.members import ban_member
from fedparents.groups.service import change_cover
from fedparents.ids import ActorId
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.media.models import MediaUse
from fedparents.media.service import PhotoDraft, attach_photos, change_avatar
from fedparents.posts.service import PostDraft, delete_post, publish_post
from fedparents.social.service import block_actor
from tests.rig import photos
from tests.rig.builders import a_group, a_viewer, an_account, join, signed_in
from tests.rig.visitors import a_browser
from web.security.limits import POLICIES, Policy, Rate

PLACES = ("/media/", "/media/small/")


@pytest.fixture
async def people(place):
    """Ana and Bao with a browser each, and somebody who is not signed in."""
    accounts = {name: await an_account(place.db, name) for name in ("ana", "bao")}
    viewers = {name: await signed_in(place.db, account) for name, account in accounts.items()}
    async with (
        a_browser(place, account=accounts["ana"]) as ana,
        a_browser(place, account=accounts["bao"]) as bao,
        a_browser(place) as visitor,
    ):
        yield {"ana": ana, "bao": bao, "visitor": visitor}, viewers


async def who_sees(browsers, file):
    seen = set()
    for name, browser in browsers.items():
        statuses = {(await browser.get(f"{place}{file}")).status_code for place in PLACES}
        assert len(statuses) == 1
        if statuses == {200}:
            seen.add(name)
        else:
            assert statuses == {404}
    return seen


async def test_what_is_attached_to_nothing_is_seen_by_its_owner(place, people):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.PHOTO)
    assert await who_sees(browsers, media.file) == {"ana"}
    await place.db.write(attach_photos, viewers["ana"], [PhotoDraft(media.id)])
    assert await who_sees(browsers, media.file) == set()  # whose post is not there


async def test_a_photo_is_seen_by_whoever_sees_its_post(place, people):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.PHOTO)
    draft = PostDraft(text="Bonjour", photos=(PhotoDraft(media.id),))
    published = await place.db.write(publish_post, viewers["ana"], draft)
    assert await who_sees(browsers, media.file) == {"ana", "bao"}
    await place.db.write(block_actor, viewers["bao"], viewers["ana"].actor_id)
    assert await who_sees(browsers, media.file) == {"ana"}
    await place.db.write(delete_post, viewers["ana"], published.post.id)
    assert await who_sees(browsers, media.file) == set()


async def test_an_avatar_is_seen_by_those_who_are_signed_in(place, people):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.AVATAR)
    assert await who_sees(browsers, media.file) == {"ana"}
    await place.db.write(change_avatar, viewers["ana"], media.id)
    assert await who_sees(browsers, media.file) == {"ana", "bao"}
    await place.db.write(change_avatar, viewers["ana"], None)
    assert await who_sees(browsers, media.file) == set()


async def test_the_face_of_somebody_whom_other_towns_know_is_seen_by_their_servers(place, people):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.AVATAR)
    await place.db.write(change_avatar, viewers["ana"], media.id)

    def let_find(uow):
        uow.session.get_one(Actor, viewers["ana"].actor_id).is_discoverable = True

    await place.db.write(let_find)
    assert await who_sees(browsers, media.file) == {"ana", "bao"}
    await place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
    assert await who_sees(browsers, media.file) == {"ana", "bao", "visitor"}
    await place.db.write(block_actor, viewers["ana"], viewers["bao"].actor_id)
    assert await who_sees(browsers, media.file) == {"ana", "visitor"}


@pytest.mark.parametrize(
    ("privacy", "seen_by"),
    [
        ({"is_hidden": True}, {"ana"}),
        ({"is_local_only": True}, {"ana", "bao"}),
        ({"is_local_only": False}, {"ana", "bao", "visitor"}),
    ],
    ids=["hidden", "here", "everybody"],
)
async def test_a_cover_is_seen_by_those_who_may_know_of_the_group(place, people, privacy, seen_by):
    browsers, viewers = people
    group = await a_group(place.db, viewers["ana"], **privacy)
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.COVER)
    await place.db.write(change_cover, viewers["ana"], group, media.id)
    assert await who_sees(browsers, media.file) == seen_by


async def test_who_was_put_out_of_a_hidden_group_loses_its_picture_at_once(place, people):
    browsers, viewers = people
    ana, bao = viewers["ana"], viewers["bao"]
    group = await a_group(place.db, ana)
    await join(place.db, bao, group, ana)

    def hide(uow):
        from fedparents.groups.models import Group  # here only for this line

        uow.session.get(Group, group).is_hidden = True

    await place.db.write(hide)
    media = await place.pictures.take_in(ana, photos.a_file(), MediaUse.COVER)
    await place.db.write(change_cover, ana, group, media.id)
    assert await who_sees(browsers, media.file) == {"ana", "bao"}
    await place.db.write(ban_member, ana, group, ActorId(bao.actor_id), "Stop.", until=None)
    assert await who_sees(browsers, media.file) == {"ana"}


async def test_what_the_answer_says(place, people):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.PHOTO)
    answer = await browsers["ana"].get(f"/media/{media.file}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(media.byte_size)
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "content-encoding" not in answer.headers
    assert "set-cookie" not in answer.headers
    again = {"If-None-Match": answer.headers["etag"]}
    kept = await browsers["ana"].get(f"/media/{media.file}", headers=again)
    assert (kept.status_code, kept.content) == (304, b"")
    stranger = await browsers["bao"].get(f"/media/{media.file}", headers=again)
    assert (stranger.status_code, stranger.content) == (404, b"")
    assert stranger.headers["cache-control"] == "no-store"
    assert (await browsers["ana"].head(f"/media/{media.file}")).status_code == 200


@pytest.mark.parametrize(
    "file",
    ["x", "x.jpg", "../secret.key", "%2e%2e/secret.key", "uploads", "a" * 32 + ".jpg", ".jpg", "'"],
)
async def test_what_is_no_picture(people, file):
    browsers, _ = people
    for place in PLACES:
        answer = await browsers["ana"].get(f"{place}{file}")
        assert answer.status_code == 404


async def test_a_file_that_was_lost_is_not_an_error_of_ours(place, people, log):
    browsers, viewers = people
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.PHOTO)
    for path in (place.settings.data_dir / "media").rglob("*.jpg"):
        path.unlink()
    assert (await browsers["ana"].get(f"/media/{media.file}")).status_code == 404


async def test_a_page_full_of_pictures_is_no_flood(place, people, monkeypatch):
    """Pictures have a limit of their own, and do not use up that of pages."""
    browsers, viewers = people
    monkeypatch.setattr(place.limiter, "_is_on", True)
    monkeypatch.setitem(POLICIES, "page", Policy(Rate(3, timedelta(hours=1))))
    media = await place.pictures.take_in(viewers["ana"], photos.a_file(), MediaUse.AVATAR)
    statuses = [(await browsers["ana"].get(f"/media/{media.file}")).status_code for _ in range(9)]
    assert set(statuses) == {200}


async def test_erasing_empties_what_lists_show(place):
    viewer = await a_viewer(place.db, "chloe", role=Role.MEMBER)
    media = await place.pictures.take_in(viewer, photos.a_file(), MediaUse.AVATAR)
    await place.db.write(change_avatar, viewer, media.id)

    def erase(uow):
        from fedparents.actors.service import erase_actor  # here only for this line

        erase_actor(uow, uow.session.get(Actor, viewer.actor_id))

    await place.db.write(erase)
    actor = await place.db.read(lambda session: session.get(Actor, viewer.actor_id))
    assert actor.avatar == ""
