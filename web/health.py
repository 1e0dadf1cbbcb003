"""Two questions of programs: is the process alive, and can it answer people?"""

from __future__ import annotations

import structlog
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fedparents.errors import Unavailable
from fedparents.migrations import find_revision, head
from web.routing import Endpoint
from web.visit import runtime_of

log = structlog.get_logger(__name__)


def is_up_to_date(session: Session) -> bool:
    """Whether a database has every table and column that this program expects."""
    return find_revision(session) == head()


async def healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """503 names what is not ready, and nothing more."""
    runtime = runtime_of(request)
    try:
        migrated = await runtime.db.read(is_up_to_date)
        checks = {"database": True, "migrations": migrated, "secret": bool(runtime.secret)}
    except Unavailable as error:
        log.warning("health.database_unavailable", reason=error.log)
        checks = {"database": False}
    is_ready = all(checks.values())
    return JSONResponse(
        {"status": "ok" if is_ready else "not ready", "checks": checks}, 200 if is_ready else 503
    )


routes = [
    Endpoint("/healthz", healthz, name="healthz"),
    Endpoint("/readyz", readyz, name="readyz"),
]
