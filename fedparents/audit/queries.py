"""Reading the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, func, select

from fedparents.audit.models import AuditEntry


def find_newest_entry(session: Session) -> datetime | None:
    """When somebody last did something; in the future, if the clock has been put back since."""
    return session.exec(select(func.max(AuditEntry.created_at))).one()
