"""What somebody may do for the whole place, in Mastodon's words."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

from fedparents.accounts.models import Role as AccountRole
from web.api.entities.entity import Entity


class Permission(IntFlag):
    """Those of Mastodon's bits that mean something here."""

    ADMINISTRATOR = 0x1
    AUDIT_LOG = 0x4
    DASHBOARD = 0x8
    REPORTS = 0x10
    USERS = 0x400
    INVITE_USERS = 0x10000


_MODERATES: Final = (
    Permission.AUDIT_LOG
    | Permission.DASHBOARD
    | Permission.REPORTS
    | Permission.USERS
    | Permission.INVITE_USERS
)
# The ids are those of Mastodon's own roles; everybody without one has -99.
_ROLES: Final = {
    AccountRole.MEMBER: ("-99", "", Permission.INVITE_USERS),
    AccountRole.MODERATOR: ("1", "Moderator", _MODERATES),
    AccountRole.ADMIN: ("2", "Admin", Permission.ADMINISTRATOR),
}


class AccountRoleEntity(Entity):
    """A role as everybody sees it beside a name."""

    id: str
    name: str
    color: str = ""

    @classmethod
    def list_of(cls, role: AccountRole) -> tuple[AccountRoleEntity, ...]:
        """None for members: only roles that mean something are shown."""
        if role == AccountRole.MEMBER:
            return ()
        number, name, _ = _ROLES[role]
        return (cls(id=number, name=name),)


class RoleEntity(Entity):
    """A role as its bearer sees it."""

    id: str
    name: str
    color: str = ""
    permissions: str
    highlighted: bool

    @classmethod
    def of(cls, role: AccountRole) -> RoleEntity:
        number, name, permissions = _ROLES[role]
        return cls(
            id=number,
            name=name,
            permissions=str(int(permissions)),
            highlighted=role != AccountRole.MEMBER,
        )
