"""What Alembic runs: the connection and the metadata come from the one who called."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlmodel.sql.sqltypes import AutoString

from fedparents.db.types import UTCDateTime
from fedparents.migrations import is_ours


def _report(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:
    """Called by Alembic, by keyword, after each revision."""
    say = context.config.attributes.get("say")
    if say is not None:
        say(f"migrated to {step.up_revision_id}")


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How column types are written in a revision: plainly, without SQLModel's own string."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "types.UTCDateTime()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["metadata"],
        # SQLite cannot change a column in place: the table is copied.
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        include_name=is_ours,
        on_version_apply=_report,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
