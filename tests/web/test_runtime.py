"""A process starts whole or says in one line why not, and ends in order."""

import asyncio
import errno
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from fedparents.jobs.models import JobState
from fedparents.jobs.queries import count_jobs
from web.runtime import CannotStart, open_runtime, secret_of

pytestmark = pytest.mark.both_engines


async def test_a_secret_is_made_once_and_kept_private(settings):
    first = open_runtime(settings).secret
    assert open_runtime(settings).secret == first
    assert len(first) >= 32
    path = settings.data_dir / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in settings.data_dir.glob("*secret*")] == ["secret.key"]


def test_processes_that_start_at_once_agree_on_the_secret(settings):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret_of(settings), range(32)))
    assert len(found) == 1


def test_a_secret_that_is_cut_short_is_not_used(settings):
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "secret.key").write_bytes(b"short")
    with pytest.raises(CannotStart, match="cut short"):
        open_runtime(settings)


def test_a_secret_of_the_settings_leaves_no_file(settings):
    given = settings.model_copy(update={"secret_key": SecretStr("s" * 40)})
    assert open_runtime(given).secret == b"s" * 40
    assert not (settings.data_dir / "secret.key").exists()


async def test_a_database_without_tables_is_not_served(settings, tmp_path):
    empty = settings.model_copy(
        update={"database_url": SecretStr(f"sqlite:///{tmp_path / 'empty.db'}")}
    )
    with pytest.raises(CannotStart, match="fedparents db upgrade"):
        await open_runtime(empty).start()


@pytest.mark.sqlite_only
async def test_one_file_has_one_server(settings, runtime):
    with pytest.raises(CannotStart, match="another"):
        await open_runtime(settings).start()
    worker = open_runtime(settings)
    await worker.start(serves=False)
    await worker.close()


async def test_a_place_keeps_its_name(settings, runtime):
    await runtime.close()
    moved = settings.model_copy(update={"domain": "meudon.example"})
    with pytest.raises(CannotStart, match="FEDPARENTS_DOMAIN=issy"):
        await open_runtime(moved).start()


async def test_facts_wake_the_worker_and_every_day_has_its_work(settings):
    inside = settings.model_copy(update={"worker": "inside"})
    place = open_runtime(inside)
    await place.start()
    try:
        for _ in range(1500):
            if (await place.db.read(count_jobs))[JobState.WAITING]:
                break
            await asyncio.sleep(0.02)
        assert (await place.db.read(count_jobs))[JobState.WAITING] >= 1
    finally:
        await place.close()
    assert not place._working


async def test_a_disk_that_takes_nothing_more_still_shows_pages(place, visitor, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    place.templates.cache.clear()
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    monkeypatch.setattr(place.templates.bytecode_cache, "directory", "/nowhere")
    assert (await visitor.get("/preferences")).status_code == 200
