"""Loading a list of places twice changes nothing; a better list improves what is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from fedparents.authority import OPERATOR
from fedparents.errors import Invalid, NotFound
from fedparents.ids import PlaceId
from fedparents.places.drafts import PlaceDraft
from fedparents.places.loading import import_places, preview_import
from fedparents.places.models import PlaceSource
from fedparents.places.queries import find_place, get_place, search_places
from fedparents.places.service import LoadCount, finish_source, load_places, preview_places

ISSY = PlaceDraft(
    country="FR",
    code="92040",
    name="Issy-les-Moulineaux",
    district="Hauts-de-Seine",
    postcodes=("92130",),
    lat=48.82345678,
    lon=2.26987654,
    population=67_669,
)
NAMUR = PlaceDraft(country="BE", code="92094", name="Namur", postcodes=("5000", "5001"))


async def found(db, text):
    return [place.name for place in await db.read(search_places, text)]


async def test_a_place_is_stored_with_a_rounded_position(db):
    await db.write(load_places, [ISSY])
    place = await db.read(find_place, "FR", "92040")
    assert place == await db.read(get_place, place.id)
    assert (place.lat, place.lon) == (48.823, 2.27)
    assert place.label == "Issy-les-Moulineaux (Hauts-de-Seine)"
    assert place.postcodes == ("92130",)


async def test_nobody_is_found_where_nothing_is(db):
    assert await db.read(find_place, "FR", "92040") is None
    for number in (1, 0, -1, 2**63, 10**30):
        with pytest.raises(NotFound):
            await db.read(get_place, PlaceId(number))


async def test_loading_again_changes_nothing(db):
    assert await db.write(load_places, [ISSY, NAMUR]) == LoadCount(added=2)
    before = await db.read(find_place, "FR", "92040")
    assert await db.read(preview_places, [ISSY, NAMUR]) == LoadCount(unchanged=2)
    assert await db.write(load_places, [ISSY, NAMUR]) == LoadCount(unchanged=2)
    assert await db.read(find_place, "FR", "92040") == before


async def test_a_preview_stores_nothing(db):
    assert await db.read(preview_places, [ISSY]) == LoadCount(added=1)
    assert await db.read(find_place, "FR", "92040") is None


async def test_what_a_list_leaves_empty_stays(db):
    await db.write(load_places, [ISSY])
    bare = PlaceDraft(country="FR", code="92040", name="Issy")
    assert await db.write(load_places, [bare]) == LoadCount(changed=1)
    place = await db.read(find_place, "FR", "92040")
    assert place.name == "Issy"
    assert (place.district, place.postcodes, place.population) == (
        "Hauts-de-Seine",
        ("92130",),
        67_669,
    )
    assert place.lat == 48.823
    assert await found(db, "moulineaux") == []
    assert await found(db, "iss") == ["Issy"]


async def test_capitals_do_not_replace_a_name_well_written(db):
    await db.write(load_places, [ISSY])
    await db.write(load_places, [replace(ISSY, name="ISSY LES MOULINEAUX")])
    assert await found(db, "issy") == ["Issy-les-Moulineaux"]


async def test_an_exact_position_replaces_an_approximate_one_and_not_the_other_way(db):
    await db.write(load_places, [replace(ISSY, lat=48.8, lon=2.2, is_approximate=True)])
    assert (await db.read(find_place, "FR", "92040")).is_approximate
    await db.write(load_places, [ISSY])
    await db.write(load_places, [replace(ISSY, lat=48.8, lon=2.2, is_approximate=True)])
    place = await db.read(find_place, "FR", "92040")
    assert (place.lat, place.is_approximate) == (48.823, False)


async def test_of_two_drafts_of_one_place_the_last_counts(db):
    assert await db.write(load_places, [ISSY, replace(ISSY, name="Issy")]) == LoadCount(added=1)
    assert await found(db, "92130") == ["Issy"]


async def test_one_code_in_two_countries_is_two_places(db):
    await db.write(load_places, [NAMUR, replace(NAMUR, country="FR", name="Ailleurs")])
    assert sorted(await found(db, "5000")) == ["Ailleurs", "Namur"]
    assert [p.name for p in await db.read(search_places, "5000", country="BE")] == ["Namur"]


async def test_postcodes_with_letters_are_found_with_and_without_their_space(db):
    await db.write(
        load_places,
        [PlaceDraft(country="NL", code="0363", name="Amsterdam", postcodes=("1012AB",))],
    )
    for typed in ("1012", "1012AB", "1012 ab", "Amsterdam 1012"):
        assert await found(db, typed) == ["Amsterdam"], typed


async def test_names_in_other_scripts_are_found(db):
    await db.write(load_places, [PlaceDraft(country="TH", code="5001", name="เชียงใหม่")])
    assert await found(db, "เชียง") == ["เชียงใหม่"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"country": "France"}, "bad_country"),
        ({"name": ""}, "no_name"),
        ({"name": "x" * 121}, "name_too_long"),
        ({"code": ""}, "bad_code"),
        ({"postcodes": ("9 2",)}, "bad_postcode"),
        ({"lat": None}, "half_position"),
        ({"lat": 90.1}, "bad_latitude"),
        ({"lat": float("nan")}, "bad_latitude"),
        ({"lon": float("inf")}, "bad_longitude"),
        ({"population": -1}, "bad_population"),
    ],
)
async def test_a_draft_that_cannot_be_a_place_is_refused_before_anything_is_stored(
    db, change, code
):
    with pytest.raises(Invalid) as refusal:
        await db.write(load_places, [NAMUR, replace(ISSY, **change)])
    assert refusal.value.fields == {"places": code}
    assert await db.read(find_place, "BE", "92094") is None


async def test_a_commune_that_ended_is_no_longer_offered_but_stays_for_those_who_live_there(db):
    await db.write(load_places, [ISSY, NAMUR], source="communes")
    await db.write(load_places, [replace(NAMUR, code="9", name="Own")])
    ended = await db.write(finish_source, "communes", digest="2", drafts=[NAMUR])
    assert ended == 1
    assert await found(db, "issy") == []
    assert await found(db, "own") == ["Own"]
    assert (await db.read(find_place, "FR", "92040")).name == "Issy-les-Moulineaux"
    # A later edition may bring it back.
    assert await db.write(load_places, [ISSY], source="communes") == LoadCount(changed=1)
    assert await found(db, "issy") == ["Issy-les-Moulineaux"]


async def test_the_edition_is_noted(db, clock):
    await db.write(finish_source, "communes", digest="1", drafts=[])
    await db.write(finish_source, "communes", digest="2", drafts=[])
    [source] = await db.read(lambda session: list(session.scalars(sa.select(PlaceSource))))
    assert (source.digest, source.loaded_at) == ("2", clock())


async def test_a_long_list_is_loaded_in_parts_that_are_told(db):
    many = [replace(NAMUR, code=str(n), name=f"Namur {n}") for n in range(2_500)]
    told: list[tuple[int, int]] = []
    count = await import_places(db, many, lambda done, of: told.append((done, of)), by=OPERATOR)
    assert count == LoadCount(added=2_500)
    assert told == [(2_000, 2_500), (2_500, 2_500)]
    assert await import_places(db, many, by=OPERATOR) == LoadCount(unchanged=2_500)


async def test_others_are_answered_while_a_long_list_is_looked_at(db):
    await import_places(db, [NAMUR], by=OPERATOR)
    drafts = [NAMUR, *(replace(NAMUR, code=f"{number}") for number in range(3000)), NAMUR]
    answered = 0

    async def answer():
        nonlocal answered
        while True:
            await asyncio.sleep(0)
            answered += 1

    others = asyncio.create_task(answer())
    assert await preview_import(db, drafts, by=OPERATOR) == LoadCount(added=3000, unchanged=1)
    others.cancel()
    assert answered >= 5
