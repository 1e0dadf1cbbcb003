"""From the bytes that somebody sent to files that are gone again, with a crash anywhere between."""

from datetime import timedelta

import pytest

from fedparents.accounts.models import Account, AccountState
from fedparents.errors import Unavailable
from fedparents.media.models import MediaAttachment, MediaState, MediaUse
from fedparents.media.queries import count_waiting
from fedparents.media.service import (
    PhotoDraft,
    attach_photos,
    change_avatar,
    release_media,
    reserve_media,
)
from fedparents.retention.service import forget_what_is_due
from tests.rig import photos
from tests.rig.builders import a_viewer
from web.pictures.headers import Refused
from web.pictures.store import keys_of


@pytest.fixture
async def ana(db):
    return await a_viewer(db, "ana")


@pytest.fixture
def folder(runtime):
    return runtime.settings.data_dir / "media"


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def all_media(session):
    return list(session.query(MediaAttachment))


async def test_a_photo_is_taken_in_and_given_out(runtime, ana, folder):
    sent = photos.with_secrets(photos.scene(2000, 1000))
    media = await runtime.pictures.take_in(ana, sent, MediaUse.PHOTO)
    assert (media.state, media.mime) == (MediaState.READY, "image/jpeg")
    assert (media.width, media.height) == (1600, 800)
    assert (media.small_width, media.small_height) == (480, 240)
    assert media.blurhash.startswith("L")
    full = await runtime.pictures.read(media.file, small=False)
    small = await runtime.pictures.read(media.file, small=True)
    assert (len(full), len(small)) == (media.byte_size, media.small_byte_size)
    assert photos.GPS_WORDS not in full + small
    assert len(files_in(folder)) == 2


async def test_what_is_refused_leaves_nothing(runtime, db, ana, folder):
    with pytest.raises(Refused):
        await runtime.pictures.take_in(ana, photos.SVG, MediaUse.PHOTO)
    assert await db.read(count_waiting, ana.actor_id) == 0
    assert not folder.exists()


async def test_released_files_go_after_the_commit(runtime, db, ana, folder):
    media = await runtime.pictures.take_in(ana, photos.a_file(), MediaUse.PHOTO)
    await db.write(release_media, [media.id])
    assert len(files_in(folder)) == 2
    await runtime.worker.work_until_idle()
    assert files_in(folder) == []
    assert await db.read(lambda session: session.get(MediaAttachment, media.id)) is None


async def test_deleting_twice_is_deleting_once(runtime, db, ana, folder):
    """The worker was killed between the files and the row, and does it again."""
    media = await runtime.pictures.take_in(ana, photos.a_file(), MediaUse.PHOTO)
    for path in folder.rglob("*.jpg"):
        path.unlink()
    await db.write(release_media, [media.id])
    await runtime.worker.work_until_idle()
    assert await db.read(lambda session: session.get(MediaAttachment, media.id)) is None


async def test_a_crash_while_files_are_written_is_cleared_up(runtime, db, ana, folder, clock):
    media = await db.write(reserve_media, ana, MediaUse.PHOTO)
    key = keys_of(media.name)[0]
    half = folder / key[:2] / key[2:4] / f".{key}"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"hal")
    half.with_name(key).write_bytes(b"whole")
    clock.advance(timedelta(days=1, minutes=1))
    done = await forget_what_is_due(db)
    assert done["unused_photos"] == 1
    await runtime.worker.work_until_idle()
    assert files_in(folder) == []


async def test_a_full_store_is_said_and_nothing_waits(runtime, db, ana, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    with pytest.raises(Unavailable):
        await runtime.pictures.take_in(ana, photos.a_file(), MediaUse.PHOTO)
    assert await db.read(count_waiting, ana.actor_id) == 0


async def test_erasing_an_account_erases_its_pictures(runtime, db, ana, folder, clock):
    photo = await runtime.pictures.take_in(ana, photos.a_file(), MediaUse.PHOTO)
    avatar = await runtime.pictures.take_in(ana, photos.a_file(), MediaUse.AVATAR)
    await db.write(attach_photos, ana, [PhotoDraft(photo.id)])
    await db.write(change_avatar, ana, avatar.id)

    def leave(uow):
        account = uow.session.get(Account, ana.account_id)
        account.state, account.leaving_at = AccountState.LEAVING, uow.now

    await db.write(leave)
    clock.advance(timedelta(minutes=1))
    await forget_what_is_due(db)
    await runtime.worker.work_until_idle()
    assert files_in(folder) == []
    assert await db.read(lambda session: session.get(MediaAttachment, photo.id)) is None
