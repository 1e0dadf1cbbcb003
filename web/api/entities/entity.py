"""How values look in the client API: ids as text, times with three decimals, JSON as it is read."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


def _moment(time: datetime) -> str:
    # Toot! and IceCubes read exactly this form and no other of ISO 8601.
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Id = Annotated[int, PlainSerializer(str, return_type=str)]
"""Digits in quotation marks: JavaScript would lose the last ones of a number."""
Moment = Annotated[
    datetime, PlainSerializer(_moment), Field(json_schema_extra={"format": "date-time"})
]


def spelled(words: type[StrEnum]) -> WithJsonSchema:
    """In its place: two kinds of audience would need two names in the description."""
    return WithJsonSchema({"type": "string", "enum": [each.value for each in words]})


class Entity(BaseModel):
    """Every field is always present; what is unknown is null, an empty list or an empty text."""

    model_config = ConfigDict(frozen=True, extra="forbid")
