"""What programs read when something goes wrong: Mastodon's own sentences, which apps compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.i18n.reading import N_, translate

API_TYPE: Final = "application/json; charset=utf-8"
"""Of every answer of the API; masto.js reads no other."""

WORDS: Final[Mapping[str, str]] = {
    "not_signed_in": N_("The access token is invalid"),
    "outside_scopes": N_("This action is outside the authorized scopes"),
    "not_allowed": N_("This action is not allowed"),
    "account_email_pending": N_("Your login is missing a confirmed e-mail address"),
    "account_approval_pending": N_("Your login is currently pending approval"),
    "account_declined": N_("Your login is currently disabled"),
    "account_frozen": N_("Your login is currently disabled"),
    "not_found": N_("Record not found"),
    "too_many_requests": N_("Too many requests"),
}
"""By the code of the error; whatever has none is told as people are."""


def api_error(code: str, text: str, reference: str) -> dict[str, str]:
    """The body of an error. `reference` is the number of a failure of ours, or empty."""
    words = WORDS.get(code)
    body = {"error": translate(words) if words else text}
    return body | {"reference": reference} if reference else body
