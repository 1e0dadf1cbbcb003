"""What a measurement yields, and how it is shown and kept."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fedparents import clock
from fedparents.db.sqlite import sqlite_version

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the median of its runs, beside its goal."""

    name: str
    runs: tuple[float, ...]
    unit: str
    goal: float | None = None
    at_least: bool = False
    """Whether the goal is a floor; otherwise it is a ceiling."""
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.median >= self.goal if self.at_least else self.median <= self.goal


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[94]


def machine() -> dict[str, str]:
    """What it was measured on."""
    cpu = "unknown"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
    cores = sum(
        line.startswith("processor")
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    )
    load = Path("/proc/loadavg").read_text(encoding="utf-8").split()[0]
    return {
        "cpu": f"{cores} x {cpu}",
        "python": platform.python_version(),
        "sqlite": ".".join(map(str, sqlite_version())),
        "load before": load,
    }


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines for people."""
    rows = [("figure", "median", "runs from - to", "goal", "", "note")]
    for figure in figures:
        verdict = {True: "met", False: "MISSED", None: ""}[figure.is_met]
        sign = ">=" if figure.at_least else "<="
        rows.append(
            (
                figure.name,
                f"{_number(figure.median)} {figure.unit}",
                f"{_number(min(figure.runs))} - {_number(max(figure.runs))}",
                f"{sign} {_number(figure.goal)} {figure.unit}" if figure.goal is not None else "",
                verdict,
                figure.note,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def keep(figures: Sequence[Figure], on: dict[str, str]) -> Path:
    """Write the run as JSON; the file's path."""
    now = clock.now()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(timespec="seconds"),
        "machine": on,
        "figures": [asdict(figure) | {"median": figure.median} for figure in figures],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def newest_before(path: Path) -> dict[str, float]:
    """The medians of the run before that one, by name; empty when there was none."""
    earlier = sorted(file for file in RESULTS.glob("*.json") if file < path)
    if not earlier:
        return {}
    content = json.loads(earlier[-1].read_text(encoding="utf-8"))
    return {figure["name"]: figure["median"] for figure in content["figures"]}


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
