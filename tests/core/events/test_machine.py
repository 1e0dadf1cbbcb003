"""What can become of an answer, row by row."""

from __future__ import annotations

from itertools import product

import pytest

from fedparents.errors import Conflict
from fedparents.events.machine import HOLDING, RsvpState, Step, after, begins_anew

G, M, W, O, D, P = (  # noqa: E741 - one letter a state keeps the table on its lines
    RsvpState.GOING,
    RsvpState.MAYBE,
    RsvpState.WAITING,
    RsvpState.OFFERED,
    RsvpState.DECLINED,
    RsvpState.PASSED,
)
STATES = (None, G, M, W, O, D, P)
TABLE = {
    Step.FIND_ROOM: (G, G, G, G, G, G, G),
    Step.FIND_NO_ROOM: (W, "party_does_not_fit", W, W, "party_does_not_fit", W, W),
    Step.HESITATE: (M, M, M, M, M, M, M),
    Step.DECLINE: (D, D, D, D, D, D, D),
    Step.GET_OFFER: (*["answer_not_possible"] * 3, O, *["answer_not_possible"] * 3),
    Step.LET_LAPSE: (*["answer_not_possible"] * 4, P, *["answer_not_possible"] * 2),
}


@pytest.mark.parametrize(("step", "number"), list(product(Step, range(len(STATES)))))
def test_every_step_leads_where_the_table_says(step, number):
    state, wanted = STATES[number], TABLE[step][number]
    if isinstance(wanted, RsvpState):
        assert after(state, step) is wanted
    else:
        with pytest.raises(Conflict) as refused:
            after(state, step)
        assert refused.value.code == wanted


def test_a_place_is_taken_by_who_comes_and_kept_for_who_is_asked():
    assert {G, O} == HOLDING


def test_only_who_has_never_waited_or_gave_up_begins_at_the_end():
    assert [begins_anew(state) for state in STATES] == [True, False, True, False, False, True, True]
