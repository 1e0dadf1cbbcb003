"""`fedparents check`: what is wrong is said in a sentence that says what to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fedparents import migrations
from tests.rig.live import free_port
from tests.web.cli.test_database import pretend_places_are_loaded
from web.cli.findings import (
    OUR_NAMES,
    Verdict,
    intruders_in,
    judge_clock,
    judge_cryptography,
    judge_space,
    judge_sqlite,
    look_at_packages,
    look_at_pictures,
)
from web.pictures import process


@pytest.fixture
def ready(operator):
    pretend_places_are_loaded(operator)
    operator.did("db", "upgrade")
    (operator.folder / "data").chmod(0o700)
    return operator


def marks(result) -> dict[str, str]:
    """The sentences of a check, by their beginning."""
    return {line[8:]: line[:8].strip() for line in result.lines}


def test_a_new_place_is_in_order_but_for_its_wizard(ready):
    result = ready.did("check")
    found = marks(result)
    assert result.lines[-1] == "Nothing is wrong."
    warnings = [text for text, mark in found.items() if mark == "warning"]
    assert warnings == ["The wizard has not been finished: open the place in a browser."]
    assert any(text.startswith("Python is 3.") for text in found)
    assert any(text.startswith("cryptography is ") for text in found)
    assert "The packages fedparents, federation, web, schemas are ours alone." in found
    assert "Photos can be drawn, in a process that may do nothing else." in found
    assert f"The database answers and is up to date ({migrations.head()})." in found


@pytest.mark.sqlite_only
def test_nothing_is_there_yet(nowhere):
    result = nowhere("check")
    assert result.complaint == "2 things are wrong"
    found = marks(result)
    assert found["There is no data folder var; `fedparents db upgrade` makes it."] == "wrong"
    assert found["There is no database yet: run `fedparents db upgrade`."] == "wrong"


def test_one_thing_is_wrong(ready):
    ready.settings |= {"DOMAIN": "parents-issy.fr"}
    result = ready("check")
    assert result.complaint == "one thing is wrong"
    wrong = [text for text, mark in marks(result).items() if mark == "wrong"]
    assert wrong == ["No mail relay is set, so nobody can sign up; set FEDPARENTS_SMTP_URL."]


def test_what_others_may_read_is_wrong_in_production(ready):
    ready.did("account", "list")  # makes the secret key
    data = ready.folder / "data"
    data.chmod(0o755)
    (data / "secret.key").chmod(0o644)
    said = marks(ready("check"))
    folder = f"Other users of this machine may look into {data}; run `chmod 700 {data}`."
    key = f"Other users of this machine may read {data}/secret.key;"
    assert said[folder] == "warning"
    assert next(mark for text, mark in said.items() if text.startswith(key)) == "wrong"
    ready.settings |= {"DOMAIN": "parents-issy.fr", "SMTP_URL": "smtp://localhost"}
    assert marks(ready("check"))[folder] == "wrong"


def test_a_place_that_was_never_founded_is_said(operator):
    (operator.folder / "data").mkdir(mode=0o700)
    said = marks(operator("check"))
    assert said["This place has not been founded yet: run `fedparents db upgrade`."] == "wrong"


@pytest.mark.parametrize(
    ("version", "verdict"), [((3, 51, 3), "fine"), ((3, 40, 1), "warning"), ((4, 0, 0), "fine")]
)
def test_an_old_sqlite_is_warned_of(version, verdict):
    assert judge_sqlite(version).verdict == verdict


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("45.0.7", "warning"), ("46.0.6", "warning"), ("46.0.7", "fine"), ("50.0.2", "fine")],
)
def test_an_old_cryptography_is_warned_of(version, verdict):
    assert judge_cryptography(version).verdict == verdict


def test_intruders_are_named():
    owners = {"federation": ["fedparents", "federation"], "web": ["web.py"], "sqlmodel": ["x"]}
    assert intruders_in(owners) == [("federation", "federation"), ("web", "web.py")]
    assert intruders_in({name: ["fedparents"] for name in OUR_NAMES}) == []
    assert [found.verdict for found in look_at_packages()] == [Verdict.FINE]


@pytest.mark.parametrize(
    ("megabytes", "verdict"), [(50, "wrong"), (500, "warning"), (5000, "fine")]
)
def test_a_full_disk_is_said_before_it_is_full(megabytes, verdict):
    assert judge_space(Path("var"), megabytes * 1024 * 1024).verdict == verdict


@pytest.mark.parametrize(
    ("now", "newest", "verdict"),
    [
        (datetime(2027, 1, 1, tzinfo=UTC), None, "fine"),
        (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, 0, 4, tzinfo=UTC), "fine"),
        (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC), "wrong"),
        (datetime(2020, 1, 1, tzinfo=UTC), None, "wrong"),
    ],
    ids=["new", "a-little-behind", "a-day-behind", "before-us"],
)
def test_a_clock_that_cannot_be_right_is_said(now, newest, verdict):
    assert judge_clock(now, newest).verdict == verdict
    if newest is not None:
        assert judge_clock(newest + timedelta(days=1), newest).verdict == Verdict.FINE


def test_online_calls_the_place_by_its_address(live, beside):
    operator = beside(live)
    (live.folder / "data").chmod(0o700)
    found = marks(operator.did("check", "--online"))
    assert found[f"{live.url}/healthz answers, as other towns will see it."] == "ok"


def test_online_says_that_nobody_answers(ready):
    ready.settings |= {
        "DOMAIN": f"localhost:{free_port()}",
        "ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8 ::1/128",
    }
    result = ready("check", "--online")
    assert result.complaint == "one thing is wrong"
    assert "This place cannot be reached by its address" in result.out


def test_online_says_how_to_try_it_on_one_machine(ready):
    result = ready("check", "--online")
    assert "set FEDPARENTS_ALLOWED_PRIVATE_NETWORKS=127.0.0.0/8" in result.out


async def test_photos_that_cannot_be_drawn_are_noticed(monkeypatch):
    monkeypatch.setattr(process, "_COMMAND", ("/bin/false",))
    found = await look_at_pictures()
    assert found.verdict == Verdict.WRONG
    assert "Photos cannot be drawn (photo_damaged)" in found.text
