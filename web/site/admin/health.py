"""How the place is, in sentences: what is well, what to watch, what to repair and how."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from babel.units import format_unit
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.delivery.board import count_failing
from fedparents import clock
from fedparents.accounts.queries import count_admins
from fedparents.accounts.sessions import Viewer
from fedparents.audit.queries import find_newest_entry
from fedparents.db.measuring import DatabaseMeasure, measure_database
from fedparents.jobs.models import JobRow, JobState
from fedparents.jobs.queries import count_jobs, find_last_error, find_oldest_due, find_schedule
from web.i18n import current_language, ngettext
from web.i18n import gettext as _
from web.i18n.formats import format_ago, format_datetime, format_delta
from web.routing import Page
from web.site.admin.access import administrator_of
from web.site.page import render
from web.visit import runtime_of

if TYPE_CHECKING:
    from web.runtime import Runtime

Tone: TypeAlias = Literal["good", "warn", "bad"]

RETENTION: Final = "retention"
"""The periodic job that forgets."""
MAIL: Final = "mail."
"""How the names of jobs begin that end in a mail."""
_MIB: Final = 1024 * 1024
_SLOW: Final = timedelta(minutes=2)
_STUCK: Final = timedelta(minutes=15)
_DISK_LOW: Final = 0.10
_DISK_FULL: Final = 0.05
_WAL_LARGE: Final = 256 * _MIB
_CLOCK_OFF: Final = timedelta(seconds=30)
_CLOCK_WRONG: Final = timedelta(minutes=5)
_LATE: Final = timedelta(hours=2)
# Nothing was written with this program before.
_EARLIEST: Final = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence of the health page, and what to do about it."""

    tone: Tone
    title: str
    text: str
    is_on_desk: bool = True
    """Whether the desk says it too; not when something there says it already."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Read in one go."""

    database: DatabaseMeasure
    oldest_due: datetime | None
    jobs: dict[JobState, int]
    retention: JobRow | None
    newest_entry: datetime | None
    mail_error: str
    """Why a mail that still waits did not leave the last time."""
    failing_towns: int
    """Other towns that do not answer while something waits for them."""
    admins: int
    protected_admins: int
    """Those who sign in with a second factor."""


async def health_page(request: Request) -> Response:
    viewer = administrator_of(request)
    checks = await list_checks(runtime_of(request), viewer)
    return render(request, "admin/health.html", {"checks": checks})


async def list_checks(runtime: Runtime, viewer: Viewer) -> list[Check]:
    """What needs an eye first."""
    now = clock.now()
    facts = await runtime.db.read(_read_facts, now, viewer)
    checks = [
        _mail(runtime, facts),
        _queue(facts, now),
        _given_up(facts),
        _towns(facts),
        _disk(runtime.settings.data_dir),
        _clock(facts, now),
        _retention(facts, now),
        _administrators(facts),
        _database(runtime, facts),
        Check(
            "good", _("Version"), _("This is fedparents %(number)s.", number=version("fedparents"))
        ),
    ]
    order: list[Tone] = ["bad", "warn", "good"]
    return sorted(checks, key=lambda check: order.index(check.tone))


def _read_facts(session: Session, now: datetime, viewer: Viewer) -> Facts:
    admins, protected = count_admins(session)
    return Facts(
        database=measure_database(session),
        oldest_due=find_oldest_due(session, now=now),
        jobs=count_jobs(session),
        retention=find_schedule(session, RETENTION),
        newest_entry=find_newest_entry(session),
        mail_error=find_last_error(session, MAIL, by=viewer),
        failing_towns=count_failing(session),
        admins=admins,
        protected_admins=protected,
    )


def _mail(runtime: Runtime, facts: Facts) -> Check:
    title = _("Mail")
    if runtime.settings.smtp_url is not None:
        if facts.mail_error:
            text = _(
                "The last mail could not leave at once and will be tried again. The reason:"
                " %(words)s",
                words=facts.mail_error,
            )
            return Check("warn", title, text)
        return Check("good", title, _("Mails leave through the relay that the settings name."))
    if runtime.settings.is_development:
        return Check("warn", title, _("Mails are kept on this computer and not sent."))
    return Check(
        "bad",
        title,
        _(
            "No mail can leave, so nobody can sign up or sign in by link. Whoever runs the server"
            " has to set FEDPARENTS_SMTP_URL and start it again."
        ),
    )


def _queue(facts: Facts, now: datetime) -> Check:
    title = _("Work in the background")
    waits = now - facts.oldest_due if facts.oldest_due else timedelta()
    waiting = facts.jobs[JobState.WAITING]
    if waits > _STUCK:
        text = _(
            "Mails and other work have been waiting for %(time)s. Probably the worker does not run:"
            " whoever runs the server should start it again.",
            time=format_delta(waits),
        )
        return Check("bad", title, text)
    if waits > _SLOW:
        text = _("Work has been waiting for %(time)s: more than usual.", time=format_delta(waits))
        return Check("warn", title, text)
    if not waiting:
        return Check("good", title, _("Everything is done; nothing waits."))
    text = ngettext(
        "One piece of work is planned, none is late.",
        "%(num)s pieces of work are planned, none is late.",
        waiting,
    )
    return Check("good", title, text)


