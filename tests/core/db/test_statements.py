"""Hot statements: what they are given is what runs."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.db import HotStatement, UTCDateTime

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
