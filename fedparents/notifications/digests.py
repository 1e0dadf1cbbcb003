"""The digests: each morning, and once a week, what could wait and has not been seen yet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from fedparents.db import UnitOfWork
from fedparents.instance.views import get_instance_view
from fedparents.notifications.facts import DigestDue
from fedparents.notifications.kinds import Mail
from fedparents.notifications.models import Notification, NotificationReader
from fedparents.notifications.queries import NotificationView, list_unseen
from fedparents.notifications.rings import mail_of
from fedparents.notifications.service import get_reader

MORNING: Final = time(7, 0)
"""On the clocks of the place: before school, with the first coffee."""
_REACHES_BACK: Final = {Mail.DAILY: timedelta(days=2), Mail.WEEKLY: timedelta(days=9)}
"""A digest that was missed comes along with the next; what is older, everybody has got over."""
_AT_ONCE: Final = 500


def plan_digests(uow: UnitOfWork, after: int = 0) -> int | None:
    """In the hour of the digests, plan those of a bite of accounts to whom something was told;
    where the next bite begins, None when there is nothing more to plan."""
    now = uow.now.astimezone(get_instance_view(uow.session).zone)
    if now.hour != MORNING.hour:
        return None
    told = (
        select(Notification.account_id)
        .where(
            col(Notification.account_id) > after,
            Notification.created_at > uow.now - _REACHES_BACK[Mail.WEEKLY],
        )
        .distinct()
        .order_by(col(Notification.account_id))
        .limit(_AT_ONCE)
    )
    accounts = list(uow.session.exec(told))
    for account_id in accounts:
        reader = get_reader(uow.session, account_id)
        for which in (Mail.DAILY, Mail.WEEKLY):
            if _is_due(reader, which, now.date()):
                uow.record(DigestDue(account_id, which.value, now.date().isoformat()))
    return accounts[-1] if accounts else None


def find_digest(
    session: Session, account_id: int, which: Mail, on: date, *, now: datetime
) -> list[NotificationView]:
    """What goes into somebody's digest of a day, the newest first: what they want to hear of in it,
    have not seen, and were not told in an earlier one. Empty when it has been sent."""
    reader = get_reader(session, account_id)
    if not _is_due(reader, which, on):
        return []
    zone = get_instance_view(session).zone
    since = _since(reader, which, zone, now)
    unseen = [view for view in list_unseen(session, account_id) if view.created_at > since]
    return [view for view in unseen if mail_of(session, view, now, zone) == which]


def finish_digest(uow: UnitOfWork, account_id: int, which: Mail, on: date) -> None:
    """It has been sent."""
    reader = get_reader(uow.session, account_id)
    if which == Mail.DAILY:
        reader.daily_on = on
    else:
        reader.weekly_on = on
    uow.session.add(reader)


def _is_due(reader: NotificationReader, which: Mail, on: date) -> bool:
    if which == Mail.DAILY:
        return reader.gets_daily and reader.daily_on != on
    return reader.gets_weekly and reader.weekday == on.weekday() and reader.weekly_on != on


def _since(reader: NotificationReader, which: Mail, zone: ZoneInfo, now: datetime) -> datetime:
    last = reader.daily_on if which == Mail.DAILY else reader.weekly_on
    reaches = now - _REACHES_BACK[which]
    return reaches if last is None else max(reaches, datetime.combine(last, MORNING, zone))
