"""`fedparents backup` and `fedparents restore`: everything that a place is, out and in again."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from sqlmodel import Session, select

from fedparents import clock, migrations
from fedparents.db import Database, open_database
from fedparents.errors import FedparentsError
from fedparents.instance.models import Instance
from fedparents.settings import Settings
from web.cli.database import upgrade_telling
from web.cli.failures import UPGRADE, Failed
from web.cli.output import moment, say, warn
from web.cli.place import (
    Standing,
    connected,
    find_standing,
    is_missing,
    make_data_dir,
    open_place,
    secret_of,
)
from web.keeping.archive import KEY, ArchiveWriter, Manifest, read_archive, verify, writing
from web.keeping.ended import Ended, end_again, list_ended
from web.keeping.engines import Engine, engine_of
from web.keeping.errors import Unfit

_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_MEGABYTE: Final = 1 << 20


def backup(settings: Settings, *, file: str) -> None:
    """Write all of the place into one file, while it runs, and read it again."""
    path = Path(file)
    if path.exists():
        raise Failed(f"{path} exists already; choose another name")
    if is_missing(settings):
        raise Failed(f"there is no database yet: {UPGRADE}")
    secret = secret_of(settings)
    manifest = asyncio.run(_describe(settings))
    engine = engine_of(settings)
    key = _key_of(settings)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        say("Copying the database ...")
        try:
            copied = engine.copy(Path(folder))
        except Unfit as error:
            raise Failed(str(error)) from error
        manifest = manifest.model_copy(
            update={"columns": copied.columns, "counters": copied.counters}
        )
        with writing(path, key, _Progress("written").more) as archive:
            for name, each in copied.files.items():
                archive.add(name, each)
                each.unlink()  # so that no more room is needed than for two of it
            archive.add_bytes(KEY, secret)
            pictures = _add_pictures(archive, settings.data_dir)
            archive.finish(manifest)
    _verify_written(path, key)
    size = path.stat().st_size / _MEGABYTE
    say(f"Wrote {path} ({size:.1f} MB): the database, the key and {pictures} files of pictures.")
    if key is None:
        say("It is not encrypted: whoever has it can read everything. FEDPARENTS_BACKUP_KEY helps.")


def restore(settings: Settings, *, file: str, yes: bool) -> None:
    """Put a place back as it was in a backup; what stands there is kept beside it."""
    path, key = Path(file), _key_of(settings)
    try:
        _restore(settings, path, key, is_meant=yes)
    except Unfit as error:
        raise Failed(str(error)) from error


def _restore(settings: Settings, path: Path, key: bytes | None, *, is_meant: bool) -> None:
    manifest = verify(path, key, _Progress("read").more)
    made_at = datetime.fromtimestamp(manifest.made_at, UTC)
    _require_fitting(settings, manifest, made_at)
    say(f"A whole backup of {manifest.domain} from {moment(made_at)}.")
    if not is_meant:
        raise Failed("nothing has been changed; --yes puts it in the place of what is here")
    asyncio.run(_Restoring(settings, path, key, manifest).run())


class _Restoring:
    def __init__(
        self, settings: Settings, path: Path, key: bytes | None, manifest: Manifest
    ) -> None:
        self._settings, self._path, self._key = settings, path, key
        self._manifest = manifest
        self._engine: Engine = engine_of(settings)

    async def run(self) -> None:
        make_data_dir(self._settings)
        guard = open_database(self._settings.database, pool=2)
        try:
            _claim(self._settings, guard)
            await self._run()
        finally:
            await guard.close()
        await asyncio.to_thread(upgrade_telling, self._settings, say)
        await self._end_again()
        say("Restored. Start the server again; pages and apps find everything where it was.")

    async def _run(self) -> None:
        self._ended = await _ended_here(self._settings)
        data = self._settings.data_dir
        with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as name:
            folder = Path(name)
            await asyncio.to_thread(self._unpack, folder)
            self._check_secret(folder / KEY)
            say("Making the database ...")
            await asyncio.to_thread(self._engine.stand_beside, folder, self._manifest)
            await _require_alone(self._settings)
            kept = await asyncio.to_thread(self._engine.replace)
            self._replace_secret(folder / KEY)
        if kept:
            say(f"What stood here is kept as {kept}; delete it when all is well.")

    def _unpack(self, folder: Path) -> None:
        def take(name: str, content: BinaryIO) -> None:
            if name.startswith("media/"):
                _put(self._settings.data_dir / name, content)
            else:
                _write(folder / name.removeprefix("tables/"), content)

        read_archive(self._path, self._key, take, _Progress("restored").more)

    def _check_secret(self, restored: Path) -> None:
        given = self._settings.secret_key
        if given and given.get_secret_value().encode() != restored.read_bytes():
            raise Failed(
                "the backup has another secret key than FEDPARENTS_SECRET_KEY says; set that one,"
                " or none, so that the one of the backup is used"
            )

    def _replace_secret(self, restored: Path) -> None:
        target = self._settings.data_dir / KEY
        if self._settings.secret_key:
            return
        if target.exists() and target.read_bytes() != restored.read_bytes():
            target.rename(target.with_name(f"{KEY}.before-{clock.now():%Y%m%d-%H%M%S}"))
        restored.replace(target)

    async def _end_again(self) -> None:
        if not (self._ended.actors or self._ended.posts):
            return
        async with open_place(self._settings) as database:
            people, posts = await database.write(end_again, self._ended)
        if people or posts:
            say(f"Had ended since the backup, and ended again: {people} accounts, {posts} posts.")


class _Progress:
    """One line that counts megabytes, where somebody watches."""

    def __init__(self, what: str) -> None:
        self._what, self._bytes, self._shown = what, 0, 0

    def more(self, count: int) -> None:
        self._bytes += count
        if sys.stdout.isatty() and self._bytes - self._shown >= _MEGABYTE * 10:
            self._shown = self._bytes
            print(f"\r  {self._bytes // _MEGABYTE} MB {self._what} ", end="\r", flush=True)


async def _describe(settings: Settings) -> Manifest:
    async with connected(settings) as database:
        standing = await find_standing(database)
        if standing is Standing.EMPTY:
            raise Failed(f"the database is empty: {UPGRADE}")
        revision = await database.read(migrations.find_revision) or ""
        domain = await database.read(_find_domain) or settings.domain
    return Manifest(
        made_at=clock.now().timestamp(),
        version=version("fedparents"),
        revision=revision,
        engine=engine_of(settings).name,
        domain=domain,
    )


def _find_domain(session: Session) -> str | None:
    return session.exec(select(Instance.domain)).first()


def _add_pictures(archive: ArchiveWriter, data: Path) -> int:
    """After the database: then nothing is missing but what was being deleted."""
    count = 0
    for path in sorted((data / "media").glob("??/??/[!.]*")):
        try:
            archive.add(path.relative_to(data).as_posix(), path)
        except FileNotFoundError:
            continue
        count += 1
    return count


def _verify_written(path: Path, key: bytes | None) -> None:
    try:
        verify(path, key, _Progress("verified").more)
    except Unfit as error:
        path.unlink()
        raise Failed(f"what was written cannot be read again: {error}") from error


def _require_fitting(settings: Settings, manifest: Manifest, made_at: datetime) -> None:
    if manifest.revision not in migrations.revisions():
        raise Failed(
            f"the backup is of a later version of fedparents ({manifest.version}): install that one"
        )
    if manifest.domain != settings.domain and not settings.is_development:
        raise Failed(
            f"this is a backup of {manifest.domain}, but FEDPARENTS_DOMAIN says {settings.domain}"
        )
    if made_at > clock.now() + _CLOCKS_DIFFER:
        raise Failed(
            f"the backup is from {moment(made_at)}, which has not come yet by the clock of this"
            " machine: set it right first, because numbers are made of the time and would be used"
            " twice"
        )


def _claim(settings: Settings, guard: Database) -> None:
    """Nobody can begin to serve a file that is being replaced; raises Conflict."""
    if settings.uses_sqlite:
        from fedparents.db.sqlite import SQLiteDatabase  # loads only the driver that is used

        if isinstance(guard, SQLiteDatabase):
            guard.path.parent.mkdir(parents=True, exist_ok=True)
            guard.claim_serving()


async def _require_alone(settings: Settings) -> None:
    if settings.uses_sqlite:
        return  # its lock is held
    async with connected(settings) as database:
        nodes = await database.living_nodes()
    if nodes and len(nodes) > 1:
        raise Failed("servers or workers run on this database; stop them first")


async def _ended_here(settings: Settings) -> Ended:
    """What must not come back, as far as the database that stands here can say."""
    if is_missing(settings):
        return Ended()
    await _require_alone(settings)
    try:
        async with connected(settings) as database:
            if await find_standing(database) is Standing.EMPTY:
                return Ended()
            return await database.read(list_ended)
    except (Failed, FedparentsError):
        warn(
            "the database that stands here cannot be read: who was erased and what was deleted"
            " since the backup comes back, and has to be ended again by hand"
        )
        return Ended()


def _key_of(settings: Settings) -> bytes | None:
    given = settings.backup_key
    return given.get_secret_value().encode() if given else None


def _put(path: Path, content: BinaryIO) -> None:
    """A picture, unless it is here: nothing is ever changed under one name."""
    if path.exists():
        while content.read(_MEGABYTE):
            pass
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    _write(unfinished, content)
    unfinished.replace(path)


def _write(path: Path, content: BinaryIO) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(content, file, _MEGABYTE)
        file.flush()
        os.fsync(file.fileno())
