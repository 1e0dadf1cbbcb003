"""2026_11_23_0801_reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0801_reports"
down_revision = "2026_11_23_0552_faster_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_gate",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("before_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_gate")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("target_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("is_for_place", sa.Boolean(), nullable=False),
        sa.Column("complaint_count", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(), nullable=False),
        sa.Column("hidden_at", types.UTCDateTime(), nullable=True),
        sa.Column("assigned_to_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", types.UTCDateTime(), nullable=True),
        sa.Column("closed_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to_actor_id"], ["actor.id"], name=op.f("fk_report_assigned_to_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["parents_group.actor_id"],
            name=op.f("fk_report_group_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["target_actor_id"], ["actor.id"], name=op.f("fk_report_target_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_group_id", ["group_id", "state", "id"], unique=False)
        batch_op.create_index("ix_report_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "ix_report_subject_id", ["subject_id", "subject_kind", "state"], unique=False
        )
        batch_op.create_index("ix_report_target_actor_id", ["target_actor_id", "id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("by_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_notice", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_actor_id"], ["actor.id"], name=op.f("fk_complaint_by_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_complaint_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_by_actor_id", ["by_actor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_report_id"), ["report_id"], unique=False)
        batch_op.create_index(
            "uq_complaint_by",
            ["report_id", "by_actor_id"],
            unique=True,
            sqlite_where=sa.text("by_actor_id IS NOT NULL"),
            postgresql_where=sa.text("by_actor_id IS NOT NULL"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("ground_text", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("banned_until", sa.Date(), nullable=True),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by_actor_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", types.UTCDateTime(), nullable=False),
        sa.Column("told_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_actor_id"], ["actor.id"], name=op.f("fk_decision_decided_by_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_decision_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_decided_by_actor_id"), ["decided_by_actor_id"], unique=False
        )
        batch_op.create_index("ix_decision_report_id", ["report_id", "id"], unique=False)

    op.create_table(
        "sealed_copy",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_sealed_copy_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_sealed_copy")),
    )
    with op.batch_alter_table("sealed_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_copy_sealed_at"), ["sealed_at"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=True),
        sa.Column("by_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_by_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_actor_id"], ["actor.id"], name=op.f("fk_appeal_by_actor_id")),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_appeal_complaint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_actor_id"], ["actor.id"], name=op.f("fk_appeal_decided_by_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint(
            "decision_id", "complaint_id", name=op.f("uq_appeal_decision_id_complaint_id")
        ),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_appeal_target",
            ["decision_id"],
            unique=True,
            sqlite_where=sa.text("complaint_id IS NULL"),
            postgresql_where=sa.text("complaint_id IS NULL"),
        )

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_audit_entry_group_id",
            ["group_id", "id"],
            unique=False,
            sqlite_where=sa.text("group_id IS NOT NULL"),
            postgresql_where=sa.text("group_id IS NOT NULL"),
        )
    _guard_audit_log()


def _guard_audit_log() -> None:
    """The log only grows: the database itself refuses to change or delete an entry, except what is
    older than the open gate says, in the transaction of retention that opens it."""
    statements = _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(sa.text(statement))


_SQLITE = (
    """
    CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at)
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
    """
    CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry
    WHEN NOT EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at)
      OR NEW.reason IS NOT NULL
      OR NEW.id IS NOT OLD.id
      OR NEW.by_actor_id IS NOT OLD.by_actor_id
      OR NEW.action IS NOT OLD.action
      OR NEW.subject_id IS NOT OLD.subject_id
      OR NEW.group_id IS NOT OLD.group_id
      OR NEW.created_at IS NOT OLD.created_at
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
    # INSERT OR REPLACE deletes without asking the first of them.
    """
    CREATE TRIGGER audit_entry_is_new BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
)
_POSTGRES = (
    """
    CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'TRUNCATE' THEN
        IF EXISTS (SELECT 1 FROM audit_gate WHERE OLD.created_at < before_at) THEN
          IF TG_OP = 'DELETE' THEN
            RETURN OLD;
          END IF;
          IF NEW.reason IS NULL
            AND (NEW.id, NEW.by_actor_id, NEW.action, NEW.subject_id, NEW.group_id, NEW.created_at)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.by_actor_id, OLD.action, OLD.subject_id, OLD.group_id, OLD.created_at)
          THEN
            RETURN NEW;
          END IF;
        END IF;
      END IF;
      RAISE EXCEPTION 'the audit log only grows';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()
    """,
    """
    CREATE TRIGGER audit_entry_remains BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()
    """,
)
