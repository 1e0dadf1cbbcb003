"""`fedparents serve` and `fedparents worker`: what they refuse, and what they do side by side."""

import time

import httpx2
import pytest

from tests.rig import processes
from tests.rig.live import COMMAND
from tests.web.cli.test_database import pretend_places_are_loaded


@pytest.mark.sqlite_only
@pytest.mark.parametrize("where", ["auto", "inside"])
def test_on_sqlite_a_worker_says_who_works_already(operator, where):
    operator.settings |= {"WORKER": where}
    complaint = operator("worker").complaint
    assert "on SQLite one process does everything" in complaint
    assert "FEDPARENTS_WORKER=outside" in complaint


@pytest.mark.sqlite_only
def test_a_file_has_one_server(live, beside):
    second = beside(live)("serve", BIND="127.0.0.1:0")
    assert second.complaint == "another fedparents server runs on this database already"
    assert httpx2.get(f"{live.url}/healthz").is_success


def test_a_port_has_one_server(operator, live):
    result = operator("serve", BIND=f"127.0.0.1:{live.port}")
    assert f"something listens on 127.0.0.1:{live.port} already" in result.complaint


def test_in_production_a_place_is_not_served_under_another_name(operator):
    operator.settings |= {"DOMAIN": "parents-issy.fr"}
    pretend_places_are_loaded(operator)
    operator.did("db", "upgrade")
    operator.settings |= {"DOMAIN": "parents-meudon.fr"}
    complaint = operator("serve", BIND="127.0.0.1:0").complaint
    assert "founded as parents-issy.fr" in complaint


def test_a_secret_key_that_is_broken_stops_the_start(operator):
    data = operator.folder / "data"
    data.mkdir()
    (data / "secret.key").write_bytes(b"short")
    assert "cut short" in operator("serve", BIND="127.0.0.1:0").complaint
    assert "cut short" in operator("account", "list").complaint


def test_a_worker_beside_the_server_does_its_work(new_live, beside):
    """On SQLite as well, if the operator parts them."""
    live = new_live(WORKER="outside")
    operator = beside(live)
    operator.did("account", "create", "ana", "--email", "ana@example.org")
    mails = live.folder / "data" / "mail"
    time.sleep(1.5)
    assert not mails.exists(), "the server leaves the work to the worker"
    worker = processes.start(
        [COMMAND, "worker"],
        log=live.folder / "worker.log",
        env=operator.environment({}),
        cwd=live.folder,
    )
    try:
        wait_for_mail(mails)
        operator.did("account", "create", "bao", "--email", "bao@example.org")
        wait_for_mail(mails, number=2)
    finally:
        status = processes.stop(worker)
    assert status == 0
    assert "is working for" in (live.folder / "worker.log").read_text()


def wait_for_mail(mails, number=1) -> None:
    give_up = time.monotonic() + 60
    while len(list(mails.glob("*.eml"))) < number and time.monotonic() < give_up:
        time.sleep(0.05)
    assert len(list(mails.glob("*.eml"))) == number
