"""The fixtures that every test may ask for; CONTRIBUTING.md lists them."""

from __future__ import annotations

import gc
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.configuration import set_hypothesis_home_dir
from playwright.async_api import Browser, Page

from fedparents import clock as fedparents_clock
from fedparents.db import Database, open_database
from fedparents.settings import Settings
from tests.rig.accessibility import findings_on
from tests.rig.browser import Visits, chromium
from tests.rig.databases import Databases, PostgresDatabases, SQLiteFiles
from tests.rig.keys import lend_keys
from tests.rig.live import LivePlace, free_port
from tests.rig.network import forbid_the_outside
from tests.rig.postgres import PostgresServer
from tests.rig.time import StoppedClock
from tests.run import BROWSED
from web.app import create_app
from web.runtime import Runtime, open_runtime

ROOT = Path(__file__).parent.parent
ENGINES_DIFFER = {"activitypub", "api", "cli"}
"""Of `tests/web`, what runs on PostgreSQL as a whole."""
_REPORT = pytest.StashKey[pytest.TestReport]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fedparents")
    group.addoption("--db", choices=["sqlite", "postgres"], default="sqlite", help="the engine")
    group.addoption("--long", action="store_true", help="the full matrix and long fuzzing")
    group.addoption("--screens", action="store_true", help="keep pictures of every screen walked")
    group.addoption("--traces", action="store_true", help="keep every step of what failed")


def pytest_configure(config: pytest.Config) -> None:
    set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
    # No deadline: two cores shared with a browser say nothing about the time of one example.
    unhurried = hypothesis_settings(
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    hypothesis_settings.register_profile("short", unhurried, max_examples=30, derandomize=True)
    hypothesis_settings.register_profile("long", unhurried, max_examples=3000)
    hypothesis_settings.load_profile("long" if config.option.long else "short")


def pytest_sessionstart() -> None:
    forbid_the_outside()
    lend_keys()
    # As places write them. Left to itself, each failure that is logged is drawn with its code in
    # colours, which takes a quarter of a second.
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by `-m`
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what drives a browser, and leaves out the other engine's tests and the long range."""
    for item in items:
        _mark_by_fixtures(item)
    out = {item for item in items if not _belongs(item, config)}
    if out:
        config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]


def pytest_collection_finish() -> None:
    """All that is here now stays to the end: looking through it for garbage, time and again, takes
    a tenth of what the tests take."""
    gc.collect()
    gc.freeze()


def _mark_by_fixtures(item: pytest.Item) -> None:
    fixtures = getattr(item, "fixturenames", ())
    folder = item.path.relative_to(ROOT).parent.as_posix()
    if "browser" in fixtures and not folder.startswith(BROWSED):
        raise pytest.UsageError(f"{item.nodeid} has a browser; such tests are in {BROWSED}")
    if "axe" in fixtures:
        item.add_marker("accessibility")
    elif "browser" in fixtures:
        item.add_marker("browser")


def _belongs(item: pytest.Item, config: pytest.Config) -> bool:
    is_postgres = config.option.db == "postgres"
    left_out = ["sqlite_only" if is_postgres else "postgres_only"]
    left_out += [] if config.option.long else ["long"]
    if any(item.get_closest_marker(name) for name in left_out):
        return False
    if not is_postgres:
        return True
    # What never touches the database says the same on either engine.
    if "databases" not in getattr(item, "fixturenames", ()):
        return False
    return config.option.long or not _is_of_a_page(item) or _is_for_postgres(item)


def _is_of_a_page(item: pytest.Item) -> bool:
    """What a page does with what it is sent is the same on either engine. That every page answers
    on PostgreSQL is for `tests/journeys/test_every_page_answers.py`, and for the tests of the core
    what pages ask of the database."""
    path = item.path.relative_to(ROOT / "tests").parts
    return path[0] == "web" and path[1] not in ENGINES_DIFFER


