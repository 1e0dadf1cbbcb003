"""Photos and faces of another town: copied, drawn anew, shown from here, and gone with what they
belong to."""

import itertools

import pytest
from sqlmodel import select

from federation.models import RemotePicture
from federation.objects.attachments import PictureDraft
from federation.pictures import name_pictures
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.jobs.models import JobRow
from fedparents.media.models import MediaAttachment, MediaState, MediaUse
from fedparents.media.queries import find_media
from fedparents.media.service import PhotoDraft, change_avatar
from fedparents.posts.models import Audience, Post
from fedparents.posts.photos import list_photos
from fedparents.posts.service import delete_post
from fedparents.social.follows import follow_actor
from tests.federation.activities.test_notes import Neighbours
from tests.rig.photos import a_file, scene
from web.site.media.sights import get_visible_media

NUMBERS = itertools.count()


@pytest.fixture
async def neighbours(towns):
    """Léa of Annecy follows Max of Rumilly, who has a face."""
    annecy, rumilly = towns
    number = next(NUMBERS)
    lea = await annecy.somebody(f"lea_pix{number}")
    max_ = await rumilly.somebody(f"max_pix{number}", is_locked=False)
    found = Neighbours(annecy, rumilly, lea, max_)
    await give_face(found)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    await found.settles()
    return found


async def give_face(neighbours):
    place = neighbours.rumilly.place
    face = await place.pictures.take_in(neighbours.max, a_file(scene(200, 200)), MediaUse.AVATAR)
    await place.db.write(change_avatar, neighbours.max, face.id)


async def with_photo(neighbours, words="Un mur", **draft):
    place = neighbours.rumilly.place
    photo = await place.pictures.take_in(neighbours.max, a_file(scene(300, 200)), MediaUse.PHOTO)
    photos = (PhotoDraft(photo.id, words),)
    return await neighbours.says(
        neighbours.rumilly, neighbours.max, f"Regardez {words}", photos=photos, **draft
    )


async def photos_of(neighbours, post):
    found = await neighbours.annecy.place.db.read(list_photos, [post.id])
    return found.get(post.id, [])


async def test_a_photo_is_copied_and_shown_from_here(neighbours):
    said = await with_photo(neighbours)
    post = await neighbours.here(said)
    (photo,) = await photos_of(neighbours, post)
    assert (photo.description, photo.width, photo.height) == ("Un mur", 300, 200)
    annecy = neighbours.annecy.place
    media = await annecy.db.read(get_visible_media, neighbours.lea, photo.file)
    assert await annecy.pictures.read(media.file, small=False)
    assert f"{neighbours.rumilly.url}/media" not in post.html
    await neighbours.rumilly.place.db.write(delete_post, neighbours.max, said.id)
    await neighbours.settles()
    assert await photos_of(neighbours, post) == []
    with pytest.raises(NotFound):
        await annecy.db.read(get_visible_media, neighbours.lea, photo.file)


async def test_a_photo_for_followers_is_seen_by_them_alone(neighbours):
    said = await with_photo(neighbours, audience=Audience.FOLLOWERS)
    post = await neighbours.here(said)
    (photo,) = await photos_of(neighbours, post)
    annecy = neighbours.annecy.place
    assert await annecy.db.read(get_visible_media, neighbours.lea, photo.file)
    bao = await neighbours.annecy.somebody(f"bao_pix{next(NUMBERS)}")
    for viewer in (bao, None):
        with pytest.raises(NotFound):
            await annecy.db.read(get_visible_media, viewer, photo.file)


async def test_who_is_followed_has_a_face_and_another_one_later(neighbours):
    annecy = neighbours.annecy.place

    async def face():
        """The picture of Max as Annecy shows it, and how many there are of him."""
        named = select(Actor).where(
            Actor.handle == neighbours.max.handle, Actor.domain == neighbours.rumilly.domain
        )
        actor = await annecy.db.read(lambda session: session.exec(named).one())
        own = select(MediaAttachment.id).where(
            MediaAttachment.for_actor_id == actor.id, MediaAttachment.state == MediaState.READY
        )
        count = len(await annecy.db.read(lambda session: session.exec(own).all()))
        return actor.avatar, count

    first, count = await face()
    assert (count, bool(first)) == (1, True)
    media = await annecy.db.read(find_media, first)
    assert await annecy.pictures.read(media.file, small=True)
    await give_face(neighbours)
    await neighbours.settles()
    await neighbours.says(neighbours.rumilly, neighbours.max, "Me voilà")
    second, count = await face()
    assert (count, second != first) == (1, True)


@pytest.mark.parametrize("path", ["nodeinfo/2.0", "nothing/here"])
async def test_what_is_no_picture_is_not_shown(neighbours, path):
    said = await neighbours.says(neighbours.rumilly, neighbours.max, "Sans photo")
    post = await neighbours.here(said)

    def name(uow):
        there = uow.session.get_one(Post, post.id)
        name_pictures(uow, there, [PictureDraft(f"{neighbours.rumilly.url}/{path}")])

    await neighbours.annecy.place.db.write(name)
    await neighbours.settles()
    assert await photos_of(neighbours, post) == []
    jobs = await neighbours.annecy.place.db.read(lambda session: session.exec(select(JobRow)).all())
    assert not [job for job in jobs if job.name == "pictures.fetch"]


async def test_another_photo_takes_the_place_of_the_first(neighbours):
    said = await with_photo(neighbours)
    post = await neighbours.here(said)
    (before,) = await photos_of(neighbours, post)
    url = f"{neighbours.rumilly.url}/media/{before.file}"
    other = await neighbours.here(await with_photo(neighbours, "Une porte"))
    row = await neighbours.annecy.place.db.read(
        lambda session: session.get(RemotePicture, (other.id, 0))
    )
    assert row.url.startswith(f"{neighbours.rumilly.url}/media/")
    assert row.url != url

    def change(uow):
        there = uow.session.get_one(Post, post.id)
        name_pictures(uow, there, [PictureDraft(row.url, "Une porte")])

    await neighbours.annecy.place.db.write(change)
    await neighbours.settles()
    (after,) = await photos_of(neighbours, post)
    assert (after.description, after.id != before.id) == ("Une porte", True)
