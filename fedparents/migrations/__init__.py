"""The way from any earlier database to the present one.

Revisions are named by date, so the newest file is the head: a start can tell without loading
Alembic whether a database is up to date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from io import StringIO
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlmodel import Session

from fedparents.errors import Invalid

if TYPE_CHECKING:
    from alembic.config import Config

LONGEST_REVISION: Final = 32
"""Characters that Alembic's table has room for: PostgreSQL refuses more, SQLite would take them."""
_TABLE = sa.table("alembic_version", sa.column("version_num"))


def head() -> str:
    """The revision that this program needs."""
    return max(revisions())


def revisions() -> frozenset[str]:
    """Every revision that this program knows the way from."""
    files = resources.files(__package__).joinpath("versions").iterdir()
    return frozenset(file.name.removesuffix(".py") for file in files if file.name.startswith("2"))


def find_revision(session: Session) -> str | None:
    """The revision of a database; None when it is empty."""
    if not sa.inspect(session.connection()).has_table(_TABLE.name):
        return None
    return session.execute(sa.select(_TABLE.c.version_num)).scalar()


def is_ours(name: str | None, _kind: object, _parents: object) -> bool:
    """Whether Alembic looks at something: not at full-text indexes, which differ by engine."""
    return not (name or "").startswith(("search_index", "ix_search_document_terms"))


def upgrade(
    engine: sa.Engine,
    metadata: sa.MetaData,
    *,
    to: str = "head",
    say: Callable[[str], None] | None = None,
) -> None:
    """Bring a database to the head, or only so far, each revision in a transaction of its own.

    `metadata` is handed in, because the tables of the outer packages are not known here.
    """
    from alembic import command  # 60 ms that a server at its start does without

    config = _alembic_config(metadata)
    with engine.connect() as connection, _references_at_rest(connection):
        config.attributes["connection"] = connection
        config.attributes["say"] = say
        command.upgrade(config, to)


@contextmanager
def _references_at_rest(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a column by copying its table and dropping the old one. With foreign keys at
    work that would delete or empty every row that refers to it; they are checked at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()  # a pragma counts only outside of a transaction
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"references that lead nowhere after migrating: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def name_revision(name: str, now: datetime) -> str:
    """How a revision about `name` is called; raises Invalid on `name`."""
    dated = f"{now:%Y_%m_%d_%H%M}_"
    slug = "_".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not slug:
        raise Invalid({"name": "missing"})
    if len(dated + slug) > LONGEST_REVISION:
        raise Invalid({"name": "too_long"}, at_most=LONGEST_REVISION - len(dated))
    return dated + slug


def write_migration(engine: sa.Engine, metadata: sa.MetaData, revision: str) -> None:
    """Write the revision of this name, which leads from an up-to-date database to the models."""
    from alembic import command  # loaded late, as above

    config = _alembic_config(metadata)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=revision, autogenerate=True, rev_id=revision)


def _alembic_config(metadata: sa.MetaData) -> Config:
    """Alembic's own settings, without a file."""
    from alembic.config import Config  # loaded late, as above

    config = Config(stdout=StringIO())
    config.set_main_option("file_template", "%%(rev)s")
    config.set_main_option("script_location", str(resources.files(__package__)))
    config.attributes["metadata"] = metadata
    return config
