"""Loading lists of places, a little at a time: the communes that ship, or an imported file."""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import Database
from fedparents.errors import NotFound
from fedparents.places.drafts import PlaceDraft
from fedparents.places.queries import find_source_digest
from fedparents.places.service import (
    IMPORTED,
    LoadCount,
    finish_source,
    load_places,
    preview_places,
)

BUNDLED = "communes_fr"

_PER_TRANSACTION = 2000
_PER_LOOK = 500

Progress = Callable[[int, int], None]
"""Called with how many places are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose data it is, in words that are the same in every language."""

    source: str
    licence: str
    licence_url: str


ATTRIBUTIONS = (
    Attribution(
        "INSEE, La Poste, DGCL (Etalab)",
        "Licence Ouverte 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    ),
    Attribution("GeoNames", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
)


async def load_bundled_places(db: Database, progress: Progress | None = None) -> LoadCount:
    """Load the communes that ship with the program, unless this edition is loaded already. Stopped
    half-way it goes on the next time. Raises NotFound when they have not been built."""
    packed = _bundled()
    digest = hashlib.sha256(packed).hexdigest()
    if await db.read(find_source_digest, BUNDLED) == digest:
        return LoadCount()
    drafts = _unpacked(packed)
    count = await _load_in_parts(db, drafts, BUNDLED, progress)
    await db.write(finish_source, BUNDLED, digest=digest, drafts=drafts)
    return count


async def import_places(
    db: Database,
    drafts: Sequence[PlaceDraft],
    progress: Progress | None = None,
    *,
    by: Authority,
) -> LoadCount:
    """Load the places of an imported file; see `parse_places_csv`. For administrators."""
    require_administrator(by)
    count = await _load_in_parts(db, drafts, IMPORTED, progress)
    countries = " ".join(sorted({draft.country for draft in drafts}))
    await db.write(record_audit, "places.imported", by=by.actor_id, reason=countries)
    return count


async def preview_import(db: Database, drafts: Sequence[PlaceDraft], *, by: Authority) -> LoadCount:
    """What `import_places` would do, found out in parts: others are answered in between."""
    require_administrator(by)
    # Of two lines for one place the last counts, however far apart they are.
    unique = list({(draft.country, draft.code): draft for draft in drafts}.values())
    count = LoadCount()
    for at in range(0, len(unique), _PER_LOOK):
        count += await db.read(preview_places, unique[at : at + _PER_LOOK])
        await asyncio.sleep(0)  # SQLite reads in place: awaiting it lets nobody in
    return count


async def _load_in_parts(
    db: Database, drafts: Sequence[PlaceDraft], source: str, progress: Progress | None
) -> LoadCount:
    count = LoadCount()
    for at in range(0, len(drafts), _PER_TRANSACTION):
        part = drafts[at : at + _PER_TRANSACTION]
        count += await db.write(load_places, part, source=source)
        if progress is not None:
            progress(at + len(part), len(drafts))
    return count


def _bundled() -> bytes:
    file = files("fedparents.places") / "data" / f"{BUNDLED}.csv.gz"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound("bundled_places_missing", log=f"{file} has not been built") from None


def _unpacked(packed: bytes) -> list[PlaceDraft]:
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return [_draft(row) for row in rows]


def _draft(row: dict[str, str]) -> PlaceDraft:
    return PlaceDraft(
        country="FR",
        code=row["code"],
        name=row["name"],
        district=row["departement_name"],
        postcodes=tuple(row["postcodes"].split()),
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
        is_approximate=row["approximate"] == "1",
        population=int(row["population"]),
    )
