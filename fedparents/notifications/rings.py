"""When something rings: at once, after the quiet hours, together with others, or not at all.

What somebody wants is asked when it is told and again when it is sent: whoever turned something off
in between hears nothing. Handing it on is a fact in the commit that says it has rung, so that
neither is true without the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fedparents.db import UnitOfWork, in_bites
from fedparents.errors import NotFound
from fedparents.instance.views import get_instance_view
from fedparents.notifications.alerts import kinds_asked
from fedparents.notifications.channels import Channels, Level, Wishes, channels_for
from fedparents.notifications.facts import NoticeMailDue, PushesDue
from fedparents.notifications.kinds import LATER, RULES, Kind, Mail
from fedparents.notifications.listening import (
    COUNT_RUNG,
    HOLD,
    IS_COMING,
    LET_GO,
    LIST_HELD,
    LIST_LISTENERS,
    SET_RUNG,
)
from fedparents.notifications.models import HOPELESS_AFTER, NotificationReader
from fedparents.notifications.queries import NotificationView, list_told, list_unseen
from fedparents.notifications.service import Told
from fedparents.notifications.wishes import Kept, quiet_hours, wishes_of

PUSHES_A_JOB: Final = 25
_HELD_AT_ONCE: Final = 500
_AT_ONCE: Final = 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL: Final = NotificationReader(account_id=0)

Who = tuple[int, int | None]
"""An account, and the group that it is told of."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody as a ring meets them."""

    wishes: Wishes
    is_muted: bool
    """They want no more of the group than what is about themselves."""
    has_push: bool
    """In a browser."""
    asked: frozenset[Kind]
    """What one of their apps pushes."""
    shows_words: bool
    language: str
    """Empty: the place's."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What one push or one mail is about, as it stands when it leaves."""

    account_id: int
    views: list[NotificationView]
    """The newest first."""
    wait_until: datetime | None
    shows_words: bool
    language: str
    in_browsers: frozenset[int]
    """Those of them that browsers push; apps choose for themselves."""

    def part(self, ids: Collection[int]) -> Ring | None:
        """The same of some of it alone; None where there is none of them."""
        views = [view for view in self.views if view.id in ids]
        return replace(self, views=views) if views else None


def ring(uow: UnitOfWork, told: Sequence[Told]) -> None:
    """Let ring what has just been written down, each as its reader wishes."""
    ring_first(uow, told, at_most=len(told))


def ring_first(uow: UnitOfWork, told: Sequence[Told], *, at_most: int) -> None:
    """The same for the first so many who want to hear of it, now or in the morning."""
    handing, heard = _HandingOn(uow), 0
    for first in range(0, len(told), _AT_ONCE):
        if heard == at_most:
            break
        heard += _ring_some(uow, handing, told[first : first + _AT_ONCE], at_most - heard)
    handing.finish()


def ring_held(uow: UnitOfWork) -> int:
    """Let ring what has waited long enough, together what is of one kind; how much that was."""
    connection = uow.session.connection()
    rows = LIST_HELD.rows(connection, now=uow.now, most=_HELD_AT_ONCE)
    handing = _HandingOn(uow)
    held = [Told(each, account, Kind(kind), group) for each, account, kind, group in rows]
    views = list_told(uow.session, [each.id for each in held])
    lasting = {view.id for view in views if view.is_new and _lasts(view, uow.now)}
    reached = handing.channels_of(held)
    for _, together in groupby(reached, key=lambda pair: (pair[0].account_id, pair[0].kind)):
        _ring_together(uow, handing, list(together), lasting)
    handing.finish()
    return len(rows)


def list_rings(
    session: Session, bundles: Iterable[Sequence[int]], *, now: datetime, zone: ZoneInfo
) -> list[tuple[Sequence[int], Ring]]:
    """What to push of these bundles, of which each is one account's; those of which there is
    nothing to say any more are left out."""
    bundles = list(bundles)
    views = {view.id: view for view in list_told(session, [one for ids in bundles for one in ids])}
    who = ((view.account_id, view.group_id) for view in views.values())
    listeners = list_listeners(session, who, now=now, zone=zone)
    found = []
    for ids in bundles:
        there = [views[each] for each in sorted(ids, reverse=True) if each in views]
        ring = _ring_of(there, listeners, now)
        if ring is not None:
            found.append((ids, ring))
    return found


def _ring_of(
    views: Sequence[NotificationView], listeners: Mapping[Who, Listener], now: datetime
) -> Ring | None:
    wanted, until, in_browsers = [], None, set()
    for view in views:
        listener = listeners[view.account_id, view.group_id]
        channels = _channels_of(listener, view.kind, now)
        if view.is_new and channels.push:
            wanted.append(view)
            until = channels.wait_until
            if _channels_of(replace(listener, asked=frozenset()), view.kind, now).push:
                in_browsers.add(view.id)
    if not wanted:
        return None
    return Ring(
        account_id=wanted[0].account_id,
        views=wanted,
        wait_until=until,
        shows_words=listener.shows_words,
        language=listener.language,
        in_browsers=frozenset(in_browsers),
    )


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
    told = [
        Told(view.id, view.account_id, view.kind, view.group_id)
        for view in list_told(uow.session, ids)
        if view.is_new
    ]
    reached = handing.channels_of(told)
    due = [each.id for each, how in reached if how.mail == Mail.NOW and not how.push]
    if due:
        uow.record(NoticeMailDue(due))


