"""`fedparents db`: from nothing to a place that can be opened, and never a half-way."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from fedparents import clock, migrations
from fedparents.db import table_of
from fedparents.places.loading import BUNDLED
from fedparents.places.models import PlaceSource
from tests.rig.migrating import engine_of
from tests.rig.source import PACKAGES, ROOT
from tests.web.cli.conftest import Operator
from web.cli.place import Standing, standing_of

COMMANDS = [
    ("account", "create", "ana", "--email", "ana@example.org", "--password", "x"),
    ("account", "list"),
    ("account", "role", "ana", "admin"),
    ("token", "create", "--account", "ana"),
    ("token", "list"),
    ("token", "revoke", "1"),
    ("jobs", "list"),
    ("jobs", "retry", "1"),
    ("places", "import", "places.csv", "--country", "BE"),
    ("db", "status"),
    ("db", "migration", "something"),
    ("serve",),
]


def test_upgrade_makes_a_place_of_nothing(beginner):
    first = beginner.did("db", "upgrade")
    assert f"Migrated to {migrations.head()}" in first.out
    assert "Loaded the communes of France: 3" in first.out
    assert first.lines[-1] == "The database is up to date."
    assert (beginner.folder / "data").stat().st_mode & 0o777 == 0o700
    assert beginner.did("db", "status").lines == [
        f"The database is up to date ({migrations.head()})."
    ]
    begun = time.process_time()
    second = beginner.did("db", "upgrade")
    assert second.lines == ["The database is up to date."]
    assert time.process_time() - begun < 3, "nothing is done twice"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_a_database_commands_say_how_to_make_one(nowhere, words):
    (nowhere.folder / "places.csv").write_text("name\nGent\n")
    result = nowhere(*words)
    assert result.status == 1
    assert result.complaint == "there is no database yet: run `fedparents db upgrade`"
    assert not (nowhere.folder / "var").exists(), "looking leaves nothing behind"


@pytest.mark.parametrize(
    ("revision", "standing"),
    [
        (None, Standing.EMPTY),
        ("2026_01_01_0000_first", Standing.BEHIND),
        ("2026_02_01_0000_second", Standing.CURRENT),
        ("2026_01_15_0000_of_somebody_else", Standing.FOREIGN),
        ("2099_01_01_0000_to_come", Standing.FOREIGN),
    ],
)
def test_a_revision_says_what_to_do(revision, standing):
    known = {"2026_02_01_0000_second", "2026_01_01_0000_first"}
    assert standing_of(revision, known) == standing


@pytest.mark.sqlite_only
def test_a_database_of_a_version_that_we_do_not_know_is_left_alone(operator):
    revise(operator, "2099_01_01_0000_to_come")
    for words in (("account", "list"), ("db", "status"), ("db", "upgrade")):
        assert "does not know, probably a later one" in operator(*words).complaint
    assert "up to date" in operator("serve").complaint


def test_an_empty_database_is_said_to_be_empty(beginner):
    if "DATABASE_URL" not in beginner.settings:
        (beginner.folder / "data").mkdir()
        (beginner.folder / "data" / "fedparents.db").touch()
    assert (
        beginner("db", "status").complaint == "the database is empty: run `fedparents db upgrade`"
    )


def test_in_production_a_place_keeps_its_name(operator):
    pretend_places_are_loaded(operator)
    operator.did("db", "upgrade", DOMAIN="parents-issy.fr")
    result = operator("db", "upgrade", DOMAIN="parents-meudon.fr")
    assert "founded as parents-issy.fr" in result.complaint
    operator.did("db", "upgrade", DOMAIN="parents-issy.fr")


def test_in_development_the_port_may_change(operator):
    pretend_places_are_loaded(operator)
    operator.did("db", "upgrade", DOMAIN="localhost:8000")
    operator.did("db", "upgrade", DOMAIN="localhost:8001")


def test_of_two_upgrades_at_one_moment_the_second_waits(beginner):
    with ThreadPoolExecutor() as both:
        results = list(both.map(lambda _: beginner.program("db", "upgrade"), range(2)))
    assert [(result.status, result.err) for result in results] == [(0, "")] * 2, results
    assert sum("Migrated to" in result.out for result in results) == 1
    assert sum("Loaded the communes" in result.out for result in results) == 1
    waited = [result for result in results if "Another upgrade is under way" in result.out]
    assert all(result.lines[-1] == "The database is up to date." for result in waited)


@pytest.mark.sqlite_only
def test_a_data_folder_that_cannot_be_made_is_one_line(nowhere):
    (nowhere.folder / "file").touch()
    result = nowhere("db", "upgrade", DATA_DIR=str(nowhere.folder / "file" / "data"))
    assert result.complaint.endswith("not a directory")


@pytest.mark.sqlite_only
def test_a_file_that_is_no_database_is_one_line(nowhere):
    (nowhere.folder / "notes.txt").write_text("dear diary, today ... " * 100)
    url = f"sqlite:///{nowhere.folder / 'notes.txt'}"
    for words in (("db", "upgrade"), ("serve",)):
        assert "file is not a database" in nowhere(*words, DATABASE_URL=url).complaint


def test_a_database_server_that_is_away_is_one_line(nowhere):
    url = "postgresql://ana:hunter2@127.0.0.1:9/place"
    for words in (("db", "upgrade"), ("serve",)):
        result = nowhere(*words, DATABASE_URL=url)
        assert "the database cannot be used: connection" in result.complaint
        assert "hunter2" not in result.err


@pytest.mark.sqlite_only
def test_a_database_that_somebody_holds_is_waited_for_and_then_one_line(operator):
    with engine_of(operator.settings["DATABASE_URL"]) as engine, engine.begin():
        result = operator("account", "create", "ana", "--email", "ana@example.org")
    assert "locked" in result.complaint


def test_a_migration_has_a_name_that_every_database_can_keep(operator):
    complaint = operator("db", "migration", "Give every account a favourite colour").complaint
    assert "at most 16 characters" in complaint


def test_migrations_need_a_name(operator):
    assert "use letters or digits" in operator("db", "migration", "!?").complaint


@pytest.mark.sqlite_only
def test_a_migration_is_written_for_what_changed(operator, tmp_path):
    """In a copy of the sources, because the file is for the one who asks."""
    copy = tmp_path / "copy"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=only_code)
    model = copy / "fedparents" / "audit" / "models.py"
    with model.open("a") as source:
        source.write('    mood: str = Field(default="calm")\n')
    environment = operator.environment({}) | {"PYTHONPATH": str(copy)}
    program = "import sys; from web.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, "db", "migration", "Add a mood"],
        cwd=copy,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    written = [
        path
        for path in (copy / "fedparents" / "migrations" / "versions").glob("*.py")
        if "add_a_mood" in path.name
    ]
    assert len(written) == 1
    assert written[0].name in done.stdout
    assert "mood" in written[0].read_text()


def only_code(folder: str, names: list[str]) -> list[str]:
    kept = (".py", ".mako")
    return [n for n in names if not (n.endswith(kept) or os.path.isdir(os.path.join(folder, n)))]


def pretend_places_are_loaded(operator: Operator) -> None:
    """Loading them takes seconds, and is not what these tests are about."""
    bundled = ROOT / "fedparents" / "places" / "data" / f"{BUNDLED}.csv.gz"
    digest = hashlib.sha256(bundled.read_bytes()).hexdigest()
    values = {"name": BUNDLED, "digest": digest, "loaded_at": clock.now()}
    with engine_of(operator.settings["DATABASE_URL"]) as engine, engine.begin() as connection:
        connection.execute(sa.insert(table_of(PlaceSource)).values(values))


def revise(operator: Operator, revision: str) -> None:
    """Pretend that the database was left at another revision."""
    with engine_of(operator.settings["DATABASE_URL"]) as engine, engine.begin() as connection:
        table = sa.table("alembic_version", sa.column("version_num"))
        connection.execute(sa.update(table).values(version_num=revision))
