"""What programs read when something goes wrong: Mastodon's own sentences, which apps compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fedparents.errors import FedparentsError, Invalid, NotFound
from web.i18n.reading import N_, translate
from web.i18n.words import say

API_TYPE: Final = "application/json; charset=utf-8"
"""Of every answer of the API; masto.js reads no other."""


class ParamMissing(FedparentsError):
    """A call without something that its route cannot do without; `name` says what."""

    default_code = "param_missing"


class Refused(FedparentsError):
    """What Mastodon's validations would refuse, in words that apps compare."""

    default_code = "refused"


class Complaints(Invalid):
    """Several things that are wrong, by the names that programs know: each with the field of ours
    that it is about, and with figures of its own."""

    def __init__(self, each: Mapping[str, tuple[str, Invalid]]) -> None:
        self.each = each
        super().__init__({name: error.fields[field] for name, (field, error) in each.items()})

    def params_of(self, name: str) -> Mapping[str, object]:
        return self.each[name][1].params


class NeedsPerson(FedparentsError):
    """A program came with a token of its own where it has to act for somebody."""

    default_code = "needs_person"


class OAuthProblem(FedparentsError):
    """What RFC 6749 has words for; `code` is one of these."""

    default_code = "invalid_request"


class UnknownClient(OAuthProblem):
    """A program that is not registered here, or does not know its secret."""

    default_code = "invalid_client"


class NotTheirs(OAuthProblem):
    """A token that another program holds."""

    default_code = "unauthorized_client"


OAUTH_WORDS: Final[Mapping[str, str]] = {
    "invalid_request": N_(
        "The request is missing a required parameter, includes an unsupported parameter value, or"
        " is otherwise malformed."
    ),
    "invalid_client": N_(
        "Client authentication failed due to unknown client, no client authentication included, or"
        " unsupported authentication method."
    ),
    "invalid_grant": N_(
        "The provided authorization grant is invalid, expired, revoked, does not match the"
        " redirection URI used in the authorization request, or was issued to another client."
    ),
    "invalid_scope": N_("The requested scope is invalid, unknown, or malformed."),
    "unauthorized_client": N_("You are not authorized to revoke this token"),
    "unsupported_grant_type": N_(
        "The authorization grant type is not supported by the authorization server."
    ),
    "unsupported_response_type": N_(
        "The authorization server does not support this response type."
    ),
    "access_denied": N_("The resource owner or authorization server denied the request."),
}
"""What goes with the word that programs compare."""

_TOO_LARGE: Final = N_("What was sent is too large")
WORDS: Final[Mapping[str, str]] = {
    "not_signed_in": N_("The access token is invalid"),
    "needs_person": N_("This method requires an authenticated user"),
    "param_missing": N_("param is missing or the value is empty: %(name)s"),
    "vote_already_voted": N_("Validation failed: You have already voted on this poll"),
    "vote_poll_over": N_("Validation failed: The poll has already ended"),
    "vote_unknown_choice": N_("Validation failed: The chosen vote option does not exist"),
    "not_members": N_("Validation failed: not in this group: %(names)s"),
    "members_only": N_("Validation failed: Only members can post in %(name)s"),
    "group_asks": N_(
        "Validation failed: This group asks something first. Please answer on its page: %(page)s"
    ),
    "cannot_be_scheduled": N_("Record invalid"),
    "outside_scopes": N_("This action is outside the authorized scopes"),
    "not_allowed": N_("This action is not allowed"),
    "account_email_pending": N_("Your login is missing a confirmed e-mail address"),
    "already_confirmed": N_(
        "This method is only available while the e-mail is awaiting confirmation"
    ),
    "account_approval_pending": N_("Your login is currently pending approval"),
    "account_declined": N_("Your login is currently disabled"),
    "account_frozen": N_("Your login is currently disabled"),
    "stream_unknown": N_("Unknown channel requested"),
    "stream_param": N_("Missing %(name)s name parameter"),
    "too_many_streams": N_("Too many requests"),
    "not_found": N_("Record not found"),
    "too_many_requests": N_("Too many requests"),
    "bad_request": N_("What was sent cannot be read"),
    "method_not_allowed": N_("This cannot be done at this address"),
    "request_entity_too_large": _TOO_LARGE,
    "content_too_large": _TOO_LARGE,  # its name since RFC 9110, and Python 3.13
    "unsupported_media_type": N_("What was sent is neither JSON nor a form"),
}
"""By the code of the error; whatever has none is told as people are."""


def api_error(
    error: Exception, code: str, text: Callable[[], str], reference: str
) -> dict[str, object]:
    """The body of an error. `text` is what people read of it; `reference` is the number of a
    failure of ours, or empty."""
    if isinstance(error, OAuthProblem):
        return {"error": error.code, "error_description": translate(OAUTH_WORDS[error.code])}
    if isinstance(error, Invalid):
        return _complaints(error)
    words = WORDS["not_found"] if isinstance(error, NotFound) else WORDS.get(code)
    params = error.params if isinstance(error, FedparentsError) else {}
    body: dict[str, object] = {"error": translate(words) % params if words else text()}
    return body | {"reference": reference} if reference else body


def _complaints(error: Invalid) -> dict[str, object]:
    """All that is wrong in one sentence, and by the name of the parameter."""
    told = {name: say(code, _params_of(error, name)) for name, code in error.fields.items()}
    sentences = " ".join(f"{name}: {sentence}" for name, sentence in told.items())
    return {
        "error": translate(N_("Validation failed: %(complaints)s")) % {"complaints": sentences},
        "details": {
            name: [
                {"error": _KINDS.get(error.fields[name], "ERR_INVALID"), "description": sentence}
            ]
            for name, sentence in told.items()
        },
    }


def _params_of(error: Invalid, name: str) -> Mapping[str, object]:
    return error.params_of(name) if isinstance(error, Complaints) else error.params


_KINDS: Final = {
    "missing": "ERR_BLANK",
    "too_short": "ERR_TOO_SHORT",
    "too_long": "ERR_TOO_LONG",
    "choose_one": "ERR_INCLUSION",
    "handle_taken": "ERR_TAKEN",
    "handle_reserved": "ERR_RESERVED",
    "handle_too_long": "ERR_TOO_LONG",
    "handle_too_short": "ERR_TOO_SHORT",
    "email_domain_blocked": "ERR_BLOCKED",
    "mailbox_full": "ERR_TAKEN",
    "tick_to_continue": "ERR_ACCEPTED",
    "too_young": "ERR_BELOW_LIMIT",
    "password_too_short": "ERR_TOO_SHORT",
    "password_too_long": "ERR_TOO_LONG",
}
"""How Mastodon calls what is wrong; the rest is ERR_INVALID."""
