"""Every earlier database can be brought to the present one, and that is what the models say."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from fedparents import migrations
from tests.rig import recordings
from tests.rig.migrating import engine_of, migrate
from tests.rig.postgres import PostgresServer
from web.tables import METADATA


@pytest.fixture(scope="module")
def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(resources.files(migrations)))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def bare_url(request: pytest.FixtureRequest, databases, tmp_path: Path):
    """A database of the engine under test that holds nothing at all."""
    if request.config.option.db == "sqlite":
        yield f"sqlite:///{tmp_path / 'place.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


def differences(url: str) -> list[object]:
    with engine_of(url) as engine, engine.connect() as connection:
        looks = {"compare_type": True, "include_name": migrations.is_ours}
        context = MigrationContext.configure(connection, opts=looks)
        found: list[object] = compare_metadata(context, METADATA)
    return found


def revision_of(url: str) -> str | None:
    with engine_of(url) as engine, Session(engine) as session:
        return migrations.find_revision(session)


def test_there_is_one_head(scripts):
    assert scripts.get_heads() == [migrations.head()]


def test_revisions_are_named_by_date_and_follow_it(scripts):
    """`head()` takes the newest name, so the order of names has to be the order of steps."""
    names = [script.revision for script in scripts.walk_revisions()]
    assert names == sorted(names, reverse=True)
    for script in scripts.walk_revisions():
        assert re.fullmatch(r"2\d{3}_[01]\d_[0-3]\d_[0-2]\d[0-5]\d_[a-z0-9_]+", script.revision)
        assert Path(script.path).stem == script.revision


def test_the_head_is_what_the_models_say(bare_url):
    migrate(bare_url)
    assert not differences(bare_url)
    assert revision_of(bare_url) == migrations.head()


def test_a_second_upgrade_changes_nothing(bare_url):
    migrate(bare_url)
    recordings.fill(bare_url)
    before = recordings.count(bare_url)
    migrate(bare_url)
    assert recordings.count(bare_url) == before


def test_an_empty_database_has_no_revision(bare_url):
    assert revision_of(bare_url) is None


def test_every_earlier_head_was_recorded(scripts):
    earlier = {script.revision for script in scripts.walk_revisions()} - {migrations.head()}
    for engine in ("sqlite", "postgres"):
        recorded = {path.name.partition(".")[0] for path in recordings.recordings(engine)}
        assert earlier <= recorded, "`make migration` records the head before it writes the next"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("source", recordings.recordings("sqlite"), ids=lambda path: path.stem)
def test_an_earlier_sqlite_database_is_brought_forward(source, bare_url):
    recordings.load_sqlite(source, bare_url)
    check_upgrade(bare_url)


@pytest.mark.postgres_only
@pytest.mark.parametrize("source", recordings.recordings("postgres"), ids=lambda path: path.stem)
def test_an_earlier_postgres_database_is_brought_forward(source, bare_url, postgres):
    recordings.load_postgres(postgres, source, bare_url)
    check_upgrade(bare_url)


@pytest.mark.sqlite_only
def test_a_recording_of_sqlite_is_the_database(bare_url, tmp_path):
    migrate(bare_url)
    recordings.fill(bare_url)
    recordings.dump_sqlite(bare_url, tmp_path / "place.sql")
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    recordings.load_sqlite(tmp_path / "place.sql", copy)
    assert recordings.count(copy) == recordings.count(bare_url)
    assert not differences(copy)


@pytest.mark.postgres_only
def test_a_recording_of_postgres_is_the_database(bare_url, postgres, tmp_path):
    migrate(bare_url)
    recordings.fill(bare_url)
    recordings.dump_postgres(postgres, bare_url, tmp_path / "place.sql")
    copy = postgres.create()
    recordings.load_postgres(postgres, tmp_path / "place.sql", copy)
    assert recordings.count(copy) == recordings.count(bare_url)
    assert not differences(copy)
    postgres.drop(copy)


def check_upgrade(url: str) -> None:
    """Forward to the head; no column that lives on has lost a value."""
    before = recordings.count_values(url)
    migrate(url)
    after = recordings.count_values(url)
    assert not differences(url)
    assert revision_of(url) == migrations.head()
    lost = {name: n for name, n in before.items() if name in after and after[name] < n}
    assert not lost


def test_rows_survive_with_their_references(bare_url):
    """What the recordings rely on: every table can be filled, with references that hold."""
    migrate(bare_url)
    recordings.fill(bare_url)
    counts = recordings.count(bare_url)
    assert all(counts[name] == recordings.ROWS for name in METADATA.tables)
    with engine_of(bare_url) as engine, engine.connect() as connection:
        for table in METADATA.sorted_tables:
            assert connection.execute(sa.select(table)).first() is not None
