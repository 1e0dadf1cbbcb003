"""`python -m bench`: every figure, with progress, as a table and as a file."""

from __future__ import annotations

import argparse
import asyncio
import compileall
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import uvloop

from bench.api import TOKENS, Answered, ApiTown
from bench.asking import POSTS_A_SECOND, AskingTown, Burst, push_counter
from bench.figures import Figure, keep, machine, newest_before, p95, table
from bench.inbound import FOLLOWERS as FOLLOWERS_HERE
from bench.inbound import SENDERS, OpenTown
from bench.load import Load, closed_loop, pages
from bench.outbound import FOLLOWERS, KnownTown, Spread, open_towns
from bench.photos import READERS, photo_of_twelve_megapixels, read_home, sent_and_shown
from bench.place import Town, anonymous_mib, cpu_seconds, prepare, seconds_to_first_answer
from bench.reading import READERS_OF_HOME, ReadingTown
from bench.square import GROUP_SIZE, REPLIES_OF_TEN
from bench.streams import LISTENERS, SILENT, ListeningTown
from bench.weight import page_weights
from bench.writes import add_actor, add_hot_rows, writes_per_second
from fedparents.notifications.likeliest import HELPERS_AT_MOST
from tests.rig.live import LivePlace, free_port

CLIENTS = 16
IDLE_SECONDS = 5
Measure = Callable[[Path, int], Iterable[Figure]]


def measure_start(folder: Path, runs: int) -> Iterable[Figure]:
    """Start, memory."""
    place = prepare(folder).place
    starts, memory = [], []
    for _ in range(runs):
        starts.append(seconds_to_first_answer(place))
        time.sleep(IDLE_SECONDS)
        memory.append(anonymous_mib(_pid(place)))
        place.stop()
    yield Figure("start to first answer", tuple(starts), "s", 1.0)
    yield Figure("idle memory (RssAnon)", tuple(memory), "MiB", 120)


def measure_weight(folder: Path, runs: int) -> Iterable[Figure]:
    """Bytes over the wire for the front page."""
    place = prepare(folder).place
    place.start()
    first, after = zip(*(asyncio.run(page_weights(place.url)) for _ in range(runs)), strict=True)
    place.stop()
    yield Figure("front page, first load", first, "KB", 60)
    yield Figure("front page, after", after, "KB", 15)


def measure_pages(folder: Path, runs: int) -> Iterable[Figure]:
    """Pages for 16 readers at once, as in production."""
    town = prepare(folder, in_production=True)
    town.place.start()
    group = f"/groups/{town.group}"
    for title, path, cookies in (
        ("front page", "/", [""]),
        ("home, 200 members", "/", town.members),
        ("home of a moderator", "/", [town.moderator]),
        ("groups", "/groups", town.members),
        ("a group", group, town.members),
        ("its members", f"{group}/members", town.members),
        ("queue of sign-ups", "/admin/requests", [town.moderator]),
    ):
        yield from _page(town, title, path, cookies, runs)
    town.place.stop()


def measure_writes(folder: Path, runs: int) -> Iterable[Figure]:
    """Durable writes on SQLite."""

    def run(service: Callable[..., None], count: int) -> tuple[float, ...]:
        results = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=folder) as fresh:
                results.append(asyncio.run(writes_per_second(Path(fresh), service, count)))
        return tuple(results)

    callers = "64 callers, each waits for its commit"
    services = run(add_actor, 6400)
    yield Figure("service calls, row and fact by SQLModel", services, "/s", 1500, True, callers)
    yield Figure("rows by hot statement", run(add_hot_rows, 25600), "/s", 10_000, True, callers)


