"""What an association decides, as forms; the wizard asks the same questions as the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal

from starlette.datastructures import UploadFile

from federation.lists import MOST_LETTERS
from fedparents.accounts.models import Role
from fedparents.instance.models import FederationMode, GroupFounding, Instance, Registrations
from fedparents.instance.service import LEGAL_LENGTH, IdentityDraft, JoiningDraft
from fedparents.moderation.deciding import GROUND_LENGTH, DecisionDraft
from fedparents.moderation.models import Action, Ground
from web.forms import Checked, Form, Number, line, text
from web.i18n import N_, gettext

REASON_LENGTH: Final = 500
_EMAIL_LENGTH: Final = 254
_DOMAINS_LENGTH: Final = 20_000
_HOST_LENGTH: Final = 260


class LanguageForm(Form):
    language: Literal["fr", "en", "th"]


class IdentityForm(Form):
    """Who the association is."""

    name: Annotated[str, line(at_least=2, at_most=60)] = ""
    tagline: Annotated[str, text(at_most=300)] = ""
    timezone: str = ""
    contact_email: Annotated[str, line(at_most=_EMAIL_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "name.missing": N_("Please write the name of your association or group."),
        "contact_email.missing": N_("Please write an address at which people can reach you."),
    }

    def draft(self, language: str) -> IdentityDraft:
        return IdentityDraft(
            name=self.name,
            tagline=self.tagline,
            language=language,
            timezone=self.timezone,
            contact_email=self.contact_email,
        )

    @staticmethod
    def values_of(place: Instance) -> dict[str, object]:
        return {
            "name": place.name,
            "tagline": place.tagline,
            "timezone": place.timezone,
            "contact_email": place.contact_email,
        }


class PlaceForm(IdentityForm):
    """The same on the desk, where the language is no page of its own."""

    language: Literal["fr", "en", "th"]


class JoiningForm(Form):
    """Who may join."""

    registrations: Registrations
    asks_reason: Checked = False
    minimum_age: Literal["18", "16", "15"]
    approvals_a_day: Number
    waiting_at_most: Number

    words: ClassVar[Mapping[str, str]] = {
        "minimum_age.choose_one": N_("Please choose one of the ages offered."),
    }

    def draft(self, blocked_mail_domains: str) -> JoiningDraft:
        return JoiningDraft(
            registrations=self.registrations,
            asks_reason=self.asks_reason,
            minimum_age=int(self.minimum_age),
            approvals_a_day=self.approvals_a_day,
            waiting_at_most=self.waiting_at_most,
            blocked_mail_domains=blocked_mail_domains,
        )

    @staticmethod
    def values_of(place: Instance) -> dict[str, object]:
        return {
            "registrations": place.registrations,
            "asks_reason": place.asks_reason,
            "minimum_age": place.minimum_age,
            "approvals_a_day": place.approvals_a_day,
            "waiting_at_most": place.waiting_at_most,
        }


class DeskJoiningForm(JoiningForm):
    """The same on the desk, with the mailboxes that are refused."""

    blocked_mail_domains: Annotated[str, text(at_most=_DOMAINS_LENGTH)] = ""


class FoundingForm(Form):
    """Who may found groups."""

    founding: GroupFounding


class FactorRuleForm(Form):
    """Who needs a second factor at the desk."""

    who: Literal["admins", "moderators"]


class RefuseGroupForm(Form):
    reason: Annotated[str, text(at_most=REASON_LENGTH)] = ""


class NeighboursForm(Form):
    mode: FederationMode


class DeskNeighboursForm(NeighboursForm):
    """The same on the desk, with who has to say who they are."""

    answers_signed_only: Checked = False


class TownForm(Form):
    """Which town."""

    host: Annotated[str, line(at_most=_HOST_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "host.missing": N_("Please write the address of the town, such as rumilly.example."),
    }


class StandingForm(TownForm):
    """How we stand to it."""

    standing: Literal["known", "limited", "blocked"]
    note: Annotated[str, text(at_most=REASON_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        **TownForm.words,
        "standing.missing": N_("Please choose how you stand to this town."),
        "standing.choose_one": N_("Please choose how you stand to this town."),
    }


class TwinsForm(TownForm):
    """What is said to a town that may be a twin, or is."""

    answer: Literal["accept", "decline", "end"]


class TownListForm(Form):
    """A list of towns, looked at before anything is done."""

    list: Annotated[str, text(at_least=1, at_most=MOST_LETTERS)] = ""
    step: Literal["look", "apply"] = "look"

    words: ClassVar[Mapping[str, str]] = {
        "list.missing": N_("Please paste the list, or write one name a line."),
        "list_too_long": N_("This list is too long: 10,000 towns at most."),
        "list_not_readable": N_("This is no list: its quotation marks cannot be read."),
    }


class LegalTextForm(Form):
    body: Annotated[str, text(at_least=1, at_most=LEGAL_LENGTH)] = ""
    action: Literal["save", "preview"] = "save"

    words: ClassVar[Mapping[str, str]] = {
        "body.missing": N_("Please write the text: an empty page tells nobody anything."),
    }


class MailTestForm(Form):
    to: Annotated[str, line(at_most=_EMAIL_LENGTH)] = ""


class DeclineForm(Form):
    """Why not: one of the usual reasons, words of one's own, both or neither."""

    preset: str = ""
    words_of_own: Annotated[str, text(at_most=REASON_LENGTH)] = ""


class FreezeForm(Form):
    reason: Annotated[str, text(at_least=1, at_most=REASON_LENGTH)] = ""
    rule: Annotated[str, line(at_least=0, at_most=GROUND_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "reason.missing": N_("Please say why: the person will read it."),
    }

    def draft(self) -> DecisionDraft:
        return DecisionDraft(
            action=Action.FREEZE,
            ground=Ground.RULE,
            ground_text=self.rule or gettext("House rules"),
            facts=self.reason,
        )


class ResetFactorForm(Form):
    reason: Literal["lost", "stranger"]

    words: ClassVar[Mapping[str, str]] = {
        "reason.missing": N_("Please say why: the person will read it."),
        "reason.choose_one": N_("Please say why: the person will read it."),
    }


class RoleForm(Form):
    role: Role


class PlacesFileForm(Form):
    """A spreadsheet, and the country whose places it lists."""

    country: Annotated[str, line(at_most=2)] = ""
    file: UploadFile

    words: ClassVar[Mapping[str, str]] = {
        "country.missing": N_("Please write the country in two letters, such as BE."),
        "country.too_long": N_("Please write the country in two letters, such as BE."),
        "country.bad_country": N_("Please write the country in two letters, such as BE."),
        "file.missing": N_("Please choose a file."),
        "file.no_file": N_("Please choose a file."),
        "file_too_large": N_("This file is too large: 8 MB at most. Please send it in parts."),
        "file_not_text": N_(
            "This is no CSV file. Save the table as “CSV” in your spreadsheet, then choose that"
            " file."
        ),
    }


class PlacesImportForm(Form):
    token: str = ""
    country: Annotated[str, line(at_most=2)] = ""
