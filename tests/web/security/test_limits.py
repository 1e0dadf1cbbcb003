"""Limits hold within every window, say when to come back, and do not grow."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.errors import LimitReached
from web.security.limits import _MOST_COUNTS, Limiter, Rate

FIVE_A_MINUTE = Rate(5, timedelta(minutes=1))


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_passes_and_then_it_is_enough():
    watch = Watch()
    limiter = Limiter(stopwatch=watch)
    for _ in range(5):
        limiter.use("form", "ana", FIVE_A_MINUTE)
    with pytest.raises(LimitReached) as reached:
        limiter.use("form", "ana", FIVE_A_MINUTE)
    assert reached.value.retry_after == timedelta(seconds=12)
    limiter.use("form", "bao", FIVE_A_MINUTE)
    limiter.use("mail", "ana", FIVE_A_MINUTE)


def test_coming_back_when_told_is_enough():
    watch = Watch()
    limiter = Limiter(stopwatch=watch)
    for _ in range(5):
        limiter.use("form", "ana", FIVE_A_MINUTE)
    for _ in range(3):
        with pytest.raises(LimitReached) as reached:
            limiter.use("form", "ana", FIVE_A_MINUTE)
        assert reached.value.retry_after is not None
        watch.seconds += reached.value.retry_after.total_seconds()
        limiter.use("form", "ana", FIVE_A_MINUTE)


@given(st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=80))
def test_a_window_never_holds_twice_the_limit(pauses):
    """A burst of five and what has been given back meanwhile: at most nine in any minute."""
    watch = Watch()
    limiter = Limiter(stopwatch=watch)
    passed = []
    for pause in pauses:
        watch.seconds += pause
        with contextlib.suppress(LimitReached):
            limiter.use("form", "ana", FIVE_A_MINUTE)
            passed.append(watch.seconds)
    for begun in passed:
        assert sum(begun <= moment < begun + 60 for moment in passed) <= 10


def test_a_flood_of_addresses_cannot_fill_the_memory():
    limiter = Limiter(stopwatch=Watch())
    for number in range(_MOST_COUNTS + 10):
        limiter.use("page", f"address {number}", FIVE_A_MINUTE)
    assert len(limiter._given_back_at) <= _MOST_COUNTS


def test_it_can_be_off():
    limiter = Limiter(is_on=False, stopwatch=Watch())
    for _ in range(100):
        limiter.use("form", "ana", FIVE_A_MINUTE)
