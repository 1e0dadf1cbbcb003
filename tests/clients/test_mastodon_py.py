"""Mastodon.py's own tests, live against a place of ours."""

import pytest

from tests.clients.suites import MASTODON_PY as SUITE


@pytest.mark.parametrize("name", SUITE.passes)
def test_a_test_of_the_library_passes(mastodon_py, name):
    result = mastodon_py.results.get(name)
    assert result is not None, f"nobody heard of it\n{mastodon_py.output[-4000:]}"
    assert result.how == "passed", result.why


def test_every_test_of_the_library_is_on_one_list(mastodon_py):
    listed = [*SUITE.passes, *SUITE.excluded, *SUITE.owed]
    assert len(listed) == len(set(listed))
    assert sorted(mastodon_py.collected - set(listed)) == [], "on no list"
    assert sorted(set(listed) - mastodon_py.collected) == [], "the library has no such test"


def test_every_test_that_is_left_out_has_a_reason():
    assert all((SUITE.excluded | SUITE.owed).values())