def measure_photos(folder: Path, runs: int) -> Iterable[Figure]:
    """A photo from the phone to the page, and what four others notice of it."""
    town = prepare(folder, in_production=True)
    town.place.start()
    photo = photo_of_twelve_megapixels()
    undisturbed = [asyncio.run(read_home(town, seconds=4)) for _ in range(runs)]
    times, disturbed = zip(
        *(asyncio.run(sent_and_shown(town, photo)) for _ in range(runs)), strict=True
    )
    town.place.stop()
    note = "the slowest of a run, one after the other"
    yield Figure("photo of 12 megapixels, sent to shown", times, "s", 2.0, note=note)
    readers = f"home, {READERS} clients"
    alone = tuple(load.p95_ms for load in undisturbed)
    yield Figure("p95 without photos", alone, "ms", note=readers)
    beside = tuple(load.p95_ms for load in disturbed)
    yield Figure("p95 while photos are sent", beside, "ms", 60, note=readers)


def measure_asks(folder: Path, runs: int) -> Iterable[Figure]:
    """From an ask to the phones, while 50 posts a second arrive."""
    push_port = free_port()
    town = AskingTown(folder, runs=runs, push_port=push_port)
    town.place.start()

    async def run() -> list[list[Burst]]:
        found: list[list[Burst]] = [[], []]
        async with push_counter(push_port) as taken:
            for number in range(runs):
                print(f"  asking: run {number + 1} of {runs}", file=sys.stderr, flush=True)
                for bursts, asks_of_ten in zip(found, (10 - REPLIES_OF_TEN, 10), strict=True):
                    bursts.append(await town.burst(taken, asks_of_ten=asks_of_ten))
        return found

    mixed, asks = asyncio.run(run())
    town.place.stop()
    yield from _asking(f"{10 - REPLIES_OF_TEN} of 10 posts ask", mixed)
    answers = tuple(p95(burst.answered) for burst in mixed)
    yield Figure("answer to push handed over: p95", answers, "s", 2.0, note="the same posts")
    yield from _asking("all posts ask", asks)


def measure_outbound(folder: Path, runs: int) -> Iterable[Figure]:
    """One post to 2,000 other towns over TLS."""
    town = KnownTown(folder)
    town.place.start()

    async def run() -> tuple[list[Spread], list[Spread]]:
        new, kept = [], []
        async with open_towns(town.context) as towns:
            await town.spread(towns, "Bonjour")  # makes the author's keys
            for number in range(runs):
                print(f"  outbound: run {number + 1} of {runs}", file=sys.stderr, flush=True)
                towns.hang_up()
                await asyncio.sleep(1)
                new.append(await town.spread(towns, f"Bonjour à tous ({number})"))
                kept.append(await town.spread(towns, f"Bonsoir à tous ({number})"))
        return new, kept

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        new, kept = runner.run(run())
    town.place.stop()
    yield from _spreading("new connections", new, 4.5)
    yield from _spreading("kept connections", kept, 2.5)


def _spreading(title: str, spreads: Sequence[Spread], limit: float) -> Iterable[Figure]:
    note = f"from the form to the last of {FOLLOWERS:,} towns"
    yield Figure(f"a post, {title}", tuple(s.last for s in spreads), "s", limit, note=note)
    yield Figure(f"a post, {title}: first town", tuple(s.first for s in spreads), "s")
    yield Figure(f"a post, {title}: CPU", tuple(s.cpu_ms for s in spreads), "ms a delivery")
    memory = tuple(s.memory for s in spreads)
    yield Figure(f"a post, {title}: memory after it (RssAnon)", memory, "MiB", 250)


