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
from tests.migrations.record import digest_of, read_noted
from tests.rig import earlier
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
    earlier.fill(bare_url)
    before = earlier.count(bare_url)
    migrate(bare_url)
    assert earlier.count(bare_url) == before


def test_an_empty_database_has_no_revision(bare_url):
    assert revision_of(bare_url) is None


def test_what_others_have_run_is_changed_no_more(scripts):
    """`make migration` notes the head before it writes the next."""
    noted = read_noted()
    before = {script.revision for script in scripts.walk_revisions()} - {migrations.head()}
    assert before <= noted.keys() <= migrations.revisions()
    assert noted == {revision: digest_of(revision) for revision in noted}


def test_each_step_loses_nothing(bare_url):
    """From nothing to the head; before each step, rows of that revision come into every table."""
    way = sorted(migrations.revisions())
    bring_to(bare_url, way[0])
    for number, revision in enumerate(way[1:]):
        earlier.fill(bare_url, after=number * earlier.ROWS)
        before = earlier.count_values(bare_url)
        bring_to(bare_url, revision)
        after = earlier.count_values(bare_url)
        lost = {name: n for name, n in before.items() if name in after and after[name] < n}
        assert not lost, revision
    assert not differences(bare_url)


def bring_to(url: str, revision: str) -> None:
    with engine_of(url) as engine:
        migrations.upgrade(engine, METADATA, to=revision)
    assert revision_of(url) == revision


def test_rows_survive_with_their_references(bare_url):
    """What the recordings rely on: every table can be filled, with references that hold."""
    migrate(bare_url)
    earlier.fill(bare_url)
    counts = earlier.count(bare_url)
    assert all(counts[name] == earlier.ROWS for name in METADATA.tables)
    with engine_of(bare_url) as engine, engine.connect() as connection:
        for table in METADATA.sorted_tables:
            assert connection.execute(sa.select(table)).first() is not None


def test_who_was_kept_out_stays_out(bare_url):
    """A list of names became a table of towns, and stands with everybody who is there."""
    bring_to(bare_url, "2026_11_23_1403_foreign_posts")
    earlier.fill(bare_url)
    with engine_of(bare_url) as engine, engine.begin() as connection:
        people = connection.execute(sa.text("SELECT id FROM actor ORDER BY id")).scalars().all()
        domains = ["a.spam.example", "spam.example", "notspam.example"]
        for number, domain in zip(people, domains, strict=False):
            change = sa.text("UPDATE actor SET domain = :domain WHERE id = :id")
            connection.execute(change, {"domain": domain, "id": number})
        connection.execute(
            sa.text("UPDATE instance SET id = 1 WHERE id = (SELECT min(id) FROM instance)")
        )
        listed = sa.text("UPDATE instance SET blocked_servers = :servers WHERE id = 1")
        connection.execute(listed, {"servers": "evil.example\nspam.example"})
    bring_to(bare_url, "2026_11_23_1412_standing")
    with engine_of(bare_url) as engine, engine.connect() as connection:
        towns = connection.execute(sa.text("SELECT host, standing FROM town ORDER BY host")).all()
        found = connection.execute(sa.text("SELECT domain FROM actor WHERE standing = 'blocked'"))
        kept_out = set(found.scalars())
    assert [tuple(town) for town in towns] == [
        ("evil.example", "blocked"),
        ("spam.example", "blocked"),
    ]
    assert kept_out == {*domains[: len(people)]} - {"notspam.example"}