def _given_up(facts: Facts) -> Check:
    title = _("Work that was given up")
    dead = facts.jobs[JobState.DEAD]
    if not dead:
        return Check("good", title, _("Nothing was given up."))
    text = ngettext(
        "One piece of work was given up after several tries. Look at it under Work.",
        "%(num)s pieces of work were given up after several tries. Look at them under Work.",
        dead,
    )
    return Check("bad", title, text, is_on_desk=False)


def _towns(facts: Facts) -> Check:
    title = _("Other towns")
    if not facts.failing_towns:
        return Check("good", title, _("Nothing waits for a town that does not answer."))
    text = ngettext(
        "One town does not answer. What it misses is under Towns.",
        "%(num)s towns do not answer. What they miss is under Towns.",
        facts.failing_towns,
    )
    return Check("warn", title, text, is_on_desk=False)


def _disk(folder: Path) -> Check:
    title = _("Space on the disk")
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return Check("bad", title, _("The data folder cannot be read."))
    free = disk.free / disk.total
    params = {"free": format_bytes(disk.free), "percent": round(100 * free)}
    if free < _DISK_FULL:
        text = _(
            "Only %(free)s (%(percent)s %%) are free. When the disk is full, nothing can be saved:"
            " make room now.",
            **params,
        )
        return Check("bad", title, text)
    if free < _DISK_LOW:
        text = _("%(free)s (%(percent)s %%) are free. Plan a larger disk.", **params)
        return Check("warn", title, text)
    return Check("good", title, _("%(free)s (%(percent)s %%) are free.", **params))


def _clock(facts: Facts, now: datetime) -> Check:
    """Links and sessions end by the clock, and other towns refuse what comes from another time."""
    title = _("Clock")
    drift = abs(facts.database.told_at - now)
    went_back = (facts.newest_entry or now) - now
    shown = format_datetime(now)
    if now < _EARLIEST or drift > _CLOCK_WRONG or went_back > _CLOCK_WRONG:
        text = _(
            "The clock of the server is wrong: it says %(time)s. Whoever runs the server should let"
            " it follow an internet clock.",
            time=shown,
        )
        return Check("bad", title, text)
    if drift > _CLOCK_OFF:
        text = _("The clocks of the server and of the database differ by %(time)s.",
                 time=format_delta(drift))  # fmt: skip
        return Check("warn", title, text)
    return Check("good", title, _("It is %(time)s here.", time=shown))


def _retention(facts: Facts, now: datetime) -> Check:
    title = _("Forgetting what is old")
    job = facts.retention
    if job is None or now - job.run_at > _LATE:
        text = _(
            "Old data should have been erased and were not: the worker does not run. Whoever runs"
            " the server should start it again."
        )
        return Check("bad", title, text)
    next_time = format_datetime(job.run_at)
    if job.last_error:
        text = _("The last run failed; the next one is on %(time)s.", time=next_time)
        return Check("warn", title, text)
    # The one row of the job was made at the first start, and is moved a day ahead by each run.
    last = job.run_at - timedelta(days=1)
    if last < job.created_at:
        return Check("good", title, _("The first run is on %(time)s.", time=next_time))
    text = _(
        "Last done %(last)s; the next time is on %(time)s.", last=format_ago(last), time=next_time
    )
    return Check("good", title, text)


def _administrators(facts: Facts) -> Check:
    title = _("Second step of administrators")
    without = facts.admins - facts.protected_admins
    if not without:
        return Check("good", title, _("All administrators sign in with a second step."))
    text = ngettext(
        "One administrator has none yet: a stolen password would open everything.",
        "%(num)s administrators have none yet: a stolen password would open everything.",
        without,
    )
    return Check("warn", title, text, is_on_desk=False)


def _database(runtime: Runtime, facts: Facts) -> Check:
    title = _("Database")
    size = format_bytes(facts.database.bytes)
    engine = facts.database.engine
    if not runtime.settings.uses_sqlite:
        return Check("good", title, _("%(engine)s, %(size)s.", engine=engine, size=size))
    wal = _size_of(Path(f"{runtime.settings.database.removeprefix('sqlite:///')}-wal"))
    params = {"engine": engine, "size": size, "journal": format_bytes(wal)}
    if wal > _WAL_LARGE:
        text = _(
            "%(engine)s, %(size)s, and a journal of %(journal)s that does not shrink. Starting the"
            " server again empties it.",
            **params,
        )
        return Check("warn", title, text)
    text = _("%(engine)s, %(size)s, with a journal of %(journal)s.", **params)
    return Check("good", title, text)


def format_bytes(number: int) -> str:
    """In the unit that people expect: 512 kB, 1.2 GB."""
    locale = current_language().locale
    for unit, size in (("gigabyte", 1000**3), ("megabyte", 1000**2), ("kilobyte", 1000)):
        if number >= size:
            return format_unit(
                number / size, f"digital-{unit}", "short", format="#,##0.#", locale=locale
            )
    return format_unit(number, "digital-byte", "short", locale=locale)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


routes = [Page("/admin/health", health_page, name="admin_health")]
