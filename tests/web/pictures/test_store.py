"""A file is in the store whole or not at all, and nobody can ask for anything else."""

import os
import subprocess
import sys

import pytest

from fedparents.errors import NotFound, Unavailable
from web.pictures.store import LocalStore, key_of, keys_of

NAME = "3f" * 16
KEY = f"{NAME}.jpg"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "media"


@pytest.fixture
def store(folder):
    return LocalStore(folder)


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_put_get_delete(store, folder):
    store.put(KEY, b"a picture")
    assert store.get(KEY) == b"a picture"
    assert files_in(folder) == [f"3f/3f/{KEY}"]
    assert (folder / "3f" / "3f" / KEY).stat().st_mode & 0o777 == 0o600
    store.delete(KEY)
    store.delete(KEY)
    assert files_in(folder) == []
    with pytest.raises(NotFound):
        store.get(KEY)


def test_keys():
    assert key_of(KEY, small=True) == f"{NAME}-small.jpg"
    assert key_of(KEY, small=False) == KEY
    assert len(keys_of(NAME)) == 4
    assert {key_of(KEY, small=True), KEY} < set(keys_of(NAME))


@pytest.mark.parametrize(
    "key",
    ["", "../../secret.key", "/etc/passwd", f"{NAME}.html", f"{NAME}.jpg\n", f".{KEY}", f"{NAME}/x",
     NAME.upper() + ".jpg", "ab.jpg", f"{NAME}-small", f"{NAME}.jpg/..", "\x00" * 32 + ".jpg"],
)  # fmt: skip
def test_nothing_else_can_be_asked_for(store, key):
    for call in (store.get, store.delete, lambda it: store.put(it, b"")):
        with pytest.raises(NotFound):
            call(key)


def test_what_a_crash_left_is_no_picture_and_goes_with_it(store, folder):
    store.put(KEY, b"whole")
    (folder / "3f" / "3f" / f".{KEY}").write_bytes(b"hal")
    assert store.get(KEY) == b"whole"
    store.delete(KEY)
    assert files_in(folder) == []


def test_a_full_disk_leaves_nothing_half_written(folder):
    """The kernel refuses to write more than so many bytes, as a full disk does."""
    program = f"""
import resource, signal, sys
from pathlib import Path
from fedparents.errors import Unavailable
from web.pictures.store import LocalStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    LocalStore(Path(sys.argv[1])).put("{KEY}", bytes(5000))
except Unavailable as error:
    print(error.code)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "store_full\n"
    assert files_in(folder) == []


def test_a_folder_that_cannot_be_written_is_said(store, folder):
    folder.write_text("a file where the folder should be")
    with pytest.raises(Unavailable) as unavailable:
        store.put(KEY, b"x")
    assert unavailable.value.code == "store_unavailable"
    with pytest.raises(Unavailable):
        store.get(KEY)


def test_it_is_durable_when_put_returns(store, monkeypatch):
    synced, sync = [], os.fsync

    def note(handle):
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    store.put(KEY, b"x")
    kinds = [path.rpartition("/")[2] for path in synced]
    assert f".{KEY}" in kinds
    assert kinds[-1] == "3f"
