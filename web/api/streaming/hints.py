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


OF_FACTS: Final[Mapping[type[Fact], Callable[[Any], Hint]]] = {
    PostPublished: lambda fact: Hint(What.SAID, fact.post_id),
    PostEdited: lambda fact: Hint(What.CHANGED, fact.post_id),
    PostArranged: lambda fact: Hint(What.CHANGED, fact.post_id),
    PostNarrowed: lambda fact: Hint(What.NARROWED, fact.post_id),
    PostWithdrawn: lambda fact: Hint(What.GONE, fact.post_id),
    FiltersChanged: lambda fact: Hint(What.FILTERS, fact.account_id),
    AccessEnded: lambda _fact: Hint(What.ENDED),
    AccountErased: lambda _fact: Hint(What.ENDED),
}
"""What a commit says by itself. Homes are filled later, and tell it then."""


class Hints:
    """Tells the streams of all processes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def tell(self, what: What, number: int) -> None:
        self._bus.publish(CHANNEL, Hint(what, number).written())

    def tell_facts(self, facts: Sequence[Fact]) -> None:
        """From the thread that has committed them."""
        for fact in facts:
            hint_of = OF_FACTS.get(type(fact))
            if hint_of is not None:
                self._bus.publish(CHANNEL, hint_of(fact).written())
