"""When something rings: at once, after the quiet hours, together with others, or not at all.

What somebody wants is asked when it is told and again when it is sent: whoever turned something off
in between hears nothing. Handing it on is a fact in the commit that says it has rung, so that
neither is true without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.instance.views import get_instance_view
from fedparents.notifications.channels import Channels, Level, Wishes, channels_for
from fedparents.notifications.facts import NoticeMailDue, PushesDue
from fedparents.notifications.kinds import LATER, RULES, Kind, Mail
from fedparents.notifications.listening import (
    COUNT_RUNG,
    FIND_LISTENER,
    HOLD,
    IS_COMING,
    LET_GO,
    LIST_HELD,
    SET_RUNG,
)
from fedparents.notifications.models import HOPELESS_AFTER, NotificationReader
from fedparents.notifications.queries import NotificationView, list_told, list_unseen
from fedparents.notifications.service import Told
from fedparents.notifications.wishes import Kept, quiet_hours, wishes_of

PUSHES_A_JOB: Final = 25
_HELD_AT_ONCE: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL: Final = NotificationReader(account_id=0)


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody as a ring meets them."""

    wishes: Wishes
    is_muted: bool
    """They want no more of the group than what is about themselves."""
    has_push: bool
    shows_words: bool
    language: str
    """Empty: the place's."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What one push or one mail is about, as it stands when it leaves."""

    account_id: int
    views: list[NotificationView]
    """The newest first; none: there is nothing to say any more."""
    wait_until: datetime | None
    shows_words: bool
    language: str


def ring(uow: UnitOfWork, told: Sequence[Told]) -> None:
    """Let ring what has just been written down, each as its reader wishes."""
    if not told:
        return
    handing = _HandingOn(uow)
    for each in told:
        _ring_one(uow, handing, each)
    handing.finish()


def ring_first(uow: UnitOfWork, told: Iterable[Told], *, at_most: int) -> None:
    """The same for the first so many who want to hear of it, now or in the morning."""
    handing = _HandingOn(uow)
    heard = 0
    for each in told:
        heard += _ring_one(uow, handing, each)
        if heard == at_most:
            break
    handing.finish()


def ring_held(uow: UnitOfWork) -> int:
    """Let ring what has waited long enough, together what is of one kind; how much that was."""
    connection = uow.session.connection()
    rows = LIST_HELD.rows(connection, now=uow.now, most=_HELD_AT_ONCE)
    handing = _HandingOn(uow)
    for _, group in groupby(rows, key=itemgetter(1, 2)):
        _ring_together(uow, handing, list(group))
    handing.finish()
    return len(rows)


def find_ring(
    session: Session, ids: Iterable[int], *, now: datetime, zone: ZoneInfo
) -> Ring | None:
    """What to push of these, which are one account's; None when none of them is there."""
    views = list_told(session, sorted(ids, reverse=True))
    if not views:
        return None
    wanted, until = [], None
    for view in views:
        listener = find_listener(session, view.account_id, view.group_id, now=now, zone=zone)
        channels = _channels_of(listener, view.kind, now)
        if view.is_new and channels.push:
            wanted.append(view)
            until = channels.wait_until
    return Ring(views[0].account_id, wanted, until, listener.shows_words, listener.language)


def find_mail(session: Session, ids: Iterable[int], *, now: datetime) -> list[NotificationView]:
    """What to mail at once of these, which are one account's, the newest first. What has waited
    some hours brings along all of its kind that has come since and has not been seen."""
    views = [view for view in list_told(session, sorted(ids, reverse=True)) if view.is_new]
    zone = get_instance_view(session).zone
    due = {view.id: mail_of(session, view, now, zone) for view in views}
    later = {view.kind for view in views if due[view.id] == Mail.LATER}
    found = [view for view in views if due[view.id] == Mail.NOW]
    if later:
        unseen = list_unseen(session, views[0].account_id)
        found += [
            view
            for view in unseen
            if view.kind in later and mail_of(session, view, now, zone) == Mail.LATER
        ]
    return found


def hold_again(uow: UnitOfWork, ids: Iterable[int], until: datetime) -> None:
    """Quiet has come before it could leave."""
    for each in ids:
        HOLD.run(uow.session.connection(), one=each, until=until)


def ring_by_mail(uow: UnitOfWork, ids: Iterable[int]) -> None:
    """The device is gone that was to be reached: if it was the last one, mail takes its place."""
    handing = _HandingOn(uow)
    due = [
        view.id
        for view in list_told(uow.session, ids)
        if not (channels := handing.channels(view.account_id, view.kind, view.group_id)).push
        and channels.mail == Mail.NOW
        and view.is_new
    ]
    if due:
        uow.record(NoticeMailDue(due))


