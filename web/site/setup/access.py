"""Who may answer the questions of the wizard, and at which question they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request

from fedparents.accounts.queries import has_admin
from fedparents.authority import OPERATOR, Authority
from fedparents.errors import NotFound
from fedparents.instance.models import Instance
from fedparents.instance.queries import get_instance
from web.site.setup.code import is_setup_proof
from web.visit import browser_of, runtime_of, viewer_of, visit_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the wizard has come."""

    place: Instance
    has_admin: bool


def read_progress(session: Session) -> Progress:
    return Progress(get_instance(session), has_admin(session))


async def progress_of(request: Request) -> Progress:
    """Raises NotFound once the wizard is over: then the desk of the admins does the same."""
    progress = await runtime_of(request).db.read(read_progress)
    if progress.place.set_up_at is not None:
        raise NotFound
    return progress


def find_authority(request: Request, progress: Progress) -> Authority | None:
    """An administrator, once there is one; before, whoever has the code, or sits at the machine.

    None for everybody else.
    """
    viewer = viewer_of(request)
    if progress.has_admin:
        return viewer if viewer is not None and viewer.is_admin else None
    has_the_terminal = visit_of(request).is_at_the_machine or _has_given_code(request)
    return OPERATOR if has_the_terminal else None


def _has_given_code(request: Request) -> bool:
    visit = visit_of(request)
    given = visit.cookies.get(visit.runtime.cookies.setup, "")
    return bool(given) and is_setup_proof(visit.runtime.secret, browser_of(request), given)