def measure_inbound(folder: Path, runs: int) -> Iterable[Figure]:
    """What other towns send, believed and worked on."""
    open_town = OpenTown(folder)
    place = open_town.town.place
    place.start()
    open_town.receive(_pid(place))  # keys are read, libraries loaded
    seen = []
    for number in range(runs):
        print(f"  inbound: run {number + 1} of {runs}", file=sys.stderr, flush=True)
        seen.append(open_town.receive(_pid(place)))
    follows = [open_town.be_followed(_pid(place)) for _ in range(runs)]
    place.stop()
    note = f"RSA-2048, {SENDERS} senders, {CLIENTS} connections"
    yield Figure(
        "inbox: answered", tuple(r.answered for r in seen), "/s", 2000, at_least=True, note=note
    )
    yield Figure(
        "inbox: in the homes of followers",
        tuple(r.visible for r in seen),
        "/s",
        1000,
        at_least=True,
        note=f"{FOLLOWERS_HERE} of each sender",
    )
    yield Figure("inbox: CPU of one, with all that follows", tuple(r.cpu_ms for r in seen), "ms")
    yield Figure("inbox: memory after it (RssAnon)", tuple(r.memory for r in seen), "MiB", 250)
    rates = tuple(each.per_second for each in follows)
    done = "followed here, and the answer queued"
    yield Figure("follows: taken", rates, "/s", 200, at_least=True, note=done)
    yield Figure("follows: CPU of one", tuple(each.cpu_ms for each in follows), "ms")


def _asking(title: str, bursts: Sequence[Burst]) -> Iterable[Figure]:
    note = f"{POSTS_A_SECOND} posts a second, groups of {GROUP_SIZE}"
    waits = tuple(p95(burst.asked) for burst in bursts)
    yield Figure(f"{title}: ask to push handed over, p95", waits, "s", 2.0, note=note)
    pushes = tuple(len(burst.asked) / burst.asks for burst in bursts)
    yield Figure(f"{title}: pushes for each ask", pushes, "", HELPERS_AT_MOST)
    forms = tuple(p95(burst.forms) * 1000 for burst in bursts)
    yield Figure(f"{title}: form to answer, p95", forms, "ms")
    cpu = tuple(burst.cpu_ms for burst in bursts)
    yield Figure(f"{title}: CPU with all that follows", cpu, "ms a post")


def measure_square(folder: Path, runs: int) -> Iterable[Figure]:
    """Home and search of a town that has talked for years."""
    for posts in (10_000, 1_000_000):
        with tempfile.TemporaryDirectory(dir=folder) as one:
            town = ReadingTown(Path(one), posts=posts)
            yield from _home(town, f"home, {posts:,} posts", runs)
            town.close()
    with tempfile.TemporaryDirectory(dir=folder) as one:
        town = ReadingTown(Path(one), posts=200_000)
        found = [asyncio.run(town.searches(clients=READERS)) for _ in range(runs)]
        town.close()
    times = tuple(load.p95_ms for load in found)
    yield Figure("search, 200,000 posts: p95", times, "ms", 50, note=f"{READERS} clients")


def _home(town: ReadingTown, title: str, runs: int) -> Iterable[Figure]:
    loads, rates = [], []
    for _ in range(runs):
        seen, used = asyncio.run(town.reads_home(clients=CLIENTS))
        loads.append(seen)
        rates.append(seen.statuses[200] / used)
    note = f"{CLIENTS} clients, {READERS_OF_HOME} people, 5 % write"
    yield Figure(f"{title}: p95", tuple(load.p95_ms for load in loads), "ms", 60, note=note)
    yield Figure(f"{title}: pages per second of a core", tuple(rates), "/s", 400, True, note)
    memory = anonymous_mib(_pid(town.place))
    yield Figure(f"{title}: memory after it (RssAnon)", (memory,), "MiB")


def measure_api(folder: Path, runs: int) -> Iterable[Figure]:
    """What apps ask for in a town that has talked for years, and posting by app."""
    town = ApiTown(folder)
    goals = {"home": 2500.0, "public": 2000.0}
    for title, path in town.paths().items():
        yield from _api(title, [town.read(path, clients=CLIENTS) for _ in range(runs)], goals)
    said = [town.post(clients=CLIENTS) for _ in range(runs)]
    yield from _api("posting", said, {"posting": 500.0})
    for title, path in town.paths().items():
        mixed = [town.read_and_write(path, clients=CLIENTS) for _ in range(runs)]
        many = f"{title}, {TOKENS} accounts, 5 % write"
        yield from _api(many, mixed, {many: goals[title]} if title in goals else {})
    memory = anonymous_mib(_pid(town.place))
    town.close()
    yield Figure("API: memory after it (RssAnon)", (memory,), "MiB")


