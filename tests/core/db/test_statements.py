"""Hot statements: what they are given is what runs."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam, inspect
from sqlmodel import select

from fedparents.actors.models import Actor, ActorKind
from fedparents.db import HotRows, HotStatement, UTCDateTime

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
# Values of two kinds: one is converted on its way to a driver, the other goes as it is.
_HELLO = HotStatement(
    sa.select(
        bindparam("now", type_=UTCDateTime).label("now"),
        (bindparam("number", type_=sa.BigInteger) + 1).label("next"),
    )
)


async def test_what_is_given_comes_back(bare_db):
    rows = await bare_db.read(lambda s: _HELLO.rows(s.connection(), now=NOW, number=6))
    assert rows == [(NOW, 7)]
    nothing = await bare_db.read(lambda s: _HELLO.rows(s.connection(), now=None, number=6))
    assert nothing == [(None, 7)]


@pytest.mark.parametrize("given", [{"now": NOW}, {"number": 6}])
async def test_what_nobody_gave_does_not_become_nothing(bare_db, given):
    """A parameter with a misspelled name would quietly find no row."""
    with pytest.raises(Exception, match=r"now|number|binding 2"):
        await bare_db.read(lambda s: _HELLO.rows(s.connection(), **given))


async def test_a_row_that_was_added_is_as_if_it_had_been_read(db):
    """The ORM reads it as one of its own, and what is changed afterwards is written down."""
    rows = HotRows(Actor)
    values: dict[str, Any] = {
        "kind": ActorKind.PERSON,
        "handle": "ana",
        "display_name": "Ana",
        "created_at": NOW,
    }

    def add(uow):
        added = rows.add(uow.session, id=7, **values)
        found = uow.session.exec(select(Actor).where(Actor.id == 7)).one()
        assert found is added
        assert (added in uow.session, inspect(added).persistent) == (True, True)
        uow.session.add(Actor(id=8, **values | {"handle": "bea"}))
        added.summary = "a"
        return added

    added = await db.write(add)
    hot, usual = await db.read(lambda session: [session.get_one(Actor, n) for n in (7, 8)])
    names = Actor.model_fields
    assert [getattr(added, name) for name in names] == [getattr(hot, name) for name in names]
    differing = [name for name in names if getattr(hot, name) != getattr(usual, name)]
    assert sorted(differing) == ["handle", "id", "summary"]


async def test_a_row_needs_what_has_no_default(db):
    rows = HotRows(Actor)
    with pytest.raises(Exception, match=r"created_at|binding"):
        await db.write(
            lambda uow: rows.add(
                uow.session, id=7, kind=ActorKind.PERSON, handle="ana", display_name="Ana"
            )
        )


@pytest.mark.sqlite_only
async def test_words_and_limits_do_not_make_a_statement_anew(bare_db):
    """SQLite looks into a bound word or limit, and prepares the statement again for each value."""
    heard = sa.table("job", sa.column("id"), sa.column("name"), sa.column("is_leased"))
    statement = HotStatement(
        sa.select(heard.c.id)
        .where(heard.c.name == "mail", heard.c.id > bindparam("after", type_=sa.BigInteger))
        .limit(bindparam("limit", type_=sa.Integer))
    )
    seen: list[str] = []

    def look(session):
        connection = session.connection()
        connection.connection.driver_connection.set_trace_callback(seen.append)
        for limit in (1, 2):
            statement.rows(connection, after=limit, limit=limit)
        connection.connection.driver_connection.set_trace_callback(None)

    await bare_db.read(look)
    assert all("'mail'" in sql and "+ 0" in sql for sql in seen)
    assert len(seen) == 2
