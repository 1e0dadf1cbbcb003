"""Parameters of a call as their route wants them: a pydantic model over whatever was sent.

    class NewList(Params):
        title: Required
        exclusive: Flag = False
        account_ids: Ids = Field(default_factory=list)

Apps send words for numbers and flags, one value for a list, and lists as objects with numbers; all
of that is taken. What is not named in the model is ignored.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from starlette.datastructures import UploadFile

from fedparents.errors import Invalid
from web.api.errors import ParamMissing
from web.api.values import Values
from web.routing import read_number

ParamsT = TypeVar("ParamsT", bound="Params")
ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

NO_ID: Final = 0
"""What can be no id: no row has this number."""
_NO: Final = frozenset({"", "false", "0", "f", "no", "off"})
_MOST_DIGITS: Final = 15
_LONGEST: Final = timedelta(days=10 * 365)


class Params(BaseModel):
    """What a route reads; absent is what its default says."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        arbitrary_types_allowed=True,
        defer_build=True,  # when first called: a start does not wait for every route there is
    )


def read_params(values: Values, model: type[ParamsT]) -> ParamsT:
    """Raises ParamMissing for what a route cannot do without, Invalid for what it cannot take."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        complaints = error.errors(include_url=False, include_input=False)
    missing = next((each for each in complaints if each["type"] == "missing"), None)
    if missing is not None:
        raise ParamMissing(name=_name(missing))
    fields = {_name(each): _code(each) for each in complaints}
    raise Invalid(fields)


def span_of(seconds: int) -> timedelta:
    """How long something lasts; not below zero, and not longer than a place thinks ahead."""
    return timedelta(seconds=min(max(seconds, 0), int(_LONGEST.total_seconds())))


def _one(value: object) -> object:
    """The last of several; nothing for an object."""
    if isinstance(value, list):
        return _one(value[-1]) if value else None
    return None if isinstance(value, dict) else value


def _word(value: object) -> str:
    single = _one(value)
    if isinstance(single, bool):
        return "true" if single else "false"
    return str(single) if isinstance(single, str | int | float) else ""


def _required(value: object) -> str:
    word = _word(value)
    if not word.strip():
        raise PydanticCustomError("missing", "missing")
    return word


def _flag(value: object) -> bool:
    return _word(value).lower() not in _NO


def _number(value: object) -> int | None:
    word = _word(value).strip()
    digits = word.removeprefix("-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    return int(word) if is_number else None


def _strict_number(value: object) -> int | None:
    number = _number(value)
    if number is None and _word(value).strip():
        raise PydanticCustomError("not_a_number", "not a number")
    return number


def _id(value: object) -> int | None:
    word = _word(value)
    return (read_number(word) or NO_ID) if word else None


def _list(value: object) -> list[Any]:
    """One value is a list of one; an object with numbers is a list in their order."""
    if isinstance(value, dict):
        if all(key.isascii() and key.isdecimal() for key in value):
            return [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
        return [value]
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _words(value: object) -> list[str]:
    return [word for each in _list(value) if (word := _word(each))]


def _ids(value: object) -> list[int]:
    return [read_number(word) or NO_ID for word in _words(value)]


def _file(value: object) -> UploadFile | None:
    single = _one(value)
    if isinstance(single, UploadFile):
        return single if single.filename or single.size else None
    if _word(single):
        raise PydanticCustomError("no_file", "no file")
    return None


def _time(value: object) -> datetime | None:
    word = _word(value)
    if not word.strip():
        return None
    try:
        time = datetime.fromisoformat(word.strip())
    except ValueError:
        raise PydanticCustomError("not_a_date", "not a date") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _nothing_is_empty(value: object) -> object:
    return {} if value is None else value


def _empty_is_none(value: object) -> object:
    single = _one(value)
    return None if single == "" else single


Word = Annotated[str, BeforeValidator(_word)]
"""Text as it was sent; "" for nothing."""
MaybeWord = Annotated[str | None, BeforeValidator(_word)]
"""The same with None for what was not sent at all: `name: MaybeWord = None`."""
Required = Annotated[str, BeforeValidator(_required)]
Flag = Annotated[bool, BeforeValidator(_flag)]
MaybeFlag = Annotated[bool | None, BeforeValidator(_flag)]
Number = Annotated[int | None, BeforeValidator(_number)]
"""What is no number counts as absent."""
StrictNumber = Annotated[int | None, BeforeValidator(_strict_number)]
"""What is no number is refused."""
Id = Annotated[int | None, BeforeValidator(_id, json_schema_input_type=str | None)]
"""NO_ID for what can be none."""
Words = Annotated[list[str], BeforeValidator(_words)]
Ids = Annotated[list[int], BeforeValidator(_ids, json_schema_input_type=list[str])]
Several = BeforeValidator(_list)
"""A list of objects: `pairs: Annotated[list[Pair], Several]`."""
Whole = BeforeValidator(_nothing_is_empty)
"""An object that counts as not sent when it is null: `source: Annotated[Source, Whole]`."""
File = Annotated[UploadFile | None, BeforeValidator(_file)]
Time = Annotated[datetime | None, BeforeValidator(_time)]
"""Without a time zone it is meant as UTC."""
Optional = BeforeValidator(_empty_is_none)
"""Nothing and "" are None: `visibility: Annotated[Visibility | None, Optional] = None`."""

_CODES: Final = {
    "enum": "choose_one",
    "literal_error": "choose_one",
    "not_a_number": "not_a_number",
    "not_a_date": "not_a_date",
    "no_file": "no_file",
}


def _name(complaint: ErrorDetails) -> str:
    return ".".join(str(part) for part in complaint["loc"])


def _code(complaint: ErrorDetails) -> str:
    return _CODES.get(complaint["type"], "invalid")
