"""What can become of an answer to an invitation (features 4.23): one table, tested row by row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fedparents.errors import Conflict


class RsvpState(StrEnum):
    """Where somebody stands who has answered."""

    GOING = "going"
    MAYBE = "maybe"
    WAITING = "waiting"
    OFFERED = "offered"
    """A place is kept for them for some hours."""
    DECLINED = "declined"
    PASSED = "passed"
    """They let their hours go by: the place went to the next."""


class Step(StrEnum):
    """What happens to an answer."""

    FIND_ROOM = "find_room"
    """They want to come, and all of them fit."""
    FIND_NO_ROOM = "find_no_room"
    HESITATE = "hesitate"
    DECLINE = "decline"
    GET_OFFER = "get_offer"
    LET_LAPSE = "let_lapse"


HOLDING: Final = frozenset((RsvpState.GOING, RsvpState.OFFERED))
"""Those whose places are taken."""

_S, _T = RsvpState, Step
_AFRESH: Final = (None, _S.MAYBE, _S.DECLINED, _S.PASSED)
MOVES: Final[Mapping[tuple[RsvpState | None, Step], RsvpState]] = {
    **{(state, _T.FIND_ROOM): _S.GOING for state in (None, *RsvpState)},
    **{(state, _T.FIND_NO_ROOM): _S.WAITING for state in (*_AFRESH, _S.WAITING)},
    # Who holds a place and would need more than there is keeps what they have.
    **{(state, _T.HESITATE): _S.MAYBE for state in (None, *RsvpState)},
    **{(state, _T.DECLINE): _S.DECLINED for state in (None, *RsvpState)},
    (_S.WAITING, _T.GET_OFFER): _S.OFFERED,
    (_S.OFFERED, _T.LET_LAPSE): _S.PASSED,
}
_REFUSALS: Final = {Step.FIND_NO_ROOM: "party_does_not_fit"}


def after(state: RsvpState | None, step: Step) -> RsvpState:
    """Where somebody stands then; raises Conflict for a step that is not possible from there."""
    found = MOVES.get((state, step))
    if found is None:
        raise Conflict(_REFUSALS.get(step, "answer_not_possible"))
    return found


def begins_anew(state: RsvpState | None) -> bool:
    """Whether whoever wants to come now stands at the end of those who wait."""
    return state in _AFRESH
