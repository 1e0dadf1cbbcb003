"""Tables of places: what is chosen, what it is found by, and which lists have been loaded."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to

# What a key is: the whole name or a postcode, the whole of a former name, or a name from one of
# its later words on.
WHOLE, FORMER, LATER = 0, 1, 2

# Prefixes are ranges of this column, which mean the same only where letters sort by their code.
_BY_CODE_POINT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


class Place(SQLModel, table=True):
    """A commune, or what stands for one elsewhere."""

    __tablename__ = "place"
    __table_args__ = (sa.UniqueConstraint("country", "code"),)

    id: int = id_key()
    country: str
    """ISO 3166, two capital letters; overseas France is FR, as in the list of its communes."""
    code: str
    """The official number (INSEE) or the importer's own; what is loaded again is known by it."""
    name: str
    district: str
    """Département, province or region: tells places of one name apart."""
    postcodes: str
    """Separated by spaces, in the order of the list."""
    aliases: str
    """Names of former communes that are part of it, separated by bars."""
    words: str
    """All that a search may mention, folded: names, district, postcodes."""
    lat: float | None = None
    lon: float | None = None
    is_approximate: bool = False
    """The position is the mean of its neighbours'."""
    population: int | None = None
    is_listed: bool = True
    """Offered for choosing. A commune that ended stays for those who chose it."""
    source: str = Field(index=True)
    """The list that brought it first."""


class PlaceKey(SQLModel, table=True):
    """One beginning by which a place is found. Bears what a search sorts and filters by, so that
    it reads this index alone."""

    __tablename__ = "place_key"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(sa_type=_BY_CODE_POINT, primary_key=True)
    place_id: int = key_to("place.id", index=True)
    rank: int = Field(sa_type=sa.SmallInteger)
    population: int
    country: str


class PlaceSource(SQLModel, table=True):
    """A list that ships with the program, as it was last loaded."""

    __tablename__ = "place_source"

    name: str = Field(primary_key=True)
    digest: str
    loaded_at: datetime = Field(sa_type=UTCDateTime)
