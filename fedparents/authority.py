"""Who acts for the place: somebody who is signed in, as far as their role goes, or the operator.

Services and queries that are for administrators or moderators take whoever asks and look here
themselves; that a page is not shown is not what keeps others out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from fedparents.errors import NotFound


class Authority(Protocol):
    """A viewer, or the operator."""

    @property
    def actor_id(self) -> int | None:
        """For the record of decisions; None is nobody by name."""

    @property
    def is_admin(self) -> bool: ...

    @property
    def is_moderator(self) -> bool:
        """Also true for admins."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever has the shell of the machine, or the code that its terminal shows: may everything."""

    actor_id: None = None
    is_admin: bool = True
    is_moderator: bool = True


OPERATOR: Final = Operator()


def require_administrator(by: Authority) -> None:
    """Raises NotFound: who may not administer may not know that there is something to see."""
    if not by.is_admin:
        raise NotFound


def require_moderator(by: Authority) -> None:
    """Raises NotFound, for the same reason."""
    if not by.is_moderator:
        raise NotFound
