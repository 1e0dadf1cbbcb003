"""Each thing that `fedparents check` looks at: a question that is answered in a sentence."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Final

from sqlmodel import Session, func, select

import web
from fedparents import clock, migrations
from fedparents.audit.models import AuditEntry
from fedparents.db import Database
from fedparents.errors import FedparentsError
from fedparents.instance.views import get_instance_view
from fedparents.settings import Settings
from web.assets import DIRECTORY
from web.cli.failures import Failed, in_words
from web.cli.place import open_place

OUR_NAMES: Final = ("fedparents", "federation", "web", "schemas")

# Earlier ones can lose what was written while a checkpoint ran (the WAL-reset race).
_SQLITE_NEEDED: Final = (3, 51, 3)
# CVE-2026-26007, CVE-2026-34073 and CVE-2026-39892 are mended from here on.
_CRYPTOGRAPHY_NEEDED: Final = (46, 0, 7)
_MIB: Final = 1024 * 1024
_FULL: Final = 100 * _MIB
_NEARLY_FULL: Final = 1024 * _MIB
_CLOCK_SLACK: Final = timedelta(minutes=5)
_OTHERS: Final = 0o077
_BUILT: Final = (
    "vendor/icons.svg",
    "vendor/htmx.min.js",
    "vendor/modern-normalize.css",
    "built/app-192.png",
)


_ONE_PIXEL: Final = b"GIF87a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


class Verdict(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; what is not fine says what to do."""

    verdict: Verdict
    text: str


def fine(text: str) -> Finding:
    return Finding(Verdict.FINE, text)


def warning(text: str) -> Finding:
    return Finding(Verdict.WARNING, text)


def wrong(text: str) -> Finding:
    return Finding(Verdict.WRONG, text)


def look_at_libraries(settings: Settings) -> Iterator[Finding]:
    """The versions that matter for safety."""
    yield fine(f"Python is {platform.python_version()}.")
    if settings.uses_sqlite:
        from fedparents.db.sqlite import sqlite_version  # loads only the driver that is used

        yield judge_sqlite(sqlite_version())
    yield judge_cryptography(version("cryptography"))


def judge_sqlite(found: tuple[int, ...]) -> Finding:
    text = f"SQLite is {'.'.join(map(str, found))}"
    if found >= _SQLITE_NEEDED:
        return fine(f"{text}.")
    needed = ".".join(map(str, _SQLITE_NEEDED))
    return warning(f"{text}, which can lose a write; install pysqlite3, with {needed} or newer.")


def judge_cryptography(found: str) -> Finding:
    numbers = tuple(int(part) for part in found.split(".")[:3] if part.isdecimal())
    if numbers >= _CRYPTOGRAPHY_NEEDED:
        return fine(f"cryptography is {found}.")
    return warning(
        f"cryptography is {found}, which has known weaknesses; install what requirements.lock says."
    )


def look_at_packages() -> Iterator[Finding]:
    """Whether our folders are ours: other projects install packages of the same names."""
    owners = packages_distributions()
    intruders = intruders_in(owners)
    for name, distribution in intruders:
        yield wrong(
            f"The package {distribution} has put files into our folder `{name}`; install fedparents"
            f" anew in an environment of its own, without {distribution}."
        )
    home = Path(web.__file__).resolve().parents[1]
    strangers = [name for name in OUR_NAMES if _home_of(name) != home]
    for name in strangers:
        yield wrong(
            f"`{name}` is not loaded from {home}, where the rest of fedparents is; install it anew"
            " in an environment of its own."
        )
    if not intruders and not strangers:
        yield fine(f"The packages {', '.join(OUR_NAMES)} are ours alone.")


