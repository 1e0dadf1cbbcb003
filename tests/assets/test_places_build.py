"""The list of communes is made from what the packages hold, and always the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets import places

ROOT = Path(__file__).parent.parent.parent


def test_what_it_reads_is_there_and_small():
    """Freshness is asked at every start, so the data themselves are not read for it."""
    inputs = places.inputs(ROOT)
    assert all(path.is_file() for path in inputs)
    assert sum(path.stat().st_size for path in inputs) < 200_000


def test_building_again_gives_the_same_bytes(tmp_path, capsys):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    places.build(tmp_path)
    [output] = places.outputs(tmp_path)
    assert output.read_bytes() == places.outputs(ROOT)[0].read_bytes()
    assert output.stat().st_size < 1_000_000
    [line] = capsys.readouterr().out.splitlines()
    assert "exact positions for" in line


def test_a_missing_package_is_named():
    with pytest.raises(RuntimeError, match="no-such-package"):
        places._record_of("no-such-package")
