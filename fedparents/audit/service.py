"""Writing the audit log, in the transaction of the change itself."""

from __future__ import annotations

from fedparents.audit.models import AuditEntry
from fedparents.db import UnitOfWork


def record_audit(
    uow: UnitOfWork,
    action: str,
    *,
    by: int | None,
    subject: int | None = None,
    group: int | None = None,
    reason: str | None = None,
) -> None:
    """Note that `by` (an actor; None is the place itself) did `action` to `subject`, in `group`."""
    uow.session.add(
        AuditEntry(
            id=uow.new_id(),
            by_actor_id=by,
            action=action,
            subject_id=subject,
            group_id=group,
            reason=reason,
            created_at=uow.now,
        )
    )
