"""How people choose what they hear: for everything, for one group, for one kind; and less of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotFound
from fedparents.groups.models import Membership, MembershipState
from fedparents.notifications.channels import Choice, Level
from fedparents.notifications.kinds import RULES, Choosing, Kind, Mail
from fedparents.notifications.models import GroupWish, NotificationReader
from fedparents.notifications.service import get_reader
from fedparents.notifications.wishes import read_choices, write_choices

MINUTES_A_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class GroupLevel:
    """One of the viewer's groups, and how much of it they hear."""

    group_id: int
    name: str
    level: Level
    is_muted: bool


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """What the viewer wants, as the page of settings shows it."""

    reader: NotificationReader
    groups: list[GroupLevel]
    choices: dict[Kind, Choice]


@dataclass(frozen=True, slots=True)
class WishesDraft:
    level: Level
    groups: Mapping[int, Level]
    """Of the groups that were shown; one that is as everything follows it from then on."""
    quiet_begin: int
    """Minutes after midnight; both the same: no quiet hours."""
    quiet_end: int
    weekday: int
    gets_daily: bool
    gets_weekly: bool
    shows_words: bool


def get_own_wishes(session: Session, viewer: Viewer) -> OwnWishes:
    reader = get_reader(session, viewer.account_id)
    groups = (
        select(Membership, Actor.display_name, GroupWish)
        .join(Actor, col(Actor.id) == col(Membership.group_id))
        .outerjoin(
            GroupWish,
            sa.and_(
                col(GroupWish.group_id) == col(Membership.group_id),
                col(GroupWish.account_id) == viewer.account_id,
            ),
        )
        .where(Membership.actor_id == viewer.actor_id, Membership.state == MembershipState.ACTIVE)
        .order_by(func.lower(Actor.display_name))
        .limit(200)
    )
    levels = [
        GroupLevel(
            membership.group_id,
            name,
            _level_of(wish, reader),
            membership.is_muted,
        )
        for membership, name, wish in session.exec(groups)
    ]
    return OwnWishes(reader, levels, read_choices(reader.choices))


def change_wishes(uow: UnitOfWork, viewer: Viewer, draft: WishesDraft) -> None:
    """Raises Invalid; groups that the viewer is not in are passed over."""
    for field, minute in (("quiet_begin", draft.quiet_begin), ("quiet_end", draft.quiet_end)):
        if not 0 <= minute < MINUTES_A_DAY:
            raise Invalid({field: "not_a_time"})
    own = {each.group_id for each in get_own_wishes(uow.session, viewer).groups}
    reader = get_reader(uow.session, viewer.account_id)
    reader.level, reader.weekday = draft.level, draft.weekday % 7
    reader.quiet_begin, reader.quiet_end = draft.quiet_begin, draft.quiet_end
    reader.gets_daily, reader.gets_weekly = draft.gets_daily, draft.gets_weekly
    reader.shows_words = draft.shows_words
    uow.session.add(reader)
    for group_id, level in draft.groups.items():
        if group_id in own:
            _set_group(uow, viewer.account_id, group_id, None if level == draft.level else level)


def change_choices(uow: UnitOfWork, viewer: Viewer, choices: Mapping[Kind, Choice]) -> None:
    """What the viewer says about single kinds; about those that may not be turned off, nothing."""
    reader = get_reader(uow.session, viewer.account_id)
    said = {kind: each for kind, each in choices.items() if RULES[kind].choosing == Choosing.ALL}
    reader.choices = write_choices({**read_choices(reader.choices), **said})
    uow.session.add(reader)


def silence_kind(
    uow: UnitOfWork, account_id: int, kind: Kind, group_id: int | None, choice: Choice
) -> None:
    """Less of one kind, of one group or everywhere; for whoever holds the link. Raises NotFound."""
    if RULES[kind].choosing != Choosing.ALL:
        raise NotFound("nothing_to_turn_off")
    _require(uow.session, account_id)
    if group_id is None or uow.session.get(Membership, (group_id, _actor(uow, account_id))) is None:
        reader = get_reader(uow.session, account_id)
        reader.choices = _with(reader.choices, kind, choice)
        uow.session.add(reader)
        return
    wish = uow.session.get(GroupWish, (account_id, group_id))
    wish = wish or GroupWish(account_id=account_id, group_id=group_id)
    wish.choices = _with(wish.choices, kind, choice)
    uow.session.add(wish)


def stop_digest(uow: UnitOfWork, account_id: int, which: Mail) -> None:
    """No daily, or no weekly digest any more. Raises NotFound."""
    _require(uow.session, account_id)
    reader = get_reader(uow.session, account_id)
    if which == Mail.DAILY:
        reader.gets_daily = False
    else:
        reader.gets_weekly = False
    uow.session.add(reader)


def _level_of(wish: GroupWish | None, reader: NotificationReader) -> Level:
    return (wish.level if wish is not None else None) or reader.level


def _with(choices: str, kind: Kind, choice: Choice) -> str:
    """The same choices, with what is said here about one kind."""
    said = read_choices(choices)
    before = said.get(kind, Choice())
    push = before.push if choice.push is None else choice.push
    mail = before.mail if choice.mail is None else choice.mail
    return write_choices({**said, kind: replace(before, push=push, mail=mail)})


def _set_group(uow: UnitOfWork, account_id: int, group_id: int, level: Level | None) -> None:
    wish = uow.session.get(GroupWish, (account_id, group_id))
    if wish is None and level is None:
        return
    wish = wish or GroupWish(account_id=account_id, group_id=group_id)
    wish.level = level
    uow.session.add(wish)


def _require(session: Session, account_id: int) -> None:
    if session.get(Account, account_id) is None:
        raise NotFound("account_not_found")


def _actor(uow: UnitOfWork, account_id: int) -> int:
    return uow.session.get_one(Account, account_id).actor_id
