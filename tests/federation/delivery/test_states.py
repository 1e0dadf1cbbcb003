"""What an answer means, and how a town stands after it."""

from datetime import timedelta

import pytest

from federation.delivery.models import Trouble
from federation.delivery.states import (
    ASLEEP_AFTER,
    BACK_OFF,
    PROBE,
    Reading,
    Standing,
    Verdict,
    next_attempt,
    next_standing,
    read_status,
)
from tests.rig.time import A_MONDAY as NOW

SENT = Reading(Verdict.SENT, status=202)
DOWN = Reading(Verdict.DOWN, Trouble.NO_ANSWER)


def after(standing, *readings, now=NOW):
    return next_standing(standing, readings, now=now, jitter=lambda: 0.0)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *((status, Verdict.SENT) for status in (200, 201, 202, 204)),
        *((status, Verdict.BUSY) for status in (408, 424, 425, 429)),
        *((status, Verdict.DOWN) for status in (500, 502, 503, 504, 521)),
        *((status, Verdict.GIVEN_UP) for status in (302, 400, 403, 404, 405, 406, 413, 415, 422)),
        (501, Verdict.GIVEN_UP),
        (401, Verdict.LATER),
        (410, Verdict.GONE),
    ],
)
def test_every_status_means_one_thing(status, verdict):
    assert read_status(status, None, attempts=0).verdict == verdict


def test_a_signature_that_is_not_accepted_is_tried_three_times():
    verdicts = [read_status(401, None, attempts=n).verdict for n in range(3)]
    assert verdicts == [Verdict.LATER, Verdict.LATER, Verdict.GIVEN_UP]


def test_a_failing_town_that_says_when_is_busy():
    assert read_status(503, timedelta(minutes=5), attempts=0).verdict == Verdict.BUSY


def test_pauses_grow_from_a_minute_to_twelve_hours_and_then_a_day():
    standing, now, pauses = Standing(), NOW, []
    for _ in range(25):
        standing = after(standing, DOWN, now=now)
        pauses.append(standing.rests_until - now)
        now = standing.rests_until
    assert pauses[: len(BACK_OFF)] == list(BACK_OFF)
    assert pauses[len(BACK_OFF)] == timedelta(hours=12)
    assert pauses[-1] == PROBE
    assert standing.is_asleep(now)
    assert standing.failing_since == NOW
    assert pauses.index(PROBE) <= ASLEEP_AFTER / timedelta(hours=12) + len(BACK_OFF)


def test_a_town_that_answers_is_well_and_gets_more_by_and_by():
    standing = Standing(5, NOW, NOW, 1)
    at_once = []
    for _ in range(4):
        standing = after(standing, SENT)
        at_once.append(standing.at_once)
    assert at_once == [2, 4, 4, 4]
    assert (standing.failures, standing.failing_since, standing.rests_until) == (0, None, None)


def test_a_refusal_is_an_answer_too():
    refused = Reading(Verdict.GIVEN_UP, Trouble.REFUSED, 403)
    assert after(Standing(3, NOW, NOW, 1), refused).failures == 0


def test_a_busy_town_rests_as_long_as_it_says_and_a_day_at_most():
    busy = Reading(Verdict.BUSY, Trouble.BUSY, 429, timedelta(minutes=10))
    assert after(Standing(), SENT, busy).rests_until == NOW + timedelta(minutes=10)
    weeks = Reading(Verdict.BUSY, Trouble.BUSY, 429, timedelta(weeks=3))
    assert after(Standing(), weeks).rests_until == NOW + timedelta(days=1)
    silent = Reading(Verdict.BUSY, Trouble.BUSY, 429)
    assert after(Standing(), silent).rests_until == NOW + BACK_OFF[0]


def test_nothing_tried_changes_nothing():
    standing = Standing(2, NOW, NOW, 1)
    assert after(standing, Reading(Verdict.SKIPPED)) == standing


def test_who_asks_in_vain_goes_behind_the_others():
    standing = after(Standing(), DOWN)
    again = next_attempt(DOWN, standing, attempts=0, now=NOW)
    assert again > standing.rests_until


def test_what_alone_is_not_taken_waits_alone():
    standing = after(Standing(), SENT, DOWN)
    assert standing.failures == 0
    waits = [next_attempt(DOWN, standing, attempts=n, now=NOW) - NOW for n in range(5)]
    assert waits == [timedelta(minutes=m) for m in (1, 10, 60, 60, 60)]
