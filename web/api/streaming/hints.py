"""Hints that something has happened which open streams may tell of: one short line on the bus.

They name what happened and one number. Whoever gets one asks the database who may know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from fedparents.accounts.facts import AccessEnded, AccountErased
from fedparents.db import Fact
from fedparents.jobs import Bus
from fedparents.posts.facts import (
    PostArranged,
    PostEdited,
    PostNarrowed,
    PostPublished,
    PostWithdrawn,
)
from fedparents.social.facts import FiltersChanged

CHANNEL: Final = "streams"


class What(StrEnum):
    SAID = "said"
    """A post can be read; in the lists of the town, of hashtags and of groups."""
    HOME = "home"
    """It has come to the homes of its readers."""
    PASSED_ON = "passed_on"
    """What somebody passes on has; the number is that of the share."""
    CHANGED = "changed"
    NARROWED = "narrowed"
    GONE = "gone"
    FILTERS = "filters"
    """Of the account with this number."""
    ENDED = "ended"
    """Somebody's access."""


class Hint(NamedTuple):
    what: What
    number: int = 0

    def written(self) -> str:
        return f"{self.what} {self.number}"

    @classmethod
    def read(cls, message: str) -> Hint:
        what, _, number = message.partition(" ")
        return cls(What(what), int(number))


def _said(fact: PostPublished) -> list[Hint]:
    """Homes are mostly filled later, by a job that tells it then."""
    said = Hint(What.SAID, fact.post_id)
    return [said, Hint(What.HOME, fact.post_id)] if fact.is_home else [said]


OF_FACTS: Final[Mapping[type[Fact], Callable[[Any], list[Hint]]]] = {
    PostPublished: _said,
    PostEdited: lambda fact: [Hint(What.CHANGED, fact.post_id)],
    PostArranged: lambda fact: [Hint(What.CHANGED, fact.post_id)],
    PostNarrowed: lambda fact: [Hint(What.NARROWED, fact.post_id)],
    PostWithdrawn: lambda fact: [Hint(What.GONE, fact.post_id)],
    FiltersChanged: lambda fact: [Hint(What.FILTERS, fact.account_id)],
    AccessEnded: lambda _fact: [Hint(What.ENDED)],
    AccountErased: lambda _fact: [Hint(What.ENDED)],
}
"""What a commit says by itself."""


class Hints:
    """Tells the streams of all processes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def tell(self, what: What, number: int) -> None:
        self._bus.publish(CHANNEL, Hint(what, number).written())

    def tell_facts(self, facts: Sequence[Fact]) -> None:
        """From the thread that has committed them."""
        for fact in facts:
            hints_of = OF_FACTS.get(type(fact))
            for hint in hints_of(fact) if hints_of is not None else ():
                self._bus.publish(CHANNEL, hint.written())