def _api(title: str, seen: Sequence[Answered], goals: Mapping[str, float]) -> Iterable[Figure]:
    note = f"{CLIENTS} clients"
    rates = tuple(each.load.per_second for each in seen)
    yield Figure(f"API, {title}", rates, "/s", goals.get(title), at_least=True, note=note)
    yield Figure(
        f"API, {title}: p99", tuple(each.load.p99_ms for each in seen), "ms", 40, note=note
    )
    yield Figure(f"API, {title}: CPU", tuple(each.cpu_ms for each in seen), "ms a call")


def measure_streams(folder: Path, runs: int) -> Iterable[Figure]:
    """Streams of apps: their weight, and how soon they tell."""
    town = ListeningTown(folder)
    before, after = town.weigh()  # first: what has been freed would be used again
    told = tuple(town.spread(runs))
    town.close()
    note = f"{LISTENERS:,} members of a group, each with a stream"
    yield Figure("a post by app, in the last stream", told, "s", 1.0, note=note)
    heavier = (after - before,)
    yield Figure(f"{SILENT:,} silent sockets: memory more (RssAnon)", heavier, "MiB", 150)


MEASURES: dict[str, Measure] = {
    "start": measure_start,
    "weight": measure_weight,
    "pages": measure_pages,
    "photos": measure_photos,
    "writes": measure_writes,
    "ask": measure_asks,
    "square": measure_square,
    "api": measure_api,
    "streams": measure_streams,
    "outbound": measure_outbound,
    "inbound": measure_inbound,
}


def _page(town: Town, title: str, path: str, cookies: Sequence[str], runs: int) -> Iterable[Figure]:
    def load(seconds: float) -> Load:
        requests = pages(town.host, [path], cookies)
        return asyncio.run(closed_loop(town.place.port, requests, clients=CLIENTS, seconds=seconds))

    p95, rates, cpu = [], [], []
    load(1)
    for _ in range(runs):
        before = cpu_seconds(_pid(town.place))
        seen = load(4)
        if set(seen.statuses) != {200}:
            raise RuntimeError(f"{path} answered {seen.statuses}")
        p95.append(seen.p95_ms)
        rates.append(seen.per_second)
        cpu.append((cpu_seconds(_pid(town.place)) - before) / (seen.per_second * 4) * 1000)
    yield Figure(f"{title}: p95", tuple(p95), "ms", 40, note=f"{CLIENTS} clients")
    yield Figure(f"{title}: pages", tuple(rates), "/s")
    yield Figure(f"{title}: CPU", tuple(cpu), "ms a page")


def _pid(place: LivePlace) -> int:
    if place.process is None:
        raise RuntimeError("the place does not run")
    return place.process.pid


def _compile() -> None:
    """Installing a wheel compiles it; a checkout may never have been."""
    for package in ("fedparents", "federation", "web"):
        compileall.compile_dir(package, quiet=1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *MEASURES], help="all when none is named")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; the median counts")
    chosen = parser.parse_args()
    _compile()
    on = machine()
    figures: list[Figure] = []
    for name in chosen.only or MEASURES:
        print(f"measuring: {name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="fedparents-bench-") as folder:
            figures.extend(MEASURES[name](Path(folder), chosen.runs))
    print("\n".join(f"{what}: {value}" for what, value in on.items()))
    print(f"each the median of {chosen.runs} runs\n\n{table(figures)}")
    path = keep(figures, on)
    earlier = newest_before(path)
    changes = [
        f"  {figure.name}: {earlier[figure.name]:,.2f} -> {figure.median:,.2f} {figure.unit}"
        for figure in figures
        if figure.name in earlier
    ]
    if changes:
        print("\nsince the run before:\n" + "\n".join(changes))
    print(f"\nkept in {os.path.relpath(path)}")
    return 0 if all(figure.is_met is not False for figure in figures) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
