"""Pictures as rows: whose they are, who may attach them, and when they go."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents.actors.models import Actor
from fedparents.errors import Conflict, Invalid, LimitReached
from fedparents.media.models import Drawn, MediaAttachment, MediaState, MediaUse
from fedparents.media.policy import can_view_own
from fedparents.media.queries import find_media, find_released, list_own_photos
from fedparents.media.retention import count_unused, release_unused
from fedparents.media.service import (
    WAITING_AT_MOST,
    PhotoDraft,
    attach_photos,
    change_avatar,
    complete_media,
    describe_photo,
    erase_media,
    forget_pictures,
    release_media,
    release_own_photo,
    reserve_media,
)
from tests.rig.builders import a_viewer

DRAWN = Drawn("image/jpeg", 1600, 1200, 250_000, 480, 360, 20_000, "LTDS],of;=s;vpjbjvjbsEjua}fR")


async def a_picture(db, viewer, use=MediaUse.PHOTO):
    media = await db.write(reserve_media, viewer, use)
    return await db.write(complete_media, media.id, DRAWN)


def drafts(*media):
    return [PhotoDraft(each if isinstance(each, int) else each.id) for each in media]


async def state_of(db, media):
    def find(session):
        return session.get(MediaAttachment, media.id)

    found = await db.read(find)
    return found and found.state


@pytest.fixture
async def ana(db):
    return await a_viewer(db, "ana")


@pytest.fixture
async def bao(db):
    return await a_viewer(db, "bao")


async def test_from_reserved_to_ready(db, ana):
    media = await db.write(reserve_media, ana, MediaUse.PHOTO)
    assert media.state == MediaState.PROCESSING
    assert len(media.name) == 32
    assert await db.read(find_media, f"{media.name}.jpg") is None
    ready = await db.write(complete_media, media.id, DRAWN)
    assert ready.file == f"{media.name}.jpg"
    view = await db.read(find_media, ready.file)
    assert (view.id, view.by_actor_id, view.is_attached) == (media.id, ana.actor_id, False)
    assert (view.mime, view.byte_size, view.small_byte_size) == ("image/jpeg", 250_000, 20_000)
    assert await db.read(find_media, f"{media.name}.webp") is None
    assert await db.read(find_media, media.name) is None


async def test_names_say_nothing(db, ana):
    names = {(await db.write(reserve_media, ana, MediaUse.PHOTO)).name for _ in range(9)}
    assert len(names) == 9


async def test_what_was_given_up_cannot_be_completed(db, ana):
    media = await db.write(reserve_media, ana, MediaUse.PHOTO)
    await db.write(release_media, [media.id])
    with pytest.raises(Conflict):
        await db.write(complete_media, media.id, DRAWN)
    with pytest.raises(Conflict):
        await db.write(complete_media, 1, DRAWN)


async def test_only_so_many_may_wait(db, ana, bao):
    for _ in range(WAITING_AT_MOST):
        await db.write(reserve_media, ana, MediaUse.PHOTO)
    with pytest.raises(LimitReached) as full:
        await db.write(reserve_media, ana, MediaUse.AVATAR)
    assert full.value.code == "media_waiting"
    await db.write(reserve_media, bao, MediaUse.PHOTO)


async def test_attach_keeps_the_order_and_takes_each_once(db, ana):
    one, two = await a_picture(db, ana), await a_picture(db, ana)
    attached = await db.write(attach_photos, ana, drafts(two, one, two))
    assert [media.id for media in attached] == [two.id, one.id]
    assert (await db.read(find_media, one.file)).is_attached
    with pytest.raises(Invalid) as gone:
        await db.write(attach_photos, ana, drafts(one))
    assert gone.value.fields == {"photos": "photo_gone"}


async def test_of_two_forms_at_once_one_has_the_photo(db, ana):
    media = await a_picture(db, ana)
    tries = [db.write(attach_photos, ana, drafts(media)) for _ in range(4)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Invalid"] * 3 + ["list"]


async def test_attach_is_all_or_nothing(db, ana, bao):
    own, strange = await a_picture(db, ana), await a_picture(db, bao)
    with pytest.raises(Invalid):
        await db.write(attach_photos, ana, drafts(own, strange))
    assert not (await db.read(find_media, own.file)).is_attached


@pytest.mark.parametrize("wrong", ["strange", "unfinished", "avatar", "released", "unknown"])
async def test_what_cannot_be_attached(db, ana, bao, wrong):
    media_id = 7
    if wrong == "strange":
        media_id = (await a_picture(db, bao)).id
    elif wrong == "unfinished":
        media_id = (await db.write(reserve_media, ana, MediaUse.PHOTO)).id
    elif wrong == "avatar":
        media_id = (await a_picture(db, ana, MediaUse.AVATAR)).id
    elif wrong == "released":
        media_id = (await a_picture(db, ana)).id
        await db.write(release_media, [media_id])
    with pytest.raises(Invalid):
        await db.write(attach_photos, ana, drafts(media_id))
    with pytest.raises(Invalid):
        await db.write(describe_photo, ana, media_id, "words")
    with pytest.raises(Invalid):
        await db.write(release_own_photo, ana, media_id)
    assert await db.read(list_own_photos, ana, [media_id]) == []


async def test_four_at_most(db, ana):
    many = [(await a_picture(db, ana)).id for _ in range(5)]
    with pytest.raises(Invalid) as refused:
        await db.write(attach_photos, ana, drafts(*many))
    assert refused.value.fields == {"photos": "photos_too_many"}
    assert len(await db.write(attach_photos, ana, drafts(*many[:4]))) == 4


async def test_changing_what_has_photos(db, ana, bao):
    one, two, three = [await a_picture(db, ana) for _ in range(3)]
    before = [media.id for media in await db.write(attach_photos, ana, drafts(one, two))]
    wanted = [PhotoDraft(three.id, "Neuve"), PhotoDraft(two.id, "Bleue")]
    after = await db.write(attach_photos, ana, wanted, before=before)
    assert [(media.id, media.description) for media in after] == [
        (three.id, "Neuve"),
        (two.id, "Bleue"),
    ]
    assert await state_of(db, one) == MediaState.RELEASED
    with pytest.raises(Invalid):
        await db.write(attach_photos, ana, drafts(two), before=[three.id])
    with pytest.raises(Invalid) as too_long:
        await db.write(attach_photos, ana, [PhotoDraft(two.id, "x" * 1501)], before=[two.id])
    assert too_long.value.fields == {"photos": "too_long"}
    assert await db.write(attach_photos, ana, [], before=[two.id, three.id]) == []
    assert await state_of(db, two) == MediaState.RELEASED


async def test_words_for_those_who_do_not_see(db, ana):
    media = await a_picture(db, ana)
    said = await db.write(
        describe_photo,
        ana,
        media.id,
        "  Une poussette\u202e bleue \n\n\n\nneuve ",
        focus=(2.0, -0.5),
    )
    assert said.description == "Une poussette bleue\n\nneuve"
    assert (said.focus_x, said.focus_y) == (1.0, -0.5)
    with pytest.raises(Invalid):
        await db.write(describe_photo, ana, media.id, "x" * 1501)


async def test_own_photos_come_in_the_order_asked(db, ana):
    one, two = await a_picture(db, ana), await a_picture(db, ana)
    found = await db.read(list_own_photos, ana, [two.id, 5, one.id, two.id])
    assert [media.id for media in found] == [two.id, one.id]


async def test_released_is_gone_for_everybody_at_once(db, ana):
    media = await a_picture(db, ana)
    await db.write(attach_photos, ana, drafts(media))
    with pytest.raises(Invalid):
        await db.write(release_own_photo, ana, media.id)  # whoever attached it decides
    assert await db.write(release_media, [media.id]) == 1
    assert await db.write(release_media, [media.id]) == 0
    assert await db.read(find_media, media.file) is None
    assert (await db.read(find_released, media.id)).name == media.name
    await db.write(erase_media, media.id)
    assert await state_of(db, media) is None
    assert await db.read(find_released, media.id) is None


async def test_a_picture_that_is_shown_is_not_erased(db, ana):
    media = await a_picture(db, ana)
    await db.write(erase_media, media.id)
    assert await state_of(db, media) == MediaState.READY


async def test_avatar_set_changed_and_taken_away(db, ana):
    def avatar(session):
        return session.get(Actor, ana.actor_id).avatar

    one, two = [await a_picture(db, ana, MediaUse.AVATAR) for _ in range(2)]
    await db.write(change_avatar, ana, one.id)
    assert await db.read(avatar) == one.file
    await db.write(change_avatar, ana, two.id)
    assert await db.read(avatar) == two.file
    assert await state_of(db, one) == MediaState.RELEASED
    await db.write(change_avatar, ana, None)
    assert await db.read(avatar) == ""
    assert await state_of(db, two) == MediaState.RELEASED


async def test_no_other_picture_becomes_an_avatar(db, ana, bao):
    photo, strange = await a_picture(db, ana), await a_picture(db, bao, MediaUse.AVATAR)
    own = await a_picture(db, ana, MediaUse.AVATAR)
    await db.write(change_avatar, ana, own.id)
    for media in (photo, strange, own):
        with pytest.raises(Invalid):
            await db.write(change_avatar, ana, media.id)
    assert await state_of(db, own) == MediaState.READY


async def test_unused_ones_are_released_after_a_day(db, ana, clock):
    day = timedelta(days=1)
    unused, used = await a_picture(db, ana), await a_picture(db, ana)
    unfinished = await db.write(reserve_media, ana, MediaUse.PHOTO)
    await db.write(attach_photos, ana, drafts(used))
    clock.advance(day - timedelta(minutes=1))
    young = await a_picture(db, ana)
    assert await db.read(count_unused, clock(), day) == 0
    clock.advance(timedelta(minutes=2))
    assert await db.read(count_unused, clock(), day) == 2
    assert await db.write(release_unused, day) == 2
    assert await db.write(release_unused, day) == 0
    states = [await state_of(db, media) for media in (unused, unfinished, used, young)]
    assert states == [MediaState.RELEASED, MediaState.RELEASED, MediaState.READY, MediaState.READY]


async def test_of_somebody_who_leaves_nothing_stays_but_what_others_show(db, ana, bao):
    photo, avatar = await a_picture(db, ana), await a_picture(db, ana, MediaUse.AVATAR)
    await db.write(attach_photos, ana, drafts(photo))
    await db.write(change_avatar, ana, avatar.id)
    lent = await a_picture(db, ana, MediaUse.AVATAR)

    def lend(uow):
        media = uow.session.get(MediaAttachment, lent.id)
        media.for_actor_id, media.attached_at = bao.actor_id, uow.now

    await db.write(lend)
    assert await db.write(forget_pictures, ana.actor_id) == 2
    assert await state_of(db, lent) == MediaState.READY
    assert await db.write(forget_pictures, bao.actor_id) == 1
    left = await db.read(lambda session: list(session.exec(select(MediaAttachment))))
    assert {media.state for media in left} == {MediaState.RELEASED}


async def test_who_sees_what_is_attached_to_nothing(db, ana, bao):
    media = await a_picture(db, ana)
    view = await db.read(find_media, media.file)
    seen = [await db.read(can_view_own, viewer, view) for viewer in (ana, bao, None)]
    assert seen == [True, False, False]
