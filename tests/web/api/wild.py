"""Values that nobody foresees, for calls that nobody would write."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

T = TypeVar("T")

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", " ", "\x00", "\xed\xa0\x80", "\u202e", "🧒" * 99, "x" * 6000]),
    st.sampled_from(["open", "true", "manager", "1" * 18, "9" * 40]),
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),  # JSON has neither
        WORDS,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def the_same_each_time(strategy: st.SearchStrategy[T], many: int) -> list[T]:
    """So many examples, the same ones in each run: what fails here fails again."""
    found: list[T] = []

    @settings(
        max_examples=many,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found
