"""`fedparents backup` and `restore`: all of a place comes back, and nothing that had ended."""

import asyncio
import contextlib
import errno
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import threading

import httpx2
import pytest
import sqlalchemy as sa
from sqlmodel import select

from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.db import open_database
from fedparents.posts.models import Post, PostState
from fedparents.posts.service import PostDraft, publish_post, take_back
from tests.rig.builders import signed_in
from tests.rig.migrating import engine_of
from tests.web.cli.conftest import Operator
from web.keeping.engines import LEAP, PostgresEngine, SQLiteEngine
from web.tables import METADATA

pytestmark = pytest.mark.both_engines
KEY = "a key for backups of thirty-two letters or more"
TWINS = [
    sa.Table(name, sa.MetaData(), sa.Column("n", sa.Integer)) for name in ("setting_a", "setting_b")
]
"""Tables that always show the same number."""
PICTURE = f"{'ab12' * 8}.webp"


@pytest.fixture
def furnished(operator):
    """A place with people, words, a picture, a key, and something counted."""
    operator.did("db", "upgrade")
    for name in ("ana", "bao"):
        operator.did("account", "create", name, "--email", f"{name}@example.org", "--confirmed")
    folder = operator.folder / "data" / "media" / PICTURE[:2] / PICTURE[2:4]
    folder.mkdir(parents=True)
    (folder / PICTURE).write_bytes(os.urandom(3_000_000))
    (folder / f".{PICTURE}").write_bytes(b"on its way")
    return operator


