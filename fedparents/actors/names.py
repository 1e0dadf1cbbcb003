"""The name under which somebody is found here, in queries."""

from __future__ import annotations

import sqlalchemy as sa


def address_in(actor: sa.FromClause) -> sa.ColumnElement[str]:
    """`Actor.address` as a value of a query on this alias of actors."""
    handle, domain = actor.c.handle, actor.c.domain
    return sa.case((domain != sa.literal_column("''"), handle + "@" + domain), else_=handle)
