"""`Dislike`: somebody elsewhere does not like what was said, of which nobody here hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.like import end_thanks
from federation.activities.pairs import get_sender
from fedparents.db import UnitOfWork

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_dislike(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Forums send it in place of a like that was there: that is over."""
    sender = get_sender(uow.session, signed)
    end_thanks(uow, base_url, sender.actor.id, signed.document.get("object"))
