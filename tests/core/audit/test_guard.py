"""The audit log only grows: the database itself refuses everything else, on both engines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from fedparents.audit.models import AuditEntry, AuditGate
from fedparents.audit.retention import empty_reasons, forget_entries
from fedparents.audit.service import record_audit
from fedparents.retention.service import forget_what_is_due
from tests.rig.builders import open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
REFUSED = "the audit log only grows"
A_YEAR = timedelta(days=365)


def note(uow, action="post.hidden"):
    record_audit(uow, action, by=7, subject=8, group=9, reason="spam")


async def entries(db):
    found = select(AuditEntry).order_by(col(AuditEntry.id))
    return list(await db.read(lambda session: session.exec(found).all()))


async def run(db, statement):
    return await db.write(lambda uow: uow.session.execute(sa.text(statement)).rowcount)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET action = 'nothing'",
        "UPDATE audit_entry SET reason = NULL",
        "UPDATE audit_entry SET by_actor_id = 1",
        "UPDATE audit_entry SET created_at = created_at",
    ],
)
async def test_nothing_that_happened_can_be_made_not_to_have(bare_db, statement):
    await bare_db.write(note)
    before = [entry.model_dump() for entry in await entries(bare_db)]
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED):
        await run(bare_db, statement)
    assert [entry.model_dump() for entry in await entries(bare_db)] == before


@pytest.mark.sqlite_only
async def test_an_entry_cannot_be_replaced_by_another(bare_db):
    await bare_db.write(note)
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED):
        await run(
            bare_db,
            "INSERT OR REPLACE INTO audit_entry (id, action, created_at)"
            " SELECT id, 'nothing', created_at FROM audit_entry",
        )
    (entry,) = await entries(bare_db)
    assert entry.action == "post.hidden"


@pytest.mark.postgres_only
async def test_the_log_cannot_be_emptied_at_a_stroke(bare_db):
    await bare_db.write(note)
    with pytest.raises(sa.exc.DBAPIError, match=REFUSED):
        await run(bare_db, "TRUNCATE audit_entry")
    assert len(await entries(bare_db)) == 1


async def test_through_the_gate_goes_only_what_is_old_enough(bare_db, clock):
    await bare_db.write(note, "post.hidden")
    clock.advance(days=366)
    await bare_db.write(note, "post.let_through")

    def too_much(uow):
        uow.session.add(AuditGate(id=1, before_at=uow.now - A_YEAR))
        uow.session.flush()
        uow.session.execute(sa.text("DELETE FROM audit_entry"))

    with pytest.raises(sa.exc.DBAPIError, match=REFUSED):
        await bare_db.write(too_much)
    assert len(await entries(bare_db)) == 2
    assert await bare_db.write(forget_entries, A_YEAR) == 1
    assert [entry.action for entry in await entries(bare_db)] == ["post.let_through"]
    assert await bare_db.write(forget_entries, A_YEAR) == 0


async def test_the_gate_lets_a_reason_go_and_nothing_else(bare_db, clock):
    await bare_db.write(note)
    clock.advance(days=366)

    def forge(uow):
        uow.session.add(AuditGate(id=1, before_at=uow.now - A_YEAR))
        uow.session.flush()
        uow.session.execute(sa.text("UPDATE audit_entry SET reason = NULL, by_actor_id = 1"))

    with pytest.raises(sa.exc.DBAPIError, match=REFUSED):
        await bare_db.write(forge)
    assert await bare_db.write(empty_reasons, A_YEAR) == 1
    (entry,) = await entries(bare_db)
    assert (entry.reason, entry.by_actor_id, entry.group_id) == (None, 7, 9)


async def test_the_gate_is_closed_when_the_night_is_over(bare_db, clock):
    await bare_db.write(open_the_doors)
    await bare_db.write(note)
    clock.advance(days=400)
    await forget_what_is_due(bare_db)
    assert await bare_db.read(lambda session: session.exec(select(AuditGate)).all()) == []
    reasons = {entry.action: entry.reason for entry in await entries(bare_db)}
    assert reasons["post.hidden"] is None
    clock.advance(days=1097)
    await forget_what_is_due(bare_db)
    assert "post.hidden" not in {entry.action for entry in await entries(bare_db)}
