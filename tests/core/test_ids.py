"""Ids grow with time, whatever the clock and the threads do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents import clock
from fedparents.ids import NODES, IdGenerator, first_id_at, time_of


def test_an_id_tells_when_it_was_made():
    before = clock.now()
    made = time_of(IdGenerator()())
    assert before - timedelta(milliseconds=1) <= made <= clock.now()


def test_ids_fit_a_signed_64_bit_number_until_long_after_us():
    year_3000 = datetime(3000, 1, 1, tzinfo=UTC)
    assert first_id_at(year_3000) < 2**63


@given(st.lists(st.integers(-5000, 5000), min_size=1, max_size=200))
def test_ids_grow_even_when_the_clock_goes_back(steps):
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    moments = iter([now + timedelta(milliseconds=step) for step in steps])
    new_id = IdGenerator(3)
    clock.set_source(lambda: next(moments))
    try:
        made = [new_id() for _ in steps]
    finally:
        clock.set_source(None)
    assert made == sorted(set(made))


def test_a_burst_in_one_millisecond_has_no_two_alike(clock):
    new_id = IdGenerator()
    assert len({new_id() for _ in range(5000)}) == 5000


def test_threads_never_get_the_same_id():
    new_id = IdGenerator()
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(20_000)))
    assert len(set(made)) == len(made)


def test_two_processes_in_the_same_millisecond_differ(clock):
    assert IdGenerator(1)() != IdGenerator(2)()


@pytest.mark.parametrize("node", [-1, NODES])
def test_a_node_number_out_of_range_is_refused(node):
    with pytest.raises(ValueError, match="node"):
        IdGenerator(node)
