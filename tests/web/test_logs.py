"""The log says what happened and never to whom."""

import io
import json
import subprocess
import sys

import pytest

from fedparents.errors import Unavailable

SCRIPT = """
import logging, sys, warnings
import structlog
from web.logs import set_up_logs
set_up_logs(sys.argv[1])
structlog.get_logger("x").info("mail.sent", count=2)
logging.getLogger("library").error("could not write to ana@example.org")
logging.getLogger("library").info("chatter")
warnings.warn("old habits")
try:
    raise ValueError("Key (email)=(ana@example.org) exists")
except ValueError:
    structlog.get_logger("x").exception("request.failed", reference="0123ABCD")
"""


async def test_a_request_is_one_line_without_anybody_in_it(visitor, log):
    await visitor.get("/legal/privacy?token=secret-token&email=ana@example.org")
    lines = [line for line in log.getvalue().splitlines() if " request " in line]
    assert len(lines) == 1
    assert "route=/legal/{kind}" in lines[0]
    assert "status=" in lines[0]
    assert "method=GET" in lines[0]
    assert "ms=" in lines[0]
    for told in ("secret-token", "ana@", "127.0.0.1", "privacy"):
        assert told not in log.getvalue()


async def test_an_unknown_path_is_not_repeated(visitor, log):
    await visitor.get("/ana@example.org")
    assert "ana" not in log.getvalue()
    assert "route=(none)" in log.getvalue()


async def test_what_machines_ask_every_minute_is_not_logged(visitor, log):
    await visitor.get("/healthz")
    await visitor.get("/readyz")
    assert not log.getvalue()


async def test_the_reason_of_a_refusal_is_logged_without_addresses(visitor, probe, log):
    probe.error = Unavailable("database_unavailable", log="no row for ana@example.org")
    await visitor.get("/fail")
    assert "no row for (address)" in log.getvalue()


@pytest.mark.parametrize("style", ["text", "json"])
def test_everything_goes_through_one_format(style):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, style], check=True, capture_output=True, text=True
    )
    assert not done.stdout
    assert "ana@example.org" not in done.stderr
    assert "chatter" not in done.stderr
    if style == "json":
        lines = [json.loads(line) for line in io.StringIO(done.stderr)]
        assert [line["level"] for line in lines] == ["info", "error", "warning", "error"]
        assert lines[0]["event"] == "mail.sent"
        assert lines[0]["count"] == 2
        assert "Traceback" in lines[-1]["exception"]
        assert lines[-1]["reference"] == "0123ABCD"
    else:
        assert "mail.sent" in done.stderr
        assert "\x1b" not in done.stderr