def find_listener(
    session: Session, account_id: int, group_id: int | None, *, now: datetime, zone: ZoneInfo
) -> Listener:
    """What somebody wants to hear of a group, or (None) of what belongs to none.

    Raises NotFound when the account has been erased.
    """
    found = list_listeners(session, [(account_id, group_id)], now=now, zone=zone)
    if not found:
        raise NotFound("account_not_found")
    return found[account_id, group_id]


def list_listeners(
    session: Session, who: Iterable[Who], *, now: datetime, zone: ZoneInfo
) -> dict[Who, Listener]:
    """The same for several; who has been erased is left out."""
    by_group: dict[int | None, set[int]] = {}
    for account_id, group_id in who:
        by_group.setdefault(group_id, set()).add(account_id)
    at = {"now": now, "hopeless": now - HOPELESS_AFTER}
    return {
        (account_id, group_id): _listener(row, zone)
        for group_id, accounts in by_group.items()
        for bite in in_bites(list(accounts))
        for account_id, *row in LIST_LISTENERS.rows(
            session.connection(), group_id=group_id, **at, **bite
        )
    }


def _listener(row: Sequence[Any], zone: ZoneInfo) -> Listener:
    level, choices, begin, end, shows_words, own_level, own_choices, is_muted, *rest = row
    has_push, asked, tag = rest
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
        asked=kinds_asked(asked or ""),
        shows_words=bool(shows_words),
        language=tag,
    )


class _HandingOn:
    """Asks what people want, and gathers what rings now, so that it goes on in a few jobs."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._zone = get_instance_view(uow.session).zone
        self._pushes: list[list[int]] = []
        self._rung: list[int] = []

    def channels_of(self, told: Sequence[Told]) -> Iterator[tuple[Told, Channels]]:
        """How each of these reaches its reader."""
        now = self._uow.now
        who = ((each.account_id, each.group_id) for each in told)
        found = list_listeners(self._uow.session, who, now=now, zone=self._zone)
        for each in told:
            listener = found[each.account_id, each.group_id]
            yield each, _channels_of(listener, each.kind, now)

    def over(self, ids: list[int], channels: Channels) -> None:
        """These ring as one."""
        self._rung += ids
        if channels.push:
            self._pushes.append(ids)
        if channels.mail == Mail.NOW:
            self._uow.record(NoticeMailDue(ids))

    def finish(self) -> None:
        connection = self._uow.session.connection()
        for bite in in_bites(self._rung):
            SET_RUNG.run(connection, now=self._uow.now, **bite)
        for first in range(0, len(self._pushes), PUSHES_A_JOB):
            self._uow.record(PushesDue(self._pushes[first : first + PUSHES_A_JOB]))


def _ring_some(uow: UnitOfWork, handing: _HandingOn, told: Sequence[Told], at_most: int) -> int:
    """How many of these ring, or will."""
    together = _until_together(uow, told)
    heard = 0
    for each, channels in handing.channels_of(told):
        if heard == at_most:
            break
        if channels.mail == Mail.LATER:
            _mail_later(uow, each)
        if not channels.rings:
            continue
        heard += 1
        until = channels.wait_until or together.get((each.account_id, each.kind))
        if until is None:
            handing.over([each.id], channels)
        else:
            HOLD.run(uow.session.connection(), one=each.id, until=until)
    return heard


def _ring_together(
    uow: UnitOfWork,
    handing: _HandingOn,
    held: Sequence[tuple[Told, Channels]],
    lasting: Collection[int],
) -> None:
    """What has waited for one account, of one kind; `lasting` is still worth being told."""
    connection = uow.session.connection()
    ringing: dict[Channels, list[int]] = {}
    for each, channels in held:
        if each.id not in lasting or not channels.rings:
            LET_GO.run(connection, one=each.id)
        elif channels.wait_until is not None:
            HOLD.run(connection, one=each.id, until=channels.wait_until)
        else:
            ringing.setdefault(channels, []).append(each.id)
    for channels, ids in ringing.items():
        handing.over(ids, channels)


def _lasts(view: NotificationView, now: datetime) -> bool:
    return view.created_at + RULES[view.kind].lasts > now


def _channels_of(listener: Listener, kind: Kind, now: datetime) -> Channels:
    if listener.is_muted and RULES[kind].is_of_group:
        return Channels(push=False, mail=Mail.NEVER)
    return channels_for(
        kind,
        listener.wishes,
        now=now,
        has_push=listener.has_push,
        is_asked=kind in listener.asked,
    )


def mail_of(session: Session, view: NotificationView, now: datetime, zone: ZoneInfo) -> Mail:
    """When a mail tells its reader of it, by what they want at this moment."""
    listener = find_listener(session, view.account_id, view.group_id, now=now, zone=zone)
    return _channels_of(listener, view.kind, now).mail


def _until_together(uow: UnitOfWork, told: Iterable[Told]) -> dict[tuple[int, Kind], datetime]:
    """When the next of its kind may ring at an account; left out: now."""
    accounts: dict[Kind, set[int]] = {}
    for each in told:
        accounts.setdefault(each.kind, set()).add(each.account_id)
    connection = uow.session.connection()
    found = {}
    for kind, ids in accounts.items():
        together = RULES[kind].together
        since = uow.now - together.within
        for bite in in_bites(list(ids)):
            rows = COUNT_RUNG.rows(connection, kind=kind.value, since=since, **bite)
            for account_id, times, first in rows:
                if times >= together.after:
                    found[account_id, kind] = first + together.within
    return found


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
