"""`fedparents serve` and `fedparents worker`: what is checked before a process settles down."""

from __future__ import annotations

from collections.abc import Callable

from fedparents.settings import Settings
from web import serving
from web.cli.failures import UPGRADE, Failed
from web.cli.place import explaining, is_missing, make_data_dir
from web.runtime import CannotStart


def serve(settings: Settings) -> None:
    """Until the process is asked to end."""
    _run(serving.serve, settings)


def work(settings: Settings) -> None:
    """The same, without answering anybody.

    On SQLite the server and its work are one process unless the operator parts them: whoever
    starts a worker beside a server that works by itself has misunderstood something.
    """
    if settings.uses_sqlite and settings.worker != "outside":
        raise Failed(
            "on SQLite one process does everything, so `fedparents serve` works by itself; to part"
            " them, set FEDPARENTS_WORKER=outside for both"
        )
    _run(serving.work, settings)


def _run(process: Callable[[Settings], None], settings: Settings) -> None:
    if is_missing(settings):
        raise Failed(f"there is no database yet: {UPGRADE}")
    make_data_dir(settings)
    try:
        with explaining():
            process(settings)
    except CannotStart as error:
        raise Failed(str(error)) from error
