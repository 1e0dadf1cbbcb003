"""The Report machine, row by row: what is not in the table does not happen."""

from itertools import product

import pytest

from fedparents.errors import Conflict
from fedparents.moderation.machine import TURNS, Turn, hold_report, take_turn
from fedparents.moderation.models import Category, Report, ReportState, SubjectKind

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("state", "turn"), list(product(ReportState, Turn)))
async def test_every_row_of_the_table(bare_db, clock, state, turn):
    def make(uow):
        report = Report(
            id=uow.new_id(),
            subject_kind=SubjectKind.ADDRESS,
            category=Category.OTHER,
            state=state,
            created_at=uow.now,
        )
        uow.session.add(report)
        return report.id

    report_id = await bare_db.write(make)

    def turn_it(uow):
        report = hold_report(uow, report_id)
        take_turn(uow, report, turn, by=None)
        return report.state

    there = TURNS.get((state, turn))
    if there is None:
        with pytest.raises(Conflict):
            await bare_db.write(turn_it)
        there = state
    else:
        assert await bare_db.write(turn_it) == there
    stored = await bare_db.read(lambda session: session.get_one(Report, report_id))
    assert stored.state == there
    assert (stored.closed_at is not None) == (
        there == ReportState.CLOSED and (state, turn) in TURNS
    )


def test_the_table_is_that_of_the_features():
    """features 4.15: received → (hidden) → assigned → decided → appealed → closed."""
    states = ReportState
    assert TURNS[states.RECEIVED, Turn.HIDE] == states.HIDDEN
    for open_state in (states.RECEIVED, states.HIDDEN):
        assert TURNS[open_state, Turn.TAKE] == states.ASSIGNED
    assert TURNS[states.ASSIGNED, Turn.DECIDE] == states.DECIDED
    assert TURNS[states.DECIDED, Turn.APPEAL] == states.APPEALED
    assert TURNS[states.APPEALED, Turn.CLOSE] == states.CLOSED
    ends = {there for there in TURNS.values()} - {state for state, _ in TURNS}
    assert ends == set()  # even what is closed can be objected to, or lifted
