"""What a program asks for when it sends somebody here (RFC 6749 section 4.1.1, RFC 7636)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import QueryParams

from fedparents.applications.granting import is_challenge, may_ask_for
from fedparents.applications.models import OUT_OF_BAND, Application
from fedparents.applications.scopes import Scope, parse_scopes
from fedparents.errors import Invalid
from web.security.headers import POLICY

_USUAL_SCOPE: Final = "read"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A program that is known, and an address of its own to go back to."""

    application: Application
    redirect_uri: str
    state: str = ""
    scopes: frozenset[Scope] = frozenset()
    challenge: str = ""
    error: str = ""
    """The word of RFC 6749 with which the program is sent back, if it asked in a wrong way."""

    @classmethod
    def of(cls, application: Application, query: QueryParams) -> Asked:
        way, state = query.get("redirect_uri", ""), query.get("state", "")
        challenge = query.get("code_challenge", "")
        try:
            scopes = parse_scopes(query.get("scope") or _USUAL_SCOPE)
        except Invalid:
            return cls(application, way, state, error="invalid_scope")
        if query.get("response_type") != "code":
            return cls(application, way, state, error="unsupported_response_type")
        if not may_ask_for(application, scopes):
            return cls(application, way, state, error="invalid_scope")
        method = query.get("code_challenge_method", "")
        if (challenge or method) and not (method == "S256" and is_challenge(challenge)):
            return cls(application, way, state, error="invalid_request")
        return cls(application, way, state, scopes, challenge)

    @property
    def is_out_of_band(self) -> bool:
        return self.redirect_uri == OUT_OF_BAND

    @property
    def site(self) -> str:
        """Where the answer goes, as far as somebody can recognise it."""
        parts = urlsplit(self.redirect_uri)
        return parts.hostname or "" if parts.scheme in {"http", "https"} else ""

    def way_back(self, **told: str) -> str:
        """The address of the program with an answer; what it had in its query stays."""
        told |= {"state": self.state} if self.state else {}
        between = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{between}{urlencode(told)}"

    def headers(self) -> dict[str, str]:
        """For the page with the form, whose answer leads to the program: Chromium holds that to
        the page's rules too."""
        policy = [part for part in POLICY if not part.startswith("form-action")]
        policy.append(f"form-action 'self'{self._source()}")
        return {
            "Content-Security-Policy": "; ".join(policy),
            "Cache-Control": "private, no-store",
        }

    def _source(self) -> str:
        if self.is_out_of_band:
            return ""
        parts = urlsplit(self.redirect_uri)
        host = parts.netloc
        is_plain = (
            host.isascii() and host.replace(".", "").replace("-", "").replace(":", "").isalnum()
        )
        if parts.scheme in {"http", "https"} and is_plain:
            return f" {parts.scheme}://{host}"
        return f" {parts.scheme}:"
