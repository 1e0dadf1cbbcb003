"""What a round costs does not depend on how much waits elsewhere."""

import pytest
from sqlalchemy.dialects import sqlite

from federation.delivery.statements import (
    FIND_NEXT_DUE,
    HAS_LEFT,
    IS_ANYTHING_DUE,
    LEASE_HOSTS,
    LIST_DUE,
    LIST_EXPIRED,
)

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (IS_ANYTHING_DUE, "ix_delivery_host_due"),
        (LEASE_HOSTS, "ix_delivery_host_due"),
        (LIST_DUE, "ix_delivery_waiting (host_id=? AND due_at<?)"),
        (LIST_DUE, "ix_delivery_lane (host_id=? AND lane=? AND activity_id<?)"),
        (FIND_NEXT_DUE, "ix_delivery_waiting (host_id=? AND due_at>?)"),
        (HAS_LEFT, "ix_outgoing_activity_post_id (post_id=?)"),
        (LIST_EXPIRED, "ix_outgoing_activity_expires_at (expires_at<?)"),
    ],
)
async def test_each_looks_at_what_is_due_only(db, statement, index):
    def explain(session):
        asked = statement.statement.compile(dialect=sqlite.dialect())
        values = tuple(1 for _ in asked.positiontup or ())
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)
        return "\n".join(str(row[-1]) for row in plan)

    plan = await db.read(explain)
    assert index in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
