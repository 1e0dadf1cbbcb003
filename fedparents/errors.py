"""What can go wrong on purpose, and nothing about how it is shown.

FedparentsError(code, **params)      expected: the caller or the world is at fault
├── NotSignedIn                      nobody is signed in, and somebody has to be
├── NotAllowed                       the code says why: "not_a_moderator", "account_frozen"
├── NotFound                         also for what exists but may not be known to exist
├── Conflict                         somebody was faster, or it is already so
├── Invalid                          {field: code}
├── LimitReached                     which limit, and when to come back
└── Unavailable                      the database is locked, full or gone; try again shortly

A `code` is stable and is translated at the edge with the params; `log` is for the log alone and
never reaches a response. Whatever is not in this tree is a bug.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class FedparentsError(Exception):
    """Expected failure: a stable code for people and programs, and a separate text for the log."""

    default_code: ClassVar[str] = "error"

    def __init__(self, code: str | None = None, *, log: str = "", **params: object) -> None:
        self.code = code or self.default_code
        self.params = params
        self.log = log
        super().__init__(log or self.code)


class NotSignedIn(FedparentsError):
    default_code = "not_signed_in"


class NotAllowed(FedparentsError):
    default_code = "not_allowed"


class NotFound(FedparentsError):
    default_code = "not_found"


class Conflict(FedparentsError):
    default_code = "conflict"


class Invalid(FedparentsError):
    """Input that cannot be taken; `fields` maps each field to the code of its complaint."""

    default_code = "invalid"

    def __init__(self, fields: dict[str, str], *, log: str = "", **params: object) -> None:
        self.fields = fields
        super().__init__(None, log=log or f"invalid: {fields}", **params)


class LimitReached(FedparentsError):
    """A limit was met; `retry_after` says when to come back, None when waiting does not help."""

    default_code = "too_many_requests"

    def __init__(
        self,
        code: str | None = None,
        *,
        retry_after: timedelta | None = None,
        log: str = "",
        **params: object,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(code, log=log, **params)


class Unavailable(FedparentsError):
    default_code = "unavailable"
