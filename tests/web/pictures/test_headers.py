"""What a file says of itself is believed as far as it can be checked, and never decoded for it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.rig import photos
from web.i18n.words import WORDS
from web.pictures.headers import LARGEST, Header, Kind, Refusal, Refused, read_header


def refusal_of(data):
    with pytest.raises(Refused) as refused:
        read_header(data)
    return refused.value.why


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_kind_and_size(kind):
    data = photos.a_file(photos.scene(123, 45), kind)
    assert read_header(data) == Header(Kind(kind.lower()), 123, 45)


def test_the_three_ways_of_webp():
    plain = photos.a_file(photos.scene(70, 50), "WEBP")
    lossless = photos.a_file(photos.scene(70, 50), "WEBP", lossless=True)
    extended = photos.with_secrets(photos.scene(70, 50), "WEBP")
    assert [data[12:16] for data in (plain, lossless, extended)] == [b"VP8 ", b"VP8L", b"VP8X"]
    for data in (plain, lossless, extended):
        assert read_header(data) == Header(Kind.WEBP, 70, 50)


def test_a_photo_with_much_before_its_size():
    assert read_header(photos.with_secrets(photos.scene(640, 480))) == Header(Kind.JPEG, 640, 480)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (photos.SVG, Refusal.WRONG_KIND),
        (photos.PDF, Refusal.WRONG_KIND),
        (photos.ZIP, Refusal.WRONG_KIND),
        (photos.HTML, Refusal.WRONG_KIND),
        (photos.TIFF, Refusal.WRONG_KIND),
        (photos.HEIC, Refusal.HEIC),
        (b"", Refusal.DAMAGED),
        (b"\xff\xd8\xff", Refusal.DAMAGED),
        (b"\xff\xd8\xff\xda\x00\x02", Refusal.DAMAGED),
        (b"\xff\xd8\xff\xe0\x00\x00" * 9, Refusal.DAMAGED),
        (b"GIF89a", Refusal.DAMAGED),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X", Refusal.DAMAGED),
        (photos.claims_to_be(0, 10), Refusal.DAMAGED),
        (photos.claims_to_be(8000, 5001), Refusal.TOO_MANY_PIXELS),
        (photos.claims_to_be(2**31, 2**31), Refusal.TOO_MANY_PIXELS),
        (photos.claims_to_be(40_000, 1), Refusal.TOO_MANY_PIXELS),
        (photos.a_file() + bytes(LARGEST), Refusal.TOO_LARGE),
    ],
    ids=str,
)
def test_refused_with_the_reason(data, why):
    assert refusal_of(data) == why


def test_fifty_megapixels_are_too_many():
    assert refusal_of(photos.a_file(photos.scene(8660, 5774))) == Refusal.TOO_MANY_PIXELS


def test_every_refusal_has_words():
    assert {refusal.value for refusal in Refusal} <= set(WORDS)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBP"]))
@example(b"VP8L\x00\x00\x00\x00/\xff", b"RIFF1234WEBP")
@example(b"\xe1\xff\xff", b"\xff\xd8\xff")
def test_any_bytes_get_an_answer(rest, beginning):
    try:
        header = read_header(beginning + rest)
    except Refused:
        return
    assert header.width > 0
    assert header.height > 0
