"""What only the wizard asks; the rest is what the desk of the admins asks too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal

from fedparents.accounts.joining import NewAccount
from fedparents.accounts.models import Role
from fedparents.actors.service import NAME_LENGTH
from web.forms import Form, line
from web.i18n import N_

_EMAIL_LENGTH: Final = 254


class CodeForm(Form):
    code: Annotated[str, line(at_most=100)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "code.missing": N_("Please write the code that the terminal shows."),
        "setup_code_wrong": N_(
            "This is not the code. It has twelve letters and digits; hyphens do not matter."
        ),
    }


class AdminForm(Form):
    """The first administrator."""

    name: Annotated[str, line(at_most=NAME_LENGTH)] = ""
    handle: Annotated[str, line(at_most=60)] = ""
    email: Annotated[str, line(at_most=_EMAIL_LENGTH)] = ""
    password: str = ""

    words: ClassVar[Mapping[str, str]] = {
        "name.missing": N_("Please write the name that others will see."),
        "email.missing": N_("Please write your e-mail address."),
    }

    def draft(self, password_hash: str, language: str) -> NewAccount:
        return NewAccount(
            handle=self.handle,
            name=self.name,
            email=self.email,
            password_hash=password_hash,
            role=Role.ADMIN,
            is_confirmed=True,
            language=language,
        )


class MailStepForm(Form):
    to: Annotated[str, line(at_least=0, at_most=_EMAIL_LENGTH)] = ""
    action: Literal["send", "finish"] = "finish"
