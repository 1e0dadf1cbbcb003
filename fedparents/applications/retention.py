"""What of applications is forgotten when (the retention table of features 5)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from fedparents.applications.models import AccessToken, Application, ApplicationToken, Grant


def old_grants(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(Grant.expires_at) < cutoff


def ended_tokens(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(AccessToken.revoked_at) < cutoff


def unused_applications(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Registered so long ago, and nobody has let it in: most apps register anew with each try. Each
    of them gets a token of its own at once, which holds it no longer than it takes to sign in."""
    of_people = select(AccessToken.id).where(col(AccessToken.application_id) == col(Application.id))
    of_its_own = select(ApplicationToken.id).where(
        col(ApplicationToken.application_id) == col(Application.id),
        col(ApplicationToken.revoked_at).is_(None),
        col(ApplicationToken.created_at) >= cutoff,
    )
    return sa.and_(col(Application.created_at) < cutoff, ~of_people.exists(), ~of_its_own.exists())
