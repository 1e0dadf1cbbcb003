"""The tools that other tests trust do what they say."""

from __future__ import annotations

import socket
from datetime import timedelta

import psycopg
import pytest

from fedparents import clock as fedparents_clock
from tests.rig.network import WentOutside
from tests.rig.pages import form_with
from tests.rig.postgres import PostgresServer

PAGE = """
<form action="/search"><input name="words"></form>
<form action="/join" method="post">
  <input type="hidden" name="form_key" value="k">
  <input name="email" value="ana@example.org">
  <input type="checkbox" name="agrees" value="yes" checked><input type="checkbox" name="news">
  <input type="radio" name="age" value="16"><input type="radio" name="age" value="18" checked>
  <select name="language"><option value="fr">fr<option value="th" selected>th</select>
  <textarea name="reason">We live &amp; work here</textarea>
  <button name="then" value="stay">Join</button>
</form>
"""


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "2001:db8::1"])
def test_no_test_reaches_the_outside(host):
    with pytest.raises(WentOutside):
        socket.create_connection((host, 80), timeout=1)


def test_a_form_is_read_as_a_browser_reads_it():
    form = form_with(PAGE, {"email", "news", "then"})
    assert form.action == "/join"
    assert form.answers == {
        "form_key": ["k"],
        "email": ["ana@example.org"],
        "agrees": ["yes"],
        "age": ["18"],
        "language": ["th"],
        "reason": ["We live & work here"],
    }


def test_the_clock_stands_still_until_it_is_moved(clock):
    before = fedparents_clock.now()
    assert fedparents_clock.now() == before
    clock.advance(days=8)
    assert fedparents_clock.now() - before == timedelta(days=8)


def test_a_durable_postgres_survives_being_killed():
    with PostgresServer(durable=True) as server:
        url = server.create()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (id bigint)")
            connection.execute("INSERT INTO kept VALUES (1)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.restart()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]
