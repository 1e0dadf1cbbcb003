"""What comes out of any file is pixels, upright, in screen colours, and nothing else."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.rig import photos
from web.pictures.blurhash import blurhash
from web.pictures.drawing import draw
from web.pictures.headers import Refusal, Refused
from web.pictures.orders import AVATAR, COVER, PHOTO, Picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def opened(size):
    image = Image.open(io.BytesIO(size.data))
    image.load()
    assert image.size == (size.width, size.height)
    return image


def is_near(colour, wanted, by=40):
    return all(abs(a - b) <= by for a, b in zip(colour[:3], wanted, strict=True))


def test_a_photo_becomes_two_small_jpegs():
    picture = draw(photos.a_file(photos.scene(4000, 3000), quality=92), PHOTO)
    assert picture.mime == "image/jpeg"
    full, small = opened(picture.full), opened(picture.small)
    assert full.format == small.format == "JPEG"
    assert full.width == 1600
    assert full.height == 1200
    assert small.size == (480, 360)
    assert len(picture.full.data) <= 300 * 1024
    assert len(picture.small.data) <= 25 * 1024


def test_noise_is_made_to_fit_too():
    noise = Image.effect_noise((3000, 3000), 100).convert("RGB")
    picture = draw(photos.a_file(noise, quality=60), PHOTO)
    assert len(picture.full.data) <= 300 * 1024
    assert len(picture.small.data) <= 25 * 1024


def test_a_small_picture_is_not_blown_up():
    picture = draw(photos.a_file(photos.scene(120, 80)), PHOTO)
    assert (picture.full.width, picture.full.height) == (120, 80)
    assert (picture.small.width, picture.small.height) == (120, 80)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_a_phone_wrote_into_it_is_kept(kind):
    secret = photos.with_secrets(kind=kind)
    assert photos.GPS_WORDS in secret
    assert b"Phone of Ana" in secret
    picture = draw(secret, PHOTO)
    for size in (picture.full, picture.small):
        image = opened(size)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(image.info)
        for word in (photos.GPS_WORDS, b"Phone of Ana", b"Exif", b"xmpmeta", b"comment of"):
            assert word not in size.data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("wanted", [PHOTO, AVATAR], ids=["whole", "cut"])
def test_upright_whatever_way_it_was_held(orientation, wanted):
    image = opened(draw(photos.turned(orientation), wanted).full).convert("RGB")
    assert image.size == ((80, 60) if wanted is PHOTO else (60, 60))
    right, bottom = image.width - 8, image.height - 8
    assert is_near(image.getpixel((8, 8)), RED)
    assert is_near(image.getpixel((right, 8)), GREEN)
    assert is_near(image.getpixel((8, bottom)), BLUE)
    assert is_near(image.getpixel((right, bottom)), WHITE)


@pytest.mark.parametrize("orientation", [0, 9, 77, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = opened(draw(photos.a_file(photos.quarters(), exif=exif), PHOTO).full)
    assert is_near(image.convert("RGB").getpixel((8, 8)), RED)


def test_broken_exif_does_not_cost_the_photo():
    data = photos.a_file(photos.quarters(), exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff junk")
    assert draw(data, PHOTO).full.width == 80


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_storing_a_png(mode):
    image = photos.scene(200, 100).convert("L")
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 256).convert("I;16")
    else:
        image = (image if mode in "1L" else photos.scene(200, 100)).convert(mode)
    picture = draw(photos.a_file(image, "PNG"), PHOTO)
    assert picture.mime == "image/jpeg"
    assert opened(picture.full).size == (200, 100)


def test_sixteen_bits_keep_their_light():
    grey = Image.new("I;16", (40, 40), 128 * 256)
    image = opened(draw(photos.a_file(grey, "PNG"), PHOTO).full)
    assert is_near(image.convert("RGB").getpixel((20, 20)), (128, 128, 128), by=3)


def test_colours_for_print_become_those_of_screens():
    image = opened(draw(photos.a_file(photos.quarters().convert("CMYK")), PHOTO).full)
    assert image.mode == "RGB"
    assert is_near(image.getpixel((8, 8)), RED)
    assert is_near(image.getpixel((72, 52)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_is_carried_out(kind):
    """The same numbers mean other colours under another profile."""
    data = photos.a_file(photos.quarters(), kind, icc_profile=photos.swapped_profile())
    image = opened(draw(data, PHOTO).full)
    assert is_near(image.getpixel((8, 8)), BLUE)
    assert is_near(image.getpixel((8, 52)), RED)


def test_a_broken_profile_is_left_aside():
    data = photos.a_file(photos.quarters(), icc_profile=b"no profile at all" * 20)
    assert is_near(opened(draw(data, PHOTO).full).getpixel((8, 8)), RED)


def test_what_is_transparent_stays_so():
    image = photos.scene(300, 200, "RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 150, 200))
    picture = draw(photos.a_file(image, "PNG"), PHOTO)
    assert picture.mime == "image/webp"
    for size in (picture.full, picture.small):
        assert opened(size).convert("RGBA").getpixel((20, 20))[3] == 0
    assert len(picture.blurhash) == 28


def test_transparency_that_is_not_used_makes_a_jpeg():
    assert draw(photos.a_file(photos.scene(mode="RGBA"), "PNG"), PHOTO).mime == "image/jpeg"


def test_one_colour_of_a_palette_may_be_the_transparent_one():
    image = photos.quarters().convert("P")
    data = photos.a_file(image, "GIF", transparency=image.getpixel((2, 2)))
    assert draw(data, PHOTO).mime == "image/webp"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(kind):
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    data = photos.a_file(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    image = opened(draw(data, PHOTO).full)
    assert getattr(image, "n_frames", 1) == 1
    assert is_near(image.convert("RGB").getpixel((30, 20)), RED)


def test_an_avatar_is_cut_square_and_a_cover_wide():
    tall = photos.a_file(photos.scene(900, 1600))
    avatar, cover = draw(tall, AVATAR), draw(tall, COVER)
    assert (avatar.full.width, avatar.full.height) == (400, 400)
    assert (avatar.small.width, avatar.small.height) == (144, 144)
    assert len(avatar.small.data) <= 12 * 1024
    assert (cover.full.width, cover.full.height) == (900, 506)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (29_000, 2)])
@pytest.mark.parametrize("wanted", [PHOTO, AVATAR, COVER], ids=["photo", "avatar", "cover"])
def test_the_oddest_sizes(size, wanted):
    picture = draw(photos.a_file(Image.new("RGB", size, "red")), wanted)
    for each in (picture.full, picture.small):
        assert is_near(opened(each).convert("RGB").getpixel((0, 0)), RED)


def test_what_hides_behind_a_picture_is_gone():
    """One file that is a photo for one program, a page and an archive for others."""
    polyglot = photos.a_file(comment=photos.HTML) + photos.ZIP + photos.HTML
    picture = draw(polyglot, PHOTO)
    for size in (picture.full, picture.small):
        assert b"script" not in size.data
        assert b"PK\x03\x04" not in size.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_short_is_refused(kind, share):
    data = photos.a_file(photos.scene(), kind)
    with pytest.raises(Refused) as refused:
        draw(data[: int(len(data) * share)], PHOTO)
    assert refused.value.why == Refusal.DAMAGED


def test_two_sizes_in_one_file_do_not_deceive():
    """The first of two headers is small, the second one is what a careless reader would take."""
    small, large = photos.a_file(photos.scene(20, 20)), photos.a_file(photos.scene(9000, 5000))
    with pytest.raises(Refused):
        draw(small[:2] + large[2:], PHOTO)
    assert draw(small + large, PHOTO).full.width == 20


def test_an_answer_crosses_the_border_whole():
    picture = draw(photos.a_file(), PHOTO)
    assert Picture.of_bytes(picture.to_bytes()) == picture
    with pytest.raises(ValueError, match="cut short"):
        Picture.of_bytes(picture.to_bytes()[:-1])


def test_blurhash_of_a_known_picture():
    """Compared with an independent implementation of the format when it was written."""
    pixels = [(x * 8 % 256, y * 8 % 256, 128) for y in range(24) for x in range(32)]
    assert blurhash(pixels, 32, 24) == "LxH14G2ZwxW=mtWWjtf7g0fjfQfj"
    assert blurhash([(0, 0, 0)], 1, 1) == "L00000fQfQfQfQfQfQfQfQfQfQfQ"


GOOD = {kind: photos.a_file(photos.scene(60, 40), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")}


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(GOOD)),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_damage_at_any_place_is_survived(kind, damages):
    """A picture, or a refusal; in its process, anything else would end that alone."""
    data = bytearray(GOOD[kind])
    for place, junk in damages:
        at = place % len(data)
        data[at : at + len(junk)] = junk
    try:
        picture = draw(bytes(data), PHOTO)
    except Refused:
        return
    opened(picture.full)
