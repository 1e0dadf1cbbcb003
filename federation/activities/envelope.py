"""An activity's envelope: who does what with what, and who is to read of it."""

from __future__ import annotations

from federation.audience import Addressed
from federation.reading import Json, JsonObject


def activity(
    uri: str, verb: str, actor: str, thing: Json, envelope: Addressed, **more: Json
) -> JsonObject:
    """An activity as it is queued; `more` is what this verb says besides.

    It decides nothing: who may really read it is looked at by the border, which believes no caller.
    """
    return {
        "id": uri,
        "type": verb,
        "actor": actor,
        "to": list(envelope.to),
        "cc": list(envelope.cc),
        "object": thing,
        **more,
    }
