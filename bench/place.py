"""A place to measure: set up, with people in it, on a database of its own."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from fedparents import clock
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import Role
from fedparents.accounts.sessions import Viewer, find_viewer, open_session
from fedparents.db import Database, UnitOfWork, open_database
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import Joining
from fedparents.ids import GroupId, PostId
from fedparents.instance.queries import get_instance
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from fedparents.timelines.service import fill_homes
from tests.rig.builders import a_group, a_sign_up, an_account, open_the_doors
from tests.rig.live import LivePlace, free_port
from tests.rig.migrating import migrate

MEMBERS = 200
WAITING = 15
GROUPS = 20
GROUPS_OF_EACH = 4
"""One of them is everybody's."""
POSTS_OF_EACH = 30
_WORDS = (
    "Cherche une **poussette double** pour samedi : ma sœur arrive avec ses jumeaux. #poussette"
)
DOMAIN = "issy.example"
_HARDLY_ANYTHING = 0.03
"""Seconds of processor within half a second; what a place uses that has nothing to do."""


@dataclass(frozen=True, slots=True)
class Town:
    """A place that is not running yet, and who lives in it."""

    place: LivePlace
    members: list[str]
    """What a member's browser sends as its Cookie header."""
    moderator: str
    group: GroupId
    """Everybody is in it."""
    host: str


def prepare(folder: Path, *, in_production: bool = False) -> Town:
    """`in_production` as behind a proxy: nothing looks at the disk whether a file has changed."""
    url = f"sqlite:///{folder / 'place.db'}"
    migrate(url)
    port = free_port()
    local = f"localhost:{port}"
    host = DOMAIN if in_production else local
    mode = "production" if in_production else "development"
    place = LivePlace(folder, url, port, {"DOMAIN": host, "ENVIRONMENT": mode})
    cookie = "__Host-session" if in_production else f"session_{port}"
    members, moderator, group = asyncio.run(_fill(url, host))
    signed_in = [f"{cookie}={token}" for token in members]
    return Town(place, signed_in, f"{cookie}={moderator}", group, host)


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


def used_seconds(place: LivePlace) -> float:
    """Of processor, by a place that runs."""
    if place.process is None:
        raise RuntimeError("the place does not run")
    return cpu_seconds(place.process.pid)


async def calm(place: LivePlace) -> None:
    """Wait until nothing follows any more on what was said."""
    seen = -1.0
    while (now := used_seconds(place)) - seen > _HARDLY_ANYTHING:
        seen = now
        await asyncio.sleep(0.5)


async def _fill(url: str, domain: str) -> tuple[list[str], str, GroupId]:
    db = open_database(url)
    await db.start()
    await db.write(open_the_doors, domain=domain)
    marie = await _sign_in(db, "marie", role=Role.ADMIN)
    members = [await _sign_in(db, f"parent_{number}") for number in range(MEMBERS)]
    groups = await _found_groups(db, await _viewer(db, marie))
    for number, token in enumerate(members):
        viewer = await _viewer(db, token)
        await db.write(_join, viewer, [groups[0], *_some(groups[1:], number)])
    for number, group in enumerate(groups):
        await db.write(_talk, await _viewer(db, marie), group, number)
    await db.write(_queue_up)
    await db.close()
    return members, marie, groups[0]


async def _found_groups(db: Database, founder: Viewer) -> list[GroupId]:
    return [
        await a_group(db, founder, name=f"Parents du quartier {number}", joining=Joining.OPEN)
        for number in range(GROUPS)
    ]


def _some(groups: list[GroupId], number: int) -> list[GroupId]:
    return [groups[(number * 5 + step) % len(groups)] for step in range(GROUPS_OF_EACH - 1)]


def _join(uow: UnitOfWork, viewer: Viewer, groups: list[GroupId]) -> None:
    for group in groups:
        ask_to_join(uow, viewer, group)


def _talk(uow: UnitOfWork, viewer: Viewer, group: GroupId, number: int) -> None:
    """What a page of a group holds; every second post is an ask with an answer."""
    for line in range(POSTS_OF_EACH):
        draft = PostDraft(text=f"{_WORDS} ({number}, {line})", group_id=group)
        if line % 2:
            post = publish_post(uow, viewer, draft).post
        else:
            post = publish_swap(uow, viewer, SwapDraft(draft, Direction.ASK)).post
            uow.session.flush()
            answer = PostDraft(text=f"Oui ({line})", in_reply_to_id=PostId(post.id))
            publish_post(uow, viewer, answer)
        uow.session.flush()
        fill_homes(uow, post.id)


async def _sign_in(db: Database, handle: str, *, role: Role = Role.MEMBER) -> str:
    account = await an_account(db, handle, role=role)

    def open_one(uow: UnitOfWork) -> str:
        uow.session.add(account)
        return open_session(uow, account, browser=handle, device="Firefox, Android")

    return await db.write(open_one)


async def _viewer(db: Database, token: str) -> Viewer:
    viewer = await db.read(find_viewer, token, clock.now())
    if viewer is None:
        raise RuntimeError("somebody who has just signed in is not known")
    return viewer


def _queue_up(uow: UnitOfWork) -> None:
    # The caps of a real place would stop these; here they only have to fill a page.
    get_instance(uow.session).approvals_a_day = 1000
    for number in range(WAITING):
        account = sign_up(uow, a_sign_up(f"waiting_{number}"), None)
        if account is not None:
            confirm_account(uow, account)
