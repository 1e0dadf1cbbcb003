"""The communes that ship: what the built file holds, and finding them as parents type them."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from time import process_time

import pytest

from fedparents.db import Database, open_database
from fedparents.places.loading import load_bundled_places
from fedparents.places.queries import PlaceView, find_place, search_places
from tests.rig.databases import Databases

Search = Callable[..., Awaitable[list[PlaceView]]]

# West, south, east, north: the mainland with Corsica, then each land overseas.
_BOXES = [
    (-5.2, 41.3, 9.7, 51.2),
    (-61.9, 15.8, -60.9, 16.6),
    (-61.3, 14.3, -60.8, 14.9),
    (-54.7, 2.0, -51.5, 6.0),
    (55.2, -21.5, 55.9, -20.8),
    (44.9, -13.1, 45.4, -12.5),
    (-56.5, 46.7, -56.1, 47.2),
    (-63.2, 17.8, -62.7, 18.2),
    (-178.3, -14.5, -176.0, -13.1),
    (-155.0, -28.0, -134.0, -7.0),
    (163.0, -23.0, 169.0, -19.0),
]


@pytest.fixture(scope="module")
def communes() -> list[dict[str, str]]:
    packed = (files("fedparents.places") / "data" / "communes_fr.csv.gz").read_bytes()
    return list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))


@pytest.fixture(scope="module")
async def france(databases: Databases) -> AsyncIterator[Database]:
    url = databases.fresh()
    database = open_database(url)
    await database.start()
    await load_bundled_places(database)
    yield database
    await database.close()
    databases.give_back(url)


@pytest.fixture
def search(france: Database) -> Search:
    async def run(text: str, **options) -> list[PlaceView]:
        return await france.read(search_places, text, **options)

    return run


def test_all_communes_are_there_once(communes):
    codes = [row["code"] for row in communes]
    assert len(set(codes)) == len(codes) > 34_900
    assert {"92040", "2A004", "2B033", "97411", "75115", "97611", "98818"} <= set(codes)
    assert all(row["name"] and int(row["population"]) > 0 for row in communes)
    divided = {"75056", "69123", "13055"}
    assert {row["code"] for row in communes if not row["postcodes"]} == divided


def test_most_people_live_where_the_position_is_exact(communes):
    whole = [row for row in communes if "Arrondissement" not in row["name"]]
    exact = [row for row in whole if row["lat"] and row["approximate"] == "0"]
    everybody = sum(int(row["population"]) for row in whole)
    assert sum(int(row["population"]) for row in exact) / everybody >= 0.85


def test_every_position_is_in_france_and_approximate_ones_say_so(communes):
    for row in communes:
        if row["lat"]:
            lat, lon = float(row["lat"]), float(row["lon"])
            assert any(w <= lon <= e and s <= lat <= n for w, s, e, n in _BOXES), row
        else:
            # Only on archipelagos, whose mean lies in the sea.
            assert row["departement"] in {"975", "987", "988"}, row
            assert row["approximate"] == "0"
    assert 0.3 < sum(row["approximate"] == "1" for row in communes) / len(communes) < 0.65


async def test_the_known_ones_are_where_they_are(france):
    for code, name, lat, lon in [
        ("92040", "Issy-les-Moulineaux", 48.82, 2.27),
        ("97411", "Saint-Denis", -20.88, 55.45),
        ("93066", "Saint-Denis", 48.94, 2.36),
        ("2A004", "Ajaccio", 41.92, 8.74),
        ("2B033", "Bastia", 42.70, 9.45),
        ("69385", "Lyon 5e Arrondissement", 45.76, 4.82),
        ("91228", "Évry-Courcouronnes", 48.63, 2.44),
    ]:
        place = await france.read(find_place, "FR", code)
        assert place is not None
        assert place.name == name
        assert not place.is_approximate
        assert place.lat == pytest.approx(lat, abs=0.03)
        assert place.lon == pytest.approx(lon, abs=0.03)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Issy-les-Moulineaux", "92040"),
        ("issy les moul", "92040"),
        ("issy les mx", "92040"),
        ("moulineaux issy", "92040"),
        ("92130", "92040"),
        ("92130 Issy", "92040"),
        ("Issy (92)", "92040"),
        ("75015", "75115"),
        ("Paris 15e", "75115"),
        ("Paris", "75056"),
        ("69005", "69385"),
        ("Marseille 13", "13213"),
        ("st denis", "97411"),
        ("Saint-Denis Seine-Saint-Denis", "93066"),
        ("saint denis reunion", "97411"),
        ("Évry", "89162"),
        ("evry cour", "91228"),
        ("l'haÿ", "94038"),
        ("L’HAY LES ROSES", "94038"),
        ("lhay", "94038"),
        ("havre", "76351"),
        ("ascq", "59009"),
        ("villeneuve dascq", "59009"),
        ("ajaccio", "2A004"),
        ("20200", "2B033"),
        ("oeuilly", "51410"),
        ("œuilly", "51410"),
        ("y", "80829"),
        ("mamoudzou", "97611"),
        ("noumea", "98818"),
    ],
)
async def test_a_commune_is_found_as_it_is_typed(search, typed, code):
    assert next(place.code for place in await search(typed)) == code


async def test_exact_names_come_first_and_then_the_largest(search):
    found = await search("Saint-Denis", limit=20)
    exact = [place for place in found if place.name == "Saint-Denis"]
    assert found[: len(exact)] == exact
    assert len({place.label for place in exact}) == len(exact) == 4
    for group in (exact, found[len(exact) :]):
        people = [place.population for place in group if place.name.startswith("Saint-Denis")]
        assert people == sorted(people, reverse=True)


async def test_a_former_commune_leads_to_the_one_that_it_joined(search):
    [place, *_] = await search("Bellegarde-sur-Valserine")
    assert place.name == "Valserhône"
    assert "Bellegarde-sur-Valserine" in place.former_names


async def test_a_country_can_be_asked_for(search):
    assert await search("issy", country="FR")
    assert await search("issy", country="BE") == []


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "%%%", "i%y", "'--", "\0", "\ud800", "*"])
async def test_signs_find_nothing_and_harm_nothing(search, typed):
    assert await search(typed) == []


async def test_what_looks_like_sql_is_only_words(search):
    assert await search("'; DROP TABLE place; --") == []
    assert await search("x' OR 'saint'='saint") == []
    assert await search("issy")


async def test_a_very_long_text_is_harmless(search):
    assert await search("a" * 10_000) == []
    assert await search("saint " * 2_000)


async def test_one_place_is_named_once_and_no_more_than_asked(search):
    for typed in ("saint", "le", "sa", "97", "beau"):
        found = await search(typed, limit=8)
        assert len({place.id for place in found}) == len(found) == 8


async def test_searching_stays_quick(search):
    await search("warm")
    began = process_time()
    for typed in ("saint", "sa", "issy", "92130", "la", "saint denis reunion") * 5:
        await search(typed)
    assert (process_time() - began) / 30 < 0.03, "a search takes about 1 ms of a processor"


async def test_the_same_edition_is_not_loaded_again(france):
    calls: list[int] = []
    count = await load_bundled_places(france, lambda done, _: calls.append(done))
    assert (count.added, count.changed, count.unchanged, calls) == (0, 0, 0, [])