def _is_for_postgres(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("both_engines", "postgres_only"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all, so that fixtures of the session can be asynchronous."""
    return "asyncio"


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.option.long)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of our own, whatever `--db` says."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Empty, migrated databases of the engine that `--db` names."""
    if request.config.option.db == "postgres":
        with closing(PostgresDatabases(request.getfixturevalue("postgres"))) as clones:
            yield clones
    else:
        yield SQLiteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_url(databases: Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """Empty and migrated; with the communes of France for tests marked `communes`."""
    wants_places = request.node.get_closest_marker("communes") is not None
    url = databases.furnished() if wants_places else databases.fresh()
    yield url
    databases.give_back(url)


@pytest.fixture
def clock() -> Iterator[StoppedClock]:
    """Time stands still until the test moves it."""
    stopped = StoppedClock()
    fedparents_clock.set_source(stopped)
    yield stopped
    fedparents_clock.set_source(None)


@pytest.fixture(scope="session")
def template_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled templates, which the places of all tests share: compiling them costs a second."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def settings(database_url: str, tmp_path: Path, template_cache: Path) -> Settings:
    """Those of a place in development, without limits; its jobs run when the test says so."""
    cache = tmp_path / "data" / "cache"
    cache.mkdir(parents=True)
    (cache / "templates").symlink_to(template_cache)
    return Settings.model_validate(
        {
            "domain": "issy.localhost",
            "data_dir": tmp_path / "data",
            "database_url": database_url,
            "allowed_private_networks": "127.0.0.0/8 ::1/128",
            "rate_limits": "off",
            "worker": "outside",
        }
    )


@pytest.fixture
def db(request: pytest.FixtureRequest, settings: Settings) -> Database:
    """An open database; the runtime's own where a test has a runtime too."""
    if "runtime" in request.fixturenames:
        place: Runtime = request.getfixturevalue("runtime")
        return place.db
    database: Database = request.getfixturevalue("bare_db")
    return database


@pytest.fixture
async def bare_db(settings: Settings) -> AsyncIterator[Database]:
    """A database without the jobs that a place makes of its facts."""
    database = open_database(settings.database, pool=settings.database_pool)
    await database.start()
    yield database
    await database.close()


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """A whole place in this process, founded and empty.

    Its jobs wait until the test says `await runtime.worker.work_until_idle()`.
    """
    place = open_runtime(settings)
    await place.start()
    yield place
    await place.close()


@pytest.fixture
async def client(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser without a screen, in front of `runtime`: it keeps cookies, follows no redirect."""
    transport = httpx2.ASGITransport(create_app(runtime), client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(
        transport=transport, base_url=runtime.settings.base_url
    ) as browser:
        yield browser


@pytest.fixture
def new_live(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., LivePlace]]:
    """Makes places that really run, one for each call; options are settings without prefix."""
    places: list[LivePlace] = []

    def make(**options: str) -> LivePlace:
        folder = tmp_path / f"place-{len(places) + 1}"
        folder.mkdir()
        place = LivePlace(folder, databases.furnished(), free_port(), options)
        places.append(place)
        place.start()
        return place

    yield make
    for place in places:
        place.close()
        databases.give_back(place.database_url)


@pytest.fixture
def live(new_live: Callable[..., LivePlace]) -> LivePlace:
    """A place that really runs, empty: its first visitor meets the wizard."""
    return new_live()


@pytest.fixture(scope="module")
def shared_live(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LivePlace]:
    """One place that really runs for all tests of a file: whoever changes something there leaves
    the others what they count on."""
    place = LivePlace(tmp_path_factory.mktemp("shared"), databases.furnished(), free_port())
    place.start()
    yield place
    place.close()
    databases.give_back(place.database_url)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as program:
        yield program


@pytest.fixture
async def visits(
    browser: Browser, new_live: Callable[..., LivePlace], request: pytest.FixtureRequest
) -> AsyncIterator[Visits]:
    """Opens devices of several people; a page that complained unseen fails its test. They are put
    away before the places that they look at, and so complain of no server that has ended."""
    opened = Visits(browser, traces=request.config.option.traces)
    yield opened
    report = request.node.stash.get(_REPORT, None)
    has_failed = report is None or report.failed
    if has_failed or opened.complaints:
        await opened.keep(re.sub(r"\W+", "-", request.node.name).strip("-"))
    await opened.close()
    if not has_failed:
        assert not opened.complaints


@pytest.fixture
async def page(visits: Visits, live: LivePlace) -> Page:
    """A parent's phone on the front page of `live`."""
    return await visits.open(live.url)


@pytest.fixture(scope="session")
def axe() -> Callable[..., Awaitable[None]]:
    """`await axe(page)` fails on what axe finds serious or critical; rules may be named."""

    async def check(page: Page, *rules: str) -> None:
        found = await findings_on(page, *rules)
        assert not found, f"{page.url}\n" + "\n".join(map(str, found))

    return check
