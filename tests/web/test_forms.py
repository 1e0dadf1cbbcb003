"""A form keeps what was typed, says what is missing where, and is carried out once."""

import asyncio
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from fedparents.errors import Conflict, Invalid
from tests.rig.pages import form_with, forms_of, submit
from web.forms import (
    Checked,
    Form,
    MustBeChecked,
    Number,
    OptionalNumber,
    line,
    new_form,
    read_form,
    text,
)
from web.visit import Visit


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class EveryKind(Form):
    name: Annotated[str, line(at_most=60)]
    about: Annotated[str, text(at_most=200)] = ""
    size: Size = Size.SMALL
    theme: Literal["light", "dark"] = "light"
    count: Number = 1
    most: OptionalNumber = None
    wants_mail: Checked = False
    agrees: MustBeChecked = False
    days: list[str] = []  # noqa: RUF012 - pydantic copies defaults
    photo: UploadFile | None = None


def read(fields, model=EveryKind):
    """What a form makes of fields that have passed the door."""
    sent = FormData(list(fields.items()) if isinstance(fields, dict) else fields)
    visit = Visit(runtime=None, scope={}, headers={}, form=sent)  # type: ignore[arg-type]  # no place
    request = Request({"type": "http", "fedparents.visit": visit})
    return asyncio.run(read_form(request, model))


GOOD = {"name": "Chloé", "agrees": "yes"}


def test_answers_become_values():
    given_, form = read(
        [
            *GOOD.items(),
            ("about", "two\r\n\r\n\r\nlines "),
            ("size", "large"),
            ("count", " 1 200 "),
            ("most", "๑๒"),
            ("wants_mail", "yes"),
            ("days", "mon"),
            ("days", "tue"),
            ("photo", UploadFile(file=BytesIO(), filename="")),
        ]
    )
    assert not form.errors
    assert given_ == EveryKind(
        name="Chloé", about="two\n\nlines", size=Size.LARGE, count=1200, most=12,
        wants_mail=True, agrees=True, days=["mon", "tue"],
    )  # fmt: skip


def test_what_is_left_out_has_its_default():
    given_, _ = read(GOOD)
    assert given_ is not None
    assert (given_.count, given_.most, given_.wants_mail, given_.days) == (1, None, False, [])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("name", " \u200b\u202e ", "Please fill this in."),
        ("name", "x" * 61, "Please shorten this to 60 characters or fewer."),
        ("name", "a\x00b", "This contains a character that cannot be stored."),
        ("days", "a\x00b", "This contains a character that cannot be stored."),
        ("about", "x" * 10_000, "Please shorten this to 200 characters or fewer."),
        ("size", "huge", "Please choose one of the answers."),
        ("theme", "<b>", "Please choose one of the answers."),
        ("count", "", "Please fill this in."),
        ("count", "many", "Please write a whole number, in digits."),
        ("count", "1.5", "Please write a whole number, in digits."),
        ("count", "9" * 400, "Please write a whole number, in digits."),
        ("most", "-", "Please write a whole number, in digits."),
        ("agrees", "", "Please tick this box to continue."),
        ("photo", "not a file", "Please choose a file."),
    ],
)
def test_each_answer_is_looked_at_where_it_stands(field, typed, sentence):
    given_, form = read({**GOOD, field: typed})
    assert given_ is None
    assert list(form.errors) == [field]
    assert form.errors[field].startswith(sentence)
    assert form.values[field] == typed.replace("\x00", "")


def test_nothing_at_all_names_everything_that_is_needed():
    _, form = read({})
    assert set(form.errors) == {"name", "agrees"}


@given(
    st.dictionaries(
        st.sampled_from(sorted(EveryKind.model_fields)), st.text(st.characters(codec="utf-8"))
    )
)
def test_any_answers_are_values_or_sentences(fields):
    given_, form = read(fields)
    assert (given_ is None) == bool(form.errors)
    assert all(sentence.endswith(".") and "%(" not in sentence for sentence in form.errors.values())


def test_what_the_core_says_goes_to_its_field():
    _, form = read(GOOD)
    form.complain(Invalid({"name": "name_needs_letters", "text": "null_character"}))
    assert set(form.errors) == {"name", "form"}
    form.complain(Conflict("handle_taken"), at="name")
    assert "letter" in form.errors["name"], "the first complaint stays"


def test_a_new_form_shows_values_as_fields_hold_them():
    form = new_form({"name": "Ana", "count": 3, "wants_mail": True, "agrees": False, "most": None})
    assert form.values == {
        "name": "Ana", "count": "3", "wants_mail": "yes", "agrees": "", "most": "",
    }  # fmt: skip
    assert new_form().key != form.key


async def test_errors_are_shown_on_top_and_at_the_field(visitor):
    answer = await submit(visitor, "/ask", title="", body="<b>two cots</b> & more")
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert 'href="#field-title"' in answer.text
    assert 'aria-describedby="error-title"' in answer.text
    assert "Tell neighbours what you need." in answer.text
    assert "<b>two cots</b>" not in answer.text
    assert form_with(answer.text, {"body"}).answers["body"] == ["<b>two cots</b> & more"]


async def test_a_form_sent_twice_is_carried_out_once(visitor, probe):
    page = await visitor.get("/ask")
    first = await submit(visitor, page, title="A cot")
    second = await submit(visitor, page, title="A cot")
    assert first.headers["location"] == second.headers["location"] == "/asked?5"
    assert probe.asks == ["A cot"]


async def test_a_corrected_form_is_still_the_same(visitor):
    page = await visitor.get("/ask")
    wrong = await submit(visitor, page, title="")
    key = [forms_of(each.text)[0].answers["form_key"] for each in (page, wrong)]
    assert key[0] == key[1]


@pytest.mark.both_engines
async def test_two_at_once_make_one(visitor, probe):
    page = await visitor.get("/ask")
    answers = await asyncio.gather(*(submit(visitor, page, title="A cot") for _ in range(5)))
    assert {answer.headers["location"] for answer in answers} == {"/asked?5"}
    # On PostgreSQL both may begin, but what the loser did is undone with its transaction.
    assert len(probe.asks) >= 1


async def test_what_happened_is_told_on_the_next_page_once(visitor):
    await submit(visitor, "/ask", title="Cot & <b>bed</b>")
    shown = await visitor.get("/preferences")
    assert "&lt;Cot &amp; &lt;b&gt;bed&lt;/b&gt;&gt;" in shown.text
    assert 'class="notice good"' in shown.text
    assert "Cot" not in (await visitor.get("/preferences")).text


@pytest.mark.parametrize("value", ["", "x", "é", "W10", "A" * 200])
async def test_nobody_can_leave_us_a_message_of_their_own(place, visitor, value):
    visitor.cookies.set(place.cookies.toast, value.encode("ascii", "ignore").decode())
    assert 'class="toasts"' not in (await visitor.get("/preferences")).text
