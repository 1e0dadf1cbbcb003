"""What ends a command: one line for the operator, and the words for the errors of the core."""

from __future__ import annotations

from typing import Final

from fedparents.errors import FedparentsError, Invalid

UPGRADE: Final = "run `fedparents db upgrade`"

# What an operator is told, by the code of the error; the site has words of its own for people.
_WORDS: Final = {
    "account_not_found": "there is no such account",
    "already_serving": "a server runs on this data already; stop it first",
    "bundled_places_missing": "the list of communes has not been built: run `make assets`",
    "database_unavailable": "the database cannot be used: it is locked, full, gone or read-only",
    "domain_changed": "this place was founded as {founded_as}, but FEDPARENTS_DOMAIN says {now};"
    " set it back, because people and other towns know it by that name",
    "handle_taken": "that name is or was somebody's; choose another",
    "instance_not_founded": f"this place has not been founded yet: {UPGRADE}",
    "job_not_found": "no job of that number was given up; `fedparents jobs list` shows which were",
    "last_admin": "this is the only admin; make somebody else one first",
    "mailbox_full": "this address has {at_most} accounts already, the most that one mailbox may",
    "token_not_found": "there is no token of that number that still works;"
    " `fedparents token list` shows them",
    "too_many_processes": "too many processes use this database at once",
}
_FIELD_WORDS: Final = {
    "bad_country": "it is not two letters, such as FR or BE",
    "email_domain_blocked": "addresses of this domain are refused here",
    "email_not_valid": "it is not an address",
    "handle_characters": "use the letters a to z, digits and _",
    "handle_reserved": "it is kept for the place itself; choose another",
    "handle_too_long": "use at most {at_most} letters",
    "handle_too_short": "use at least {at_least} letters",
    "missing": "it is empty",
    "name_needs_letters": "it needs a letter or a digit",
    "null_character": "it holds a character that cannot be stored",
    "scope_for_moderators": "admin scopes are for moderators and admins",
    "scope_needs_factor": "admin scopes are for accounts with a second step; its owner sets it up"
    " under Me, Second step",
    "too_long": "use at most {at_most} letters",
    "too_short": "use at least {at_least} letters",
}


class Failed(Exception):
    """The command ends here; the text is one line that says what is wrong and what to do."""

    def __init__(self, text: str, *, status: int = 1) -> None:
        self.status = status
        super().__init__(" ".join(text.split()))


def in_words(error: FedparentsError | OSError) -> str:
    """One line for the operator."""
    if isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
        return f"{error.filename}: {reason}" if error.filename else reason
    if isinstance(error, Invalid):
        return "; ".join(
            f"the {field}: {_filled(_FIELD_WORDS.get(code, code), error)}"
            for field, code in error.fields.items()
        )
    words = _filled(_WORDS.get(error.code, error.code.replace("_", " ")), error)
    return f"{words} ({error.log})" if error.log else words


def _filled(words: str, error: FedparentsError) -> str:
    return words.format_map(error.params)
