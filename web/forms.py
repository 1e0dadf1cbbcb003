"""Forms between browser and service: what was typed, what is wrong with it, and sending it once.

A form is a pydantic model. Its fields check that answers are there and of the right kind; what they
mean is checked by the core, whose complaints come back to the same fields.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from fedparents.db import UnitOfWork
from fedparents.errors import FedparentsError, Invalid
from fedparents.text import clean_line, clean_text
from web.i18n.words import FIELD_WORDS, say
from web.once import run_once
from web.security.csrf import FIELD as TOKEN_FIELD
from web.visit import runtime_of, visit_of

P = ParamSpec("P")
T = TypeVar("T")
FormT = TypeVar("FormT", bound="Form")

KEY_FIELD: Final = "form_key"
WHOLE_FORM: Final = "form"
"""Where a complaint stands that is about no field."""
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_SECRET = re.compile("password")
_MOST_DIGITS: Final = 15
"""What no answer needs, and what every database can hold."""


class Form(BaseModel):
    """What a page's form may hold. Other fields are ignored, absent ones are missing."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        arbitrary_types_allowed=True,
        validate_default=True,
        defer_build=True,  # when first sent: a start does not wait for every form there is
    )

    words: ClassVar[Mapping[str, str]] = {}
    """Better sentences than the usual ones, by "field.code" or by code, marked with N_."""


@dataclass(slots=True)
class FormState:
    """A form as it is shown: what was typed, what is wrong, and the key that makes it unique."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Sentences in the reader's language, by field, or under "form"."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    words: Mapping[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()

    def complain(self, error: FedparentsError, at: str = WHOLE_FORM) -> None:
        """Show what a service said: at the fields that it names, or at the one given here."""
        codes = error.fields if isinstance(error, Invalid) else {at: error.code}
        for name, code in codes.items():
            self.add_error(name, code, **error.params)

    def add_error(self, name: str, code: str, **params: object) -> None:
        """A complaint at a field of the form, else over the whole form; the first one stays."""
        place = name if name in self.fields else WHOLE_FORM
        own = self.words.get(f"{name}.{code}")
        self.errors.setdefault(place, say(code, params, {code: own} if own else self.words))


def new_form(
    values: Mapping[str, object] | None = None, *, of: type[Form] | None = None
) -> FormState:
    """A form that nobody has sent yet, filled in with `values`."""
    return FormState(
        values={name: _typed(value) for name, value in (values or {}).items()},
        words=of.words if of else {},
        fields=frozenset(of.model_fields) if of else frozenset(values or {}),
    )


async def read_form(request: Request, model: type[FormT]) -> tuple[FormT | None, FormState]:
    """What was sent, and the form to show again; None when something is wrong with it."""
    sent = visit_of(request).form or FormData()
    state = FormState(
        values=typed_values(sent),
        key=_key_of(sent),
        words=model.words,
        fields=frozenset(model.model_fields),
    )
    answers = _input(sent, model)
    for name, answer in answers.items():
        if any("\x00" in each for each in _texts(answer)):
            state.add_error(name, "null_character")
    try:
        valid = model.model_validate(answers)
        return None if state.errors else valid, state
    except ValidationError as error:
        for complaint in error.errors(include_url=False, include_input=True):
            _add(state, complaint)
        return None, state


async def submit_once(
    request: Request,
    form: FormState,
    where: Callable[[T], str],
    service: Callable[Concatenate[UnitOfWork, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> str:
    """Run a service for a form, once however often it is sent; the path that it leads to.

    `where` makes that path of the service's result.
    """
    return await run_once(runtime_of(request).db, form.key, where, service, *args, **kwargs)


def typed_values(sent: FormData, *, with_secrets: bool = True) -> dict[str, str]:
    """The words that were typed, without the form's own fields and files."""
    return {
        name: value.replace("\x00", "")
        for name, value in sent.items()
        if isinstance(value, str)
        and name not in (TOKEN_FIELD, KEY_FIELD)
        and (with_secrets or not _SECRET.search(name))
    }


def line(*, at_most: int, at_least: int = 1) -> BeforeValidator:
    """One line of clean text: `name: Annotated[str, line(at_most=60)]`."""
    return BeforeValidator(lambda value: _measured(clean_line, value, at_least, at_most))