def find_listener(
    session: Session, account_id: int, group_id: int | None, *, now: datetime, zone: ZoneInfo
) -> Listener:
    """What somebody wants to hear of a group, or (None) of what belongs to none.

    Raises NotFound when the account has been erased.
    """
    rows = FIND_LISTENER.rows(
        session.connection(),
        account_id=account_id,
        group_id=group_id,
        now=now,
        hopeless=now - HOPELESS_AFTER,
    )
    if not rows:
        raise NotFound("account_not_found")
    (row,) = rows
    level, choices, begin, end, shows_words, own_level, own_choices, is_muted, has_push, tag = row
    if begin is None:
        begin, end = _USUAL.quiet_begin, _USUAL.quiet_end
    everything = Kept(Level(level) if level else None, choices or "")
    of_group = None
    if own_choices is not None:
        of_group = Kept(Level(own_level) if own_level else None, own_choices)
    return Listener(
        wishes=wishes_of(everything, of_group, quiet_hours(begin, end, zone)),
        is_muted=bool(is_muted),
        has_push=bool(has_push),
        shows_words=bool(shows_words),
        language=tag,
    )


class _HandingOn:
    """Asks what people want, and gathers what rings now, so that it goes on in a few jobs."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._zone = get_instance_view(uow.session).zone
        self._pushes: list[list[int]] = []

    def channels(self, account_id: int, kind: Kind, group_id: int | None) -> Channels:
        session, now = self._uow.session, self._uow.now
        listener = find_listener(session, account_id, group_id, now=now, zone=self._zone)
        return _channels_of(listener, kind, now)

    def over(self, ids: list[int], channels: Channels) -> None:
        """These ring as one."""
        connection = self._uow.session.connection()
        for each in ids:
            SET_RUNG.run(connection, one=each, now=self._uow.now)
        if channels.push:
            self._pushes.append(ids)
        if channels.mail == Mail.NOW:
            self._uow.record(NoticeMailDue(ids))

    def finish(self) -> None:
        for first in range(0, len(self._pushes), PUSHES_A_JOB):
            self._uow.record(PushesDue(self._pushes[first : first + PUSHES_A_JOB]))


def _ring_one(uow: UnitOfWork, handing: _HandingOn, told: Told) -> bool:
    """Whether it rings, or will."""
    channels = handing.channels(told.account_id, told.kind, told.group_id)
    if channels.mail == Mail.LATER:
        _mail_later(uow, told)
    if not channels.rings:
        return False
    until = channels.wait_until or _until_together(uow, told.account_id, told.kind)
    if until is None:
        handing.over([told.id], channels)
    else:
        HOLD.run(uow.session.connection(), one=told.id, until=until)
    return True


def _ring_together(
    uow: UnitOfWork, handing: _HandingOn, rows: list[tuple[int, int, str, int | None, datetime]]
) -> None:
    connection = uow.session.connection()
    new = {view.id for view in list_told(uow.session, [row[0] for row in rows]) if view.is_new}
    ringing: dict[Channels, list[int]] = {}
    for each, account_id, kind, group_id, created_at in rows:
        channels = handing.channels(account_id, Kind(kind), group_id)
        is_over = created_at + RULES[Kind(kind)].lasts <= uow.now
        if each not in new or is_over or not channels.rings:
            LET_GO.run(connection, one=each)
        elif channels.wait_until is not None:
            HOLD.run(connection, one=each, until=channels.wait_until)
        else:
            ringing.setdefault(channels, []).append(each)
    for channels, ids in ringing.items():
        handing.over(ids, channels)


def _channels_of(listener: Listener, kind: Kind, now: datetime) -> Channels:
    if listener.is_muted and RULES[kind].is_of_group:
        return Channels(push=False, mail=Mail.NEVER)
    return channels_for(kind, listener.wishes, now=now, has_push=listener.has_push)


def mail_of(session: Session, view: NotificationView, now: datetime, zone: ZoneInfo) -> Mail:
    """When a mail tells its reader of it, by what they want at this moment."""
    listener = find_listener(session, view.account_id, view.group_id, now=now, zone=zone)
    return _channels_of(listener, view.kind, now).mail


def _until_together(uow: UnitOfWork, account_id: int, kind: Kind) -> datetime | None:
    """When the next of this kind may ring; None: now."""
    together = RULES[kind].together
    ((times, first),) = COUNT_RUNG.rows(
        uow.session.connection(),
        account_id=account_id,
        kind=kind.value,
        since=uow.now - together.within,
    )
    return first + together.within if times >= together.after else None


def _mail_later(uow: UnitOfWork, told: Told) -> None:
    """One mail for all of this kind that come within one stretch of four hours, at its end."""
    began = _EPOCH + (uow.now - _EPOCH) // LATER * LATER
    is_coming = IS_COMING.rows(
        uow.session.connection(),
        account_id=told.account_id,
        kind=told.kind.value,
        one=told.id,
        since=began,
    )
    if not is_coming:
        uow.record(NoticeMailDue([told.id]), at=began + LATER)