def intruders_in(owners: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Who else installed something under our names, as (name, distribution)."""
    return [
        (name, distribution)
        for name in OUR_NAMES
        for distribution in sorted(set(owners.get(name, ())))
        if distribution != "fedparents"
    ]


def look_at_data_dir(settings: Settings) -> Iterator[Finding]:
    """Whether what has to be kept can be kept, and kept from others."""
    folder = settings.data_dir
    if not folder.is_dir():
        yield wrong(f"There is no data folder {folder}; `fedparents db upgrade` makes it.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield wrong(f"Nothing can be written in {folder}: {(error.strerror or '').lower()}.")
    else:
        yield fine(f"The data folder {folder} can be written.")
    yield from _look_at_privacy(settings, folder)
    yield judge_space(folder, shutil.disk_usage(folder).free)


def judge_space(folder: Path, free: int) -> Finding:
    text = f"{free // _MIB} MB are free for {folder}"
    if free < _FULL:
        return wrong(f"{text}; make room, or nothing can be saved soon.")
    return warning(f"{text}; make room.") if free < _NEARLY_FULL else fine(f"{text}.")


def look_at_secret_key(settings: Settings) -> Iterator[Finding]:
    """Whoever has the key can sign in as anybody."""
    path = settings.data_dir / "secret.key"
    if settings.secret_key is not None:
        yield fine("The secret key is set.")
    elif not path.exists():
        yield fine("The secret key will be made at the first start.")
    elif stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        yield wrong(f"Other users of this machine may read {path}; run `chmod 600 {path}`.")
    else:
        yield fine("The secret key is for this user alone.")


async def look_at_database(settings: Settings) -> list[Finding]:
    """Whether it answers, is up to date, and agrees with the clock."""
    try:
        async with open_place(settings) as database:
            return [
                fine(f"The database answers and is up to date ({migrations.head()})."),
                judge_clock(clock.now(), await database.read(_newest_entry)),
                await _look_at_setup(database),
            ]
    except Failed as failure:
        return [wrong(_sentence(str(failure)))]
    except FedparentsError as error:
        return [wrong(_sentence(in_words(error)))]


def judge_clock(now: datetime, newest: datetime | None) -> Finding:
    """A clock that is wrong makes links expire early and other towns refuse us."""
    if newest is not None and now < newest - _CLOCK_SLACK:
        return wrong(
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC, but something was saved at"
            f" {newest:%Y-%m-%d %H:%M} already; set the clock."
        )
    if f"{now:%Y_%m_%d}" < migrations.head()[:10]:  # revisions begin with their day
        return wrong(
            f"The clock of this machine says {now:%Y-%m-%d}, which is before this program was"
            " made; set the clock."
        )
    return fine(f"The clock says {now:%Y-%m-%d %H:%M} UTC.")


def look_at_mail(settings: Settings) -> Iterator[Finding]:
    """Without mails nobody can confirm an address or sign in by a link."""
    if settings.smtp_url is not None:
        yield fine("A mail relay is set.")
    elif settings.is_development:
        yield fine("Mails are shown at /dev/mail, as is usual in development.")
    else:
        yield wrong("No mail relay is set, so nobody can sign up; set FEDPARENTS_SMTP_URL.")


async def look_at_pictures() -> Finding:
    """Whether the process that draws is left to work: a unit or a container may forbid too much."""
    # Loaded late: only this look needs it.
    from web.pictures.headers import Refused
    from web.pictures.orders import AVATAR
    from web.pictures.process import Drawings

    try:
        await Drawings().draw(_ONE_PIXEL, AVATAR)
    except (Refused, FedparentsError, OSError) as error:
        return wrong(
            f"Photos cannot be drawn ({error}); compare the unit or container with the one in"
            " deploy/, and give the machine 200 MB more memory if it has little."
        )
    return fine("Photos can be drawn, in a process that may do nothing else.")


def look_at_assets() -> Iterator[Finding]:
    """Scripts, icons and communes are built, not kept in the repository."""
    missing = [path for path in _BUILT if not (DIRECTORY / path).is_file()]
    if missing:
        yield wrong(f"{', '.join(missing)} has not been built; run `make assets`.")
    else:
        yield fine("Scripts, styles and icons are built.")


def all_at_rest(settings: Settings) -> Iterator[Finding]:
    """What can be looked at without opening or calling anything."""
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: look_at_libraries(settings),
        look_at_packages,
        lambda: look_at_data_dir(settings),
        lambda: look_at_secret_key(settings),
        lambda: look_at_mail(settings),
        look_at_assets,
    )
    for look in looks:
        yield from look()


def _look_at_privacy(settings: Settings, folder: Path) -> Iterator[Finding]:
    if not stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        yield fine(f"{folder} is for this user alone.")
        return
    text = f"Other users of this machine may look into {folder}; run `chmod 700 {folder}`."
    yield warning(text) if settings.is_development else wrong(text)


async def _look_at_setup(database: Database) -> Finding:
    instance = await database.read(get_instance_view)
    if instance.is_set_up:
        return fine(f"{instance.name} is set up.")
    return warning("The wizard has not been finished: open the place in a browser.")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _newest_entry(session: Session) -> datetime | None:
    return session.exec(select(func.max(AuditEntry.created_at))).one()


def _home_of(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    places = (
        {Path(place).resolve() for place in found.submodule_search_locations or ()}
        if found
        else set()
    )
    return places.pop().parent if len(places) == 1 else None
