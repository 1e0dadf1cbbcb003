"""How a program introduces itself, and proves later that it is the same."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session, select

from fedparents.accounts.tokens import digest, new_token
from fedparents.applications.models import OUT_OF_BAND, Application
from fedparents.applications.scopes import parse_scopes, write_scopes
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotAllowed
from fedparents.text import clean_line

NAME_LENGTH: Final = 60
_MOST_WAYS_BACK: Final = 10
_LONGEST_ADDRESS: Final = 1000
# What a browser would run instead of going there.
_RUNS: Final = frozenset({"about", "blob", "data", "file", "filesystem", "javascript", "vbscript"})
_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[!-\[\]-~]+")  # browsers take \ for /
_WEB: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """What a program says of itself."""

    name: str
    redirect_uris: Sequence[str]
    scopes: str = "read"
    website: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new application; its secret is in the answer and nowhere else."""

    application: Application
    secret: str


def register_application(uow: UnitOfWork, draft: ApplicationDraft) -> Registered:
    """Raises Invalid on what cannot be taken, under the names that programs know."""
    name = clean_line(draft.name)
    wrong = {
        "client_name": _complaint_of_name(name),
        "redirect_uris": _complaint_of_ways_back(draft.redirect_uris),
        "website": "" if not draft.website or _is_web(draft.website) else "address_not_valid",
    }
    if any(wrong.values()):
        complaints = {field: code for field, code in wrong.items() if code}
        raise Invalid(complaints, at_most=NAME_LENGTH)
    secret = new_token()
    application = Application(
        id=uow.new_id(),
        client_id=new_token(),
        secret_digest=digest(secret),
        name=name,
        website=draft.website,
        redirect_uris="\n".join(draft.redirect_uris),
        scopes=write_scopes(parse_scopes(draft.scopes)),
        created_at=uow.now,
    )
    uow.session.add(application)
    return Registered(application, secret)


def find_application(session: Session, client_id: str) -> Application | None:
    return session.exec(select(Application).where(Application.client_id == client_id)).first()


def get_proven(session: Session, client_id: str, secret: str) -> Application:
    """The application that knows its secret; raises NotAllowed for all others."""
    found = find_application(session, client_id)
    if found is None or not hmac.compare_digest(found.secret_digest, digest(secret)):
        raise NotAllowed("program_unknown")
    return found


def _complaint_of_name(name: str) -> str:
    if not name:
        return "missing"
    return "too_long" if len(name) > NAME_LENGTH else ""


def _complaint_of_ways_back(uris: Sequence[str]) -> str:
    if not uris:
        return "missing"
    is_fine = len(uris) <= _MOST_WAYS_BACK and all(map(is_way_back, uris))
    return "" if is_fine else "address_not_valid"


def is_way_back(uri: str) -> bool:
    """An absolute address of any kind that only leads somewhere; never decoded or made regular."""
    if uri == OUT_OF_BAND:
        return True
    found = _ADDRESS.fullmatch(uri)
    if found is None or len(uri) > _LONGEST_ADDRESS or "#" in uri:
        return False
    scheme = found[1].lower()
    if scheme in _WEB:
        return _is_web(uri)
    return scheme not in _RUNS and _can_be_read(uri)


def _can_be_read(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _is_web(address: str) -> bool:
    if len(address) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(address) is None:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in _WEB and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
