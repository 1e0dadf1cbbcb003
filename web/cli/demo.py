"""`fedparents demo`: two towns live on this machine, with people whom anybody can be."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from fedparents.accounts.models import InviteLink
from fedparents.demo import (
    PASSWORD,
    TOWNS,
    DemoTown,
    fill_town,
    is_filled,
    list_demo_invites,
)
from fedparents.settings import Settings
from web import serving
from web.auth.passwords import hash_password
from web.cli.database import upgrade_telling
from web.cli.demo_meeting import let_meet
from web.cli.failures import Failed
from web.cli.output import say, table
from web.cli.place import open_place
from web.runtime import CannotStart
from web.site import ROUTES
from web.urls import Urls

_HOST: Final = "127.0.0.1"
_HIGHEST_PORT: Final = 65535
_LOOK_EVERY_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 15
_OUTPUT: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class _Place:
    """One town of the demo with what its process runs on."""

    town: DemoTown
    settings: Settings

    @property
    def port(self) -> int:
        return int(self.settings.bind.rpartition(":")[2])

    @property
    def log(self) -> Path:
        return self.settings.data_dir / "server.log"

    @property
    def stranger(self) -> Path:
        """Is there as long as its people have not met those of the other town."""
        return self.settings.data_dir / "stranger"


def run(settings: Settings, *, ports: Sequence[int], reset: bool) -> None:
    """Make the towns where they are missing, run both, end both."""
    folder = settings.data_dir / "demo"
    _require_free(ports)
    if reset:
        shutil.rmtree(folder, ignore_errors=True)
    places = [
        _Place(town, _settings_of(folder / town.key, port))
        for town, port in zip(TOWNS, ports, strict=True)
    ]
    invites = [_prepare(place) for place in places]
    with _running(places) as processes:
        _wait_until_ready(places, processes)
        _introduce(places)
        for place, links in zip(places, invites, strict=True):
            say(_sheet(place, links))
        say(f"\nEverybody's password is {PASSWORD}   (Ctrl-C stops both towns)")
        _wait_for_the_end(places, processes)
    say("\nBoth towns have stopped; their people stay for the next time.")


def _settings_of(folder: Path, port: int) -> Settings:
    return Settings.model_validate(
        {
            "domain": f"localhost:{port}",
            "bind": f"{_HOST}:{port}",
            "environment": "development",
            "data_dir": folder,
            "allowed_private_networks": "127.0.0.0/8 ::1/128",
        }
    )


def _prepare(place: _Place) -> list[InviteLink]:
    say(f"Preparing {place.town.name} ...")
    upgrade_telling(place.settings, lambda _step: None)
    return asyncio.run(_fill(place))


async def _fill(place: _Place) -> list[InviteLink]:
    async with open_place(place.settings) as database:
        if not await database.read(is_filled):
            place.stranger.touch()
            await database.write(fill_town, place.town, hash_password(PASSWORD))
        return await database.read(list_demo_invites)


def _introduce(places: Sequence[_Place]) -> None:
    if not any(place.stranger.exists() for place in places):
        return
    say("The towns get to know each other ...")
    let_meet([(place.settings, place.town.neighbours) for place in places])
    for place in places:
        place.stranger.unlink(missing_ok=True)


def _sheet(place: _Place, links: Sequence[InviteLink]) -> str:
    urls = Urls(ROUTES, place.settings.base_url)
    people = [(person.handle, person.name, str(person.role)) for person in place.town.people]
    guests = [(guest.person.handle, guest.person.name, "waiting") for guest in place.town.guests]
    lines = [
        f"\n{place.town.name}   {urls.absolute('home')}",
        table(("NAME", "", "ROLE"), people + guests),
    ]
    lines += [f"{link.label}: {urls.absolute('invitation', token=link.token)}" for link in links]
    follows = ", ".join(f"{here} → {there}" for here, there in place.town.neighbours.follows)
    lines.append(f"Who follows whom in the other town: {follows}")
    return "\n".join(lines)


@contextlib.contextmanager
def _running(places: Sequence[_Place]) -> Iterator[list[BaseProcess]]:
    """The processes of all towns; they end with this, however it ends."""
    signal.signal(signal.SIGTERM, _interrupt)
    # Each starts from nothing: a copy of this process would share what it has open.
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_serve, args=(place.settings, place.log), daemon=True)
        for place in places
    ]
    try:
        for process in processes:
            process.start()
        with contextlib.suppress(KeyboardInterrupt):
            yield list(processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_PATIENCE_SECONDS)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _serve(settings: Settings, log: Path) -> None:
    """What a process of the demo does; its words go to a file beside its data."""
    with log.open("ab") as output:
        for descriptor in _OUTPUT:
            os.dup2(output.fileno(), descriptor)
    try:
        serving.serve(settings)
    except CannotStart as error:
        sys.exit(f"fedparents: {error}")


def _wait_until_ready(places: Sequence[_Place], processes: Sequence[BaseProcess]) -> None:
    while not all(_answers(place.port) for place in places):
        _look_after(places, processes)


def _wait_for_the_end(places: Sequence[_Place], processes: Sequence[BaseProcess]) -> NoReturn:
    while True:
        _look_after(places, processes)


def _look_after(places: Sequence[_Place], processes: Sequence[BaseProcess]) -> None:
    for place, process in zip(places, processes, strict=True):
        process.join(_LOOK_EVERY_SECONDS)
        if not process.is_alive():
            raise Failed(f"{place.town.name} has stopped by itself; {place.log} says why")


def _require_free(ports: Sequence[int]) -> None:
    for port in ports:
        if not 0 < port <= _HIGHEST_PORT:
            raise Failed(f"there is no port {port}", status=2)
        if _answers(port):
            raise Failed(f"something listens on port {port} already; choose others with --ports")
    if len(set(ports)) < len(ports):
        raise Failed("each town needs a port of its own", status=2)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((_HOST, port), timeout=1):
            return True
    except OSError:
        return False