@pytest.fixture
def elsewhere(request, databases, tmp_path):
    """Another machine, on which nothing has been done yet."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    data = {"DATA_DIR": str(folder / "data")}
    if request.config.option.db == "sqlite":
        yield Operator(folder, data)
        return
    server = request.getfixturevalue("postgres")
    url = server.create()
    yield Operator(folder, data | {"DATABASE_URL": url})
    server.drop(url)


def url_of(operator):
    default = f"sqlite:///{operator.folder / 'data' / 'fedparents.db'}"
    return operator.settings.get("DATABASE_URL", default)


def rows_of(operator):
    """Every row of every table, as bytes that are the same for the same rows."""
    with engine_of(url_of(operator)) as engine, engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in METADATA.sorted_tables
        }


def files_of(operator):
    data = operator.folder / "data"
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [data / "secret.key", *data.glob("media/*/*/[!.]*")]
    }


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_what_comes_back_elsewhere_is_the_same_to_the_last_byte(furnished, elsewhere, key):
    made = furnished.did("backup", "monday", BACKUP_KEY=key)
    assert made.lines[1].startswith("Wrote monday (")
    assert ("not encrypted" in made.out) is (key is None)
    file = furnished.folder / "monday"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (b"ana@example.org" in file.read_bytes()) is (key is None)
    assert [path.name for path in furnished.folder.iterdir() if path.name.startswith(".")] == []
    elsewhere.did("restore", str(file), "--yes", BACKUP_KEY=key)
    assert rows_of(elsewhere) == rows_of(furnished)
    assert files_of(elsewhere) == files_of(furnished)
    assert len(files_of(elsewhere)) == 2
    assert "ana" in elsewhere.did("account", "list").out


def test_a_backup_of_a_place_that_is_written_to_is_of_one_moment(live, beside, elsewhere):
    operator = beside(live)
    is_over = threading.Event()
    seen = []

    def write():
        with engine_of(live.database_url) as engine:
            while not is_over.is_set():
                with engine.begin() as connection:  # both or neither
                    for table in TWINS:
                        connection.execute(sa.update(table).values(n=table.c.n + 1))
                seen.append(httpx2.get(f"{live.url}/readyz").status_code)

    with engine_of(live.database_url) as engine, engine.begin() as connection:
        for table in TWINS:
            table.create(connection)
            connection.execute(sa.insert(table).values(n=0))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            operator.did("backup", f"backup-{number}")
            assert _counted(operator.folder / f"backup-{number}") is not None
    finally:
        is_over.set()
        writer.join()
    elsewhere.did("restore", str(operator.folder / "backup-4"), "--yes")  # strange tables and all
    assert len(seen) > 5
    assert set(seen) == {200}


def content_of(tar, name):
    content = tar.extractfile(name)
    assert content is not None
    return content.read()


def _counted(file):
    """The number that both tables of a backup show."""
    with tarfile.open(file) as tar:
        names = tar.getnames()
        if "database.sqlite" in names:
            tar.extract("database.sqlite", file.parent, filter="data")
            with contextlib.closing(sqlite3.connect(file.parent / "database.sqlite")) as copy:
                first, second = copy.execute(
                    "SELECT a.n, b.n FROM setting_a a, setting_b b"
                ).fetchone()
        else:
            first, second = (
                int(content_of(tar, f"tables/{name}")) for name in ("setting_a", "setting_b")
            )
    assert first == second
    return first


def test_without_yes_a_backup_is_only_looked_at(furnished):
    furnished.did("backup", "monday")
    before = rows_of(furnished)
    looked = furnished("restore", "monday")
    assert looked.complaint.startswith("nothing has been changed; --yes")
    assert "A whole backup of localhost:8000" in looked.out
    assert rows_of(furnished) == before


def test_what_stood_here_is_kept(furnished):
    furnished.did("backup", "monday")
    furnished.did("account", "create", "late", "--email", "late@example.org")
    restored = furnished.did("restore", "monday", "--yes")
    assert "What stood here is kept as" in restored.out
    assert "late" not in furnished.did("account", "list").out
    kept = restored.out.split("kept as ")[1].split(";")[0]
    with engine_of(url_of(furnished)) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with contextlib.closing(sqlite3.connect(kept)) as old:
                handles = {row[0] for row in old.execute("SELECT handle FROM actor")}
        else:
            schema = kept.removeprefix("the schema ")
            handles = set(
                connection.execute(
                    sa.select(sa.column("handle")).select_from(sa.table("actor", schema=schema))
                ).scalars()
            )
    assert {"ana", "bao", "late"} <= handles


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data[: len(data) // 2], "no backup|cut short"),
        (lambda data: data[:-1024].rstrip(b"\0")[:-700], "no backup|cut short"),
        (lambda data: data.replace(b"bao@example.org", b"eve@example.org"), "changed it"),
        (lambda _: b"something else", "no backup of fedparents"),
        (lambda _: b"", "no backup|cut short"),
    ],
    ids=["half", "without its end", "changed", "another file", "nothing"],
)
def test_what_is_not_whole_is_refused_and_nothing_changes(furnished, spoil, why):
    furnished.did("backup", "monday")
    file = furnished.folder / "monday"
    data = file.read_bytes()
    file.write_bytes(spoil(data))
    assert file.read_bytes() != data
    before = rows_of(furnished), files_of(furnished)
    complaint = furnished("restore", "monday", "--yes").complaint
    assert any(part in complaint for part in why.split("|")), complaint
    assert (rows_of(furnished), files_of(furnished)) == before


@pytest.mark.parametrize(
    ("at", "key", "why"),
    [
        (None, None, "the backup is encrypted"),
        (None, KEY[::-1], "not what the backup was made with"),
        (100, KEY, "not what the backup was made with"),
        (2_000_000, KEY, "not what the backup was made with"),
        (-5, KEY, "not what the backup was made with"),
    ],
)
def test_what_is_sealed_opens_for_its_key_alone_and_as_it_was(furnished, at, key, why):
    furnished.did("backup", "monday", BACKUP_KEY=KEY)
    file = furnished.folder / "monday"
    data = bytearray(file.read_bytes())
    if at is not None:
        data[at] ^= 1
    file.write_bytes(data)
    assert why in furnished("restore", "monday", "--yes", BACKUP_KEY=key).complaint


def test_sealed_pieces_that_are_left_out_are_missed(furnished):
    furnished.did("backup", "monday", BACKUP_KEY=KEY)
    file = furnished.folder / "monday"
    head, piece = 27 + 32, (1 << 20) + 16
    data = file.read_bytes()
    for shorter in (data[: head + piece], data[:head] + data[head + piece :], data[:head]):
        file.write_bytes(shorter)
        assert furnished("restore", "monday", "--yes", BACKUP_KEY=KEY).status == 1


@pytest.mark.parametrize("name", ["../outside", "/outside", "media/ab/12/../../x", "tables/../x"])
def test_a_file_with_names_that_lead_elsewhere_is_refused(furnished, name):
    with tarfile.open(furnished.folder / "evil", "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    assert "no backup of fedparents" in furnished("restore", "evil", "--yes").complaint
    assert not (furnished.folder.parent / "outside").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"revision": "2099_01_01_0000_to_come"}, "of a later version"),
        ({"format": 2}, "of a later version"),
        ({"made_at": 4e9}, "the clock of this machine"),
        ({"domain": "elsewhere.example"}, "a backup of elsewhere.example"),
    ],
)
def test_what_does_not_fit_here_is_refused(furnished, change, why):
    furnished.did("backup", "monday")
    file = furnished.folder / "monday"
    with tarfile.open(file) as tar:
        members = [(each, content_of(tar, each.name)) for each in tar]
        with tarfile.open(furnished.folder / "other", "w") as other:
            for member, content in members:
                if member.name == "manifest.json":
                    changed = json.dumps(json.loads(content) | change).encode()
                    (furnished.folder / "manifest.json").write_bytes(changed)
                    other.add(furnished.folder / "manifest.json", "manifest.json")
                else:
                    other.addfile(member, io.BytesIO(content))
    before = rows_of(furnished)
    result = furnished("restore", "other", "--yes", ENVIRONMENT="production")
    assert why in result.complaint
    assert rows_of(furnished) == before


def test_a_name_that_is_taken_is_not_written_over(furnished):
    (furnished.folder / "monday").write_text("mine")
    assert "exists already" in furnished("backup", "monday").complaint
    assert (furnished.folder / "monday").read_text() == "mine"


def test_a_place_that_runs_is_not_replaced(live, beside):
    operator = beside(live)
    operator.did("backup", "monday")
    assert "stop" in operator("restore", "monday", "--yes").complaint
    assert httpx2.get(f"{live.url}/readyz").status_code == 200
    live.stop()
    operator.did("restore", "monday", "--yes")
    live.start()


def test_who_was_erased_and_what_was_deleted_since_then_stays_so(furnished):
    """With all that follows from it, so that other towns are told once more."""
    kept, deleted = asyncio.run(in_place(furnished, _say_two_things))
    furnished.did("backup", "monday")
    asyncio.run(in_place(furnished, _end_some, deleted))
    restored = furnished.did("restore", "monday", "--yes")
    assert "ended again: 1 accounts, 1 posts" in restored.out
    assert "bao" not in furnished.did("account", "list").out
    assert "ana" in furnished.did("account", "list").out
    with engine_of(url_of(furnished)) as engine, engine.connect() as connection:
        found = connection.execute(sa.text("SELECT id, state FROM post"))
        states = {post_id: state for post_id, state in found}
        jobs = set(connection.execute(sa.text("SELECT name FROM job")).scalars())
        handles = set(connection.execute(sa.text("SELECT handle FROM actor")).scalars())
    assert states == {kept: PostState.VISIBLE, deleted: PostState.DELETED}
    assert {"outbox.erased", "outbox.withdrawn", "posts.forget_author"} <= jobs
    assert "bao" not in handles, "the name is gone as well"


async def _say_two_things(db):
    viewer = await signed_in(db, await db.read(find_account_by_handle, "ana"))

    def say(uow):
        drafts = (PostDraft(text="un"), PostDraft(text="deux"))
        return [publish_post(uow, viewer, draft).post.id for draft in drafts]

    return await db.write(say)


async def _end_some(db, post_id):
    def end(uow):
        erase_account(uow, find_account_by_handle(uow.session, "bao"))
        take_back(uow, uow.session.get_one(Post, post_id))

    await db.write(end)


def find_account_by_handle(session, handle):
    return session.exec(select(Account).join(Actor).where(Actor.handle == handle)).one()


async def in_place(operator, do, *arguments):
    db = open_database(url_of(operator))
    await db.start()
    try:
        return await do(db, *arguments)
    finally:
        await db.close()


def test_what_the_database_counts_goes_on_after_a_leap(furnished):
    """Apps know things by these numbers: one may not become another."""
    furnished.did("backup", "monday")
    furnished.did("restore", "monday", "--yes")
    with engine_of(url_of(furnished)) as engine, engine.begin() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        # A migration took the counting of notifications away on SQLite: there they follow the last.
        for table in ("push_subscription", "app_subscription", *["notification"] * (not is_sqlite)):
            if is_sqlite:
                seq = "SELECT seq + 1 FROM sqlite_sequence WHERE name = :table"
            else:
                seq = "SELECT nextval(pg_get_serial_sequence(:table, 'id'))"
            assert connection.execute(sa.text(seq), {"table": table}).scalar_one() > LEAP


def test_a_restore_that_fails_half_way_leaves_everything(furnished, monkeypatch):
    furnished.did("backup", "monday")
    furnished.did("account", "create", "late", "--email", "late@example.org")
    before = rows_of(furnished), files_of(furnished)

    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    for engine in (SQLiteEngine, PostgresEngine):
        monkeypatch.setattr(engine, "replace", fails)
    assert "no space left" in furnished("restore", "monday", "--yes").complaint
    assert (rows_of(furnished), files_of(furnished)) == before
    monkeypatch.undo()
    furnished.did("restore", "monday", "--yes")
