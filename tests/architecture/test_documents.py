"""What the documents list is what there is."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from fedparents.jobs import JobKind
from fedparents.settings import Settings
from tests.rig.source import ROOT
from web.activitypub.reference import PAGE, TABLES, brought_up_to_date
from web.runtime import open_runtime
from web.site.admin.jobs import JOB_WORDS


@pytest.fixture(scope="module")
def kinds(tmp_path_factory) -> list[JobKind[Any]]:
    folder = tmp_path_factory.mktemp("place")
    runtime = open_runtime(Settings.model_validate({"domain": "issy.example", "data_dir": folder}))
    return list(runtime.worker._kinds.values())


def test_every_job_has_words_for_the_desk(kinds):
    assert {kind.name for kind in kinds} - set(JOB_WORDS) == set()


@pytest.fixture
def work(kinds) -> list[str]:
    """Each fact with the jobs that follow on it, as a row of the table."""
    jobs: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        when = f"`{kind.fact.__name__}`" if kind.next_run is None else "by the clock"
        jobs[when].append(f"`{kind.name}`")
    return [f"| {when} | {', '.join(sorted(names))} |" for when, names in sorted(jobs.items())]


def test_every_job_stands_beside_what_it_follows_on(work):
    document = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = document.partition("## What follows on what")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith(("| `", "| by "))]
    assert rows == work, "the table should be:\n" + "\n".join(work)


def test_the_page_for_other_servers_has_the_tables_of_this_version():
    page = PAGE.read_text(encoding="utf-8")
    assert brought_up_to_date(page) == page, "run `make tables`"
    for name in TABLES:
        assert f"<!-- table: {name} -->" in page


def test_a_table_of_another_version_is_noticed():
    page = PAGE.read_text(encoding="utf-8")
    changed = page.replace("| `Follow` | yes | yes |", "| `Follow` | yes | no |")
    assert changed != page
    assert brought_up_to_date(changed) == page