def text(*, at_most: int, at_least: int = 0) -> BeforeValidator:
    """Clean text of several lines."""
    return BeforeValidator(lambda value: _measured(clean_text, value, at_least, at_most))


def _measured(clean: Callable[[str], str], value: object, at_least: int, at_most: int) -> str:
    try:
        cleaned = clean(value if isinstance(value, str) else "")
    except Invalid as error:
        raise _complaint(next(iter(error.fields.values()))) from None
    if at_least and not cleaned:
        raise _complaint("missing")
    if len(cleaned) < at_least:
        raise _complaint("too_short", at_least=at_least)
    if len(cleaned) > at_most:
        raise _complaint("too_long", at_most=at_most)
    return cleaned


def _checked(value: object) -> object:
    return value not in ("", "no", "false", "0", None, False)


def _must_be_checked(value: object) -> object:
    if not _checked(value):
        raise _complaint("tick_to_continue")
    return True


def _digits(value: object) -> object:
    """Digits of any script, with spaces around and between: ๑๒ and 1 200 are numbers."""
    if not isinstance(value, str):
        return value
    bare = "".join(value.split())
    if not bare:
        raise _complaint("missing")
    if len(bare) > _MOST_DIGITS:
        raise _complaint("not_a_number")
    try:
        return int(bare)
    except ValueError:
        raise _complaint("not_a_number") from None


def _optional_digits(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else _digits(value)


Checked = Annotated[bool, BeforeValidator(_checked)]
"""A box that may be ticked; give it the default False, since browsers send only ticked ones."""
MustBeChecked = Annotated[bool, BeforeValidator(_must_be_checked)]
"""A box that has to be ticked; its default is False too, and is validated."""
Number = Annotated[int, BeforeValidator(_digits)]
OptionalNumber = Annotated[int | None, BeforeValidator(_optional_digits)]

_CODES: Final = {
    "missing": "missing",
    "string_type": "missing",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "int_parsing_size": "not_a_number",
    "int_from_float": "not_a_number",
    "greater_than": "number_too_small",
    "greater_than_equal": "number_too_small",
    "less_than": "number_too_large",
    "less_than_equal": "number_too_large",
    "enum": "choose_one",
    "literal_error": "choose_one",
    "is_instance_of": "no_file",
}


def _add(state: FormState, complaint: ErrorDetails) -> None:
    name = str(complaint["loc"][0]) if complaint["loc"] else WHOLE_FORM
    kind = complaint["type"]
    context: Mapping[str, Any] = complaint.get("ctx", {})
    code = _CODES.get(kind, kind)
    if code not in FIELD_WORDS and code not in state.words:
        code = "not_a_date" if kind.startswith(("date", "time")) else "invalid"
    if code in ("too_short", "choose_one") and complaint.get("input") in ("", None):
        code = "missing" if code == "too_short" else code
    state.add_error(name, code, **_params(context))


def _params(context: Mapping[str, Any]) -> dict[str, object]:
    renamed = {
        "min_length": "at_least",
        "max_length": "at_most",
        "ge": "lowest",
        "gt": "lowest",
        "le": "highest",
        "lt": "highest",
    }
    return {renamed.get(name, name): value for name, value in context.items()}


def _complaint(code: str, **params: object) -> PydanticCustomError:
    # The literal text is never shown; the code is.
    return PydanticCustomError(code, "form", params)


def _input(sent: FormData, model: type[Form]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, each in model.model_fields.items():
        values = sent.getlist(name)
        if get_origin(each.annotation) in (list, tuple, frozenset, set):
            found[name] = values
        elif values:
            found[name] = _without_empty_file(values[-1])
    return found


def _texts(answer: object) -> list[str]:
    several = answer if isinstance(answer, list) else [answer]
    return [each for each in several if isinstance(each, str)]


def _without_empty_file(value: str | UploadFile) -> str | UploadFile | None:
    """A file field that was left alone arrives as a file without a name."""
    if isinstance(value, UploadFile) and not value.filename:
        return None
    return value


def _key_of(sent: FormData) -> str:
    key = sent.get(KEY_FIELD)
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    return secrets.token_urlsafe(16)


def _typed(value: object) -> str:
    """A value as a field holds it: nothing for None and False, "yes" for True."""
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)
