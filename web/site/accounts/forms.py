"""What the pages of accounts send, one form for each question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from fedparents.accounts.joining import checked_email
from fedparents.actors.fields import FIELD_LENGTH, FIELDS_AT_MOST, ProfileField
from fedparents.actors.service import NAME_LENGTH
from fedparents.errors import Invalid
from fedparents.ids import PlaceId
from fedparents.social.profiles import BIO_LENGTH, ProfileDraft
from web.forms import Checked, Form, MustBeChecked, Number, line, text
from web.i18n import N_
from web.routing import LONGEST_ID, read_number

EMAIL_LENGTH = 254
LOGIN_LENGTH = 320
REASON_LENGTH = 500
_PASSWORD_LENGTH = 20_000  # what is too long for a password is said by the password rules


def _is_email(text: str) -> str:
    try:
        return checked_email(text, None)
    except Invalid:
        raise PydanticCustomError("email_not_valid", "form") from None


Email = Annotated[str, AfterValidator(_is_email), line(at_most=EMAIL_LENGTH)]


_BUDDHIST_AHEAD = 543
_BUDDHIST_YEARS = range(2440, 2700)


def christian_year(year: int) -> int:
    """The year of the Christian era: in Thailand people write 2530 for 1987."""
    return year - _BUDDHIST_AHEAD if year in _BUDDHIST_YEARS else year


BirthYear = Annotated[Number, AfterValidator(christian_year)]


class AddressForm(Form):
    """Step 1: the address, and the year of birth, which is looked at and thrown away."""

    email: Email = ""
    birth_year: BirthYear
    is_old_enough: Checked = False
    asked_of: str = ""
    """The year for which the box "I am old enough" was on the page."""

    words: ClassVar[Mapping[str, str]] = {
        "email.missing": N_("Please write your e-mail address."),
        "birth_year.missing": N_("Please write the year in which you were born."),
        "birth_year.not_a_number": N_("Please write the year in four digits, for example 1987."),
        "birth_year.year_not_possible": N_("Please check the year: four digits, for example 1987."),
    }


class NameForm(Form):
    """Step 2: how neighbours see one."""

    name: Annotated[str, line(at_most=NAME_LENGTH)] = ""
    handle: Annotated[str, line(at_least=0, at_most=60)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "name.missing": N_("Please write a name that neighbours will see. It may be made up."),
    }


class PlaceForm(Form):
    """Step 3: what was typed, for what it was searched, and which answer was chosen."""

    place: Annotated[str, line(at_least=0, at_most=100)] = ""
    place_searched: Annotated[str, line(at_least=0, at_most=100)] = ""
    place_id: Annotated[str, line(at_least=0, at_most=LONGEST_ID)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "place.missing": N_("Please write your commune or its postcode, or skip this question."),
        "place.place_not_found": N_(
            "We know no commune of this name. Try its postcode, or skip this question."
        ),
        "place_id.choose_one": N_("Please choose your commune from the list."),
    }

    @property
    def chosen(self) -> PlaceId | None:
        """The answer that was taken of those that were offered for what is typed."""
        is_for_this = bool(self.place) and self.place == self.place_searched
        number = read_number(self.place_id) if is_for_this else None
        return None if number is None else PlaceId(number)


class LastForm(Form):
    """Step 4: why, for those who decide, and what one agrees to."""

    reason: Annotated[str, text(at_most=REASON_LENGTH)] = ""
    rules: Checked = False
    privacy: Checked = False

    words: ClassVar[Mapping[str, str]] = {
        "reason.missing": N_(
            "Please write a sentence about yourself, for those who let people in."
        ),
        "rules.tick_to_continue": N_("Please read the rules and tick the box."),
        "privacy.tick_to_continue": N_("Please read the page on privacy and tick the box."),
    }


class WholeForm(AddressForm, NameForm, PlaceForm, LastForm):
    """All four answers."""


class StepForm(Form):
    """What every step of signing up carries along."""

    step: Annotated[int, Field(ge=1, le=4)] = 1
    go: Literal["next", "back", "skip", "1", "2", "3"] = "next"
    invite: Annotated[str, line(at_least=0, at_most=60)] = ""
    homepage: str = ""
    """Nobody sees this field; only programs that fill in everything write into it."""


class LoginForm(Form):
    login: Annotated[str, line(at_most=LOGIN_LENGTH)] = ""
    next: str = "/"
    how: Literal["link", "password"] = "link"

    words: ClassVar[Mapping[str, str]] = {
        "login.missing": N_("Please write your e-mail address or your user name."),
    }


class PasswordSignInForm(Form):
    login: Annotated[str, line(at_most=LOGIN_LENGTH)] = ""
    password: Annotated[str, Field(min_length=1, max_length=_PASSWORD_LENGTH)] = ""
    next: str = "/"

    words: ClassVar[Mapping[str, str]] = {
        "login.missing": N_("Please write your e-mail address or your user name."),
        "password.missing": N_("Please write your password."),
        "password.password_wrong": N_(
            "This password does not go with this address or user name. Please check both, or let"
            " us send you a link instead."
        ),
    }


class CodeForm(Form):
    code: Annotated[str, line(at_most=60)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "code.missing": N_("Please write the six digits from our mail."),
        "code.too_long": N_("Please write the six digits from our mail."),
        "code.not_a_number": N_("Please write the six digits from our mail."),
    }


class AppCodeForm(Form):
    """The six digits that an app shows."""

    code: Annotated[str, line(at_most=60)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "code.missing": N_("Please write the six digits that your app shows."),
        "code.too_long": N_("Please write the six digits that your app shows."),
        "code.wrong": N_(
            "These digits are not right. Please look at the app again, and check that your phone's"
            " clock is right."
        ),
        "code.used": N_(
            "These digits have been used already. Please wait for the next ones: they come within"
            " half a minute."
        ),
        "code.too_often": N_(
            "Many wrong digits were typed for this account today. Please use a recovery code, or"
            " a browser in which you have signed in before."
        ),
        "code.unreadable": N_(
            "This place does not know your app any more, because its key has been changed. Please"
            " use a recovery code, then set the app up again."
        ),
    }


class SetUpFactorForm(AppCodeForm):
    next: str = "/settings/second-factor"

    words: ClassVar[Mapping[str, str]] = {
        **AppCodeForm.words,
        "code.ran_out": N_(
            "You took more than half an hour, so the picture is a new one. Please let your app"
            " read it, and write the digits that it shows then."
        ),
    }


class RecoveryForm(Form):
    """One of the ten codes on paper."""

    code: Annotated[str, line(at_most=100)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "code.missing": N_("Please write one of your recovery codes."),
        "code.too_long": N_("Please write one recovery code only."),
        "code.wrong": N_(
            "This is none of your recovery codes. Please compare it letter by letter."
        ),
        "code.used": N_("This recovery code has been used already. Please take another one."),
    }


class TurnOffFactorForm(Form):
    """A code of the app or one on paper: whoever has neither may not take the lock away."""

    code: Annotated[str, line(at_most=100)] = ""

    words: ClassVar[Mapping[str, str]] = {
        **AppCodeForm.words,
        "code.missing": N_("Please write the six digits of your app, or a recovery code."),
        "code.too_long": N_("Please write the six digits of your app, or a recovery code."),
    }


class KeptCodesForm(Form):
    next: str = "/settings/second-factor"


class SentForm(Form):
    """A form without questions: pressing its button is the answer."""


FIELD_NUMBERS = range(1, FIELDS_AT_MOST + 1)
FieldLine = Annotated[str, line(at_least=0, at_most=FIELD_LENGTH)]
NO_FIELD_NAME = N_("Please write what this is, for example: speaks, or web page.")
NO_FIELD_VALUE = N_("Please write something beside it, or leave both empty.")


class ProfileForm(PlaceForm):
    name: Annotated[str, line(at_most=NAME_LENGTH)] = ""
    bio: Annotated[str, text(at_most=BIO_LENGTH)] = ""
    shows_place: Checked = False
    followers: Literal["asked", "open"] = "asked"
    is_discoverable: Checked = False
    is_indexable: Checked = False
    field_name_1: FieldLine = ""
    field_value_1: FieldLine = ""
    field_name_2: FieldLine = ""
    field_value_2: FieldLine = ""
    field_name_3: FieldLine = ""
    field_value_3: FieldLine = ""
    field_name_4: FieldLine = ""
    field_value_4: FieldLine = ""

    words: ClassVar[Mapping[str, str]] = {
        **NameForm.words,
        **PlaceForm.words,
        **{f"field_name_{number}.missing": NO_FIELD_NAME for number in FIELD_NUMBERS},
        **{f"field_value_{number}.missing": NO_FIELD_VALUE for number in FIELD_NUMBERS},
    }

    @property
    def fields_sent(self) -> tuple[ProfileField, ...]:
        """All lines that the page has, also the empty ones."""
        sent = self.model_dump()
        return tuple(
            ProfileField(sent[f"field_name_{number}"], sent[f"field_value_{number}"])
            for number in FIELD_NUMBERS
        )

    def draft(self, place_id: PlaceId | None) -> ProfileDraft:
        return ProfileDraft(
            name=self.name,
            bio=self.bio,
            place_id=place_id,
            shows_place=self.shows_place,
            is_locked=self.followers == "asked",
            is_discoverable=self.is_discoverable,
            is_indexable=self.is_indexable,
            fields=self.fields_sent,
        )


def field_values(fields: Sequence[ProfileField]) -> dict[str, str]:
    """What stands in the form for the lines that somebody has."""
    values: dict[str, str] = {}
    for number, each in enumerate(fields, 1):
        values |= {f"field_name_{number}": each.name, f"field_value_{number}": each.value}
    return values


class EmailForm(Form):
    email: Email = ""

    words: ClassVar[Mapping[str, str]] = {
        "email.missing": N_("Please write the new address."),
        "email.mailbox_full": N_(
            "This address cannot be used for one more account. Please use another one."
        ),
    }


class NewPasswordForm(Form):
    password: Annotated[str, Field(max_length=_PASSWORD_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "password.missing": N_("Please write a new password."),
        "password.too_long": N_("Please use 1,000 characters at most."),
    }


class ProofForm(Form):
    """That it is really the owner who asks: a password, or a link in a mail."""

    how: Literal["link", "password"] = "link"
    password: Annotated[str, Field(max_length=_PASSWORD_LENGTH)] = ""
    next: str = "/"

    words: ClassVar[Mapping[str, str]] = {
        "password.missing": N_("Please write your password."),
        "password.password_wrong": N_(
            "This is not your password. Please type it again, or let us send you a link."
        ),
    }


class LeaveForm(Form):
    sure: MustBeChecked = False

    words: ClassVar[Mapping[str, str]] = {
        "sure.tick_to_continue": N_("Please tick the box if you want your account to be erased."),
    }
