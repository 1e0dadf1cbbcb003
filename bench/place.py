"""A place to measure: set up, with people in it, on a database of its own."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from pathlib import Path

from fedparents.accounts.models import Role
from fedparents.accounts.service import confirm_account, sign_up
from fedparents.accounts.sessions import open_session
from fedparents.db import Database, UnitOfWork, open_database
from tests.rig.builders import a_sign_up, an_account, open_the_doors
from tests.rig.live import LivePlace, free_port
from tests.rig.migrating import migrate

MEMBERS = 200
WAITING = 15


def prepare(folder: Path) -> tuple[LivePlace, list[str], list[str]]:
    """A place that is not running yet, and the session tokens of its members and moderators."""
    url = f"sqlite:///{folder / 'place.db'}"
    migrate(url)
    port = free_port()
    members, moderators = asyncio.run(_fill(url, f"localhost:{port}"))
    return LivePlace(folder, url, port), members, moderators


def seconds_to_first_answer(place: LivePlace) -> float:
    """From the start of the process to the first page that it answers."""
    began = time.perf_counter()
    place.launch()
    while True:
        try:
            with urllib.request.urlopen(place.url, timeout=5) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return time.perf_counter() - began
        except OSError:
            time.sleep(0.005)


def anonymous_mib(pid: int) -> float:
    """Memory that is the process's own (RssAnon), without mapped files."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel tells no RssAnon")


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def _fill(url: str, domain: str) -> tuple[list[str], list[str]]:
    db = open_database(url)
    await db.start()
    await db.write(open_the_doors, domain=domain)
    members = [await _sign_in(db, f"parent_{number}") for number in range(MEMBERS)]
    moderators = [await _sign_in(db, "marie", role=Role.ADMIN)]
    await db.write(_queue_up)
    await db.close()
    return members, moderators


async def _sign_in(db: Database, handle: str, *, role: Role = Role.MEMBER) -> str:
    account = await an_account(db, handle, role=role)

    def open_one(uow: UnitOfWork) -> str:
        uow.session.add(account)
        return open_session(uow, account, browser=handle, device="Firefox, Android")

    return await db.write(open_one)


def _queue_up(uow: UnitOfWork) -> None:
    # The caps of a real place would stop these; here they only have to fill a page.
    open_the_doors(uow).approvals_a_day = 1000
    for number in range(WAITING):
        account = sign_up(uow, a_sign_up(f"waiting_{number}"), None)
        if account is not None:
            confirm_account(uow, account)
