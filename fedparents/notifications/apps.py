"""The apps that take somebody's pushes, one subscription for each token, and what each one gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, delete, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork, in_bites
from fedparents.errors import NotFound
from fedparents.notifications.alerts import Alert, From, kinds_asked, write_alerts
from fedparents.notifications.devices import (
    USED_AGAIN_AFTER,
    AppSide,
    DeviceDraft,
    Subscription,
    checked_device,
    note_gone,
)
from fedparents.notifications.listening import LIST_APP_SUBSCRIPTIONS
from fedparents.notifications.models import HOPELESS_AFTER, AppSubscription
from fedparents.notifications.rings import Ring
from fedparents.social.models import Follow, FollowState

MOST_APPS: Final = 10


@dataclass(frozen=True, slots=True)
class AppDraft:
    """What an app says of its subscription."""

    device: DeviceDraft
    is_standard: bool
    alerts: frozenset[Alert]
    pushes_from: From


@dataclass(frozen=True, slots=True)
class Part:
    """What the same devices get of one ring."""

    ring: Ring
    devices: list[Subscription]


def subscribe_app(
    uow: UnitOfWork, viewer: Viewer, token_id: int, sealed_token: bytes, draft: AppDraft
) -> AppSubscription:
    """Send pushes to the app that holds this token of the viewer's, from now on there and nowhere
    else. Raises Invalid."""
    device = checked_device(draft.device)
    uow.session.exec(delete(AppSubscription).where(col(AppSubscription.token_id) == token_id))
    subscription = AppSubscription(
        account_id=viewer.account_id,
        token_id=token_id,
        sealed_token=sealed_token,
        endpoint=device.endpoint,
        p256dh=device.p256dh,
        auth=device.auth,
        is_standard=draft.is_standard,
        alerts=write_alerts(draft.alerts),
        pushes_from=draft.pushes_from,
        created_at=uow.now,
        used_at=uow.now,
    )
    uow.session.add(subscription)
    uow.session.flush()
    _drop_the_oldest(uow, viewer)
    return subscription


def get_app_subscription(session: Session, token_id: int) -> AppSubscription:
    """Of this token; raises NotFound."""
    wanted = select(AppSubscription).where(AppSubscription.token_id == token_id)
    found = session.exec(wanted).one_or_none()
    if found is None:
        raise NotFound("not_found")
    return found


def change_app_alerts(
    uow: UnitOfWork,
    token_id: int,
    *,
    alerts: frozenset[Alert] | None = None,
    pushes_from: From | None = None,
) -> AppSubscription:
    """Push other things there; None leaves it as it is. Raises NotFound."""
    found = get_app_subscription(uow.session, token_id)
    if alerts is not None:
        found.alerts = write_alerts(alerts)
    if pushes_from is not None:
        found.pushes_from = pushes_from
    uow.session.add(found)
    return found


def forget_app(uow: UnitOfWork, token_id: int) -> None:
    """No pushes there any more; nothing happens where there were none."""
    uow.session.exec(delete(AppSubscription).where(col(AppSubscription.token_id) == token_id))


def list_app_subscriptions(
    session: Session, account_ids: Sequence[int], *, now: datetime
) -> dict[int, list[Subscription]]:
    """The apps of these accounts that pushes reach now; those who have none are left out."""
    found: dict[int, list[Subscription]] = {}
    at = {"hopeless": now - HOPELESS_AFTER}
    for bite in in_bites(account_ids):
        rows = LIST_APP_SUBSCRIPTIONS.rows(session.connection(), **at, **bite)
        for account_id, number, endpoint, p256dh, auth, failing, used, *app in rows:
            is_news = failing is not None or used < now - USED_AGAIN_AFTER
            device = Subscription(number, endpoint, p256dh, auth, is_news, _app_side(*app))
            found.setdefault(account_id, []).append(device)
    return found


def share_out(
    session: Session, ring: Ring, browsers: list[Subscription], apps: Iterable[Subscription]
) -> list[Part]:
    """Who gets what of a ring: all browsers the same, each app what was turned on in it."""
    found = []
    in_browsers = ring.part(ring.in_browsers)
    if in_browsers is not None and browsers:
        found.append(Part(in_browsers, browsers))
    for device in apps:
        in_app = ring.part(_wanted(session, ring, device.app)) if device.app else None
        if in_app is not None:
            found.append(Part(in_app, [device]))
    return found


def _app_side(
    token_id: int, sealed_token: bytes, is_standard: bool, alerts: str, pushes_from: str
) -> AppSide:
    return AppSide(
        token_id, bytes(sealed_token), bool(is_standard), kinds_asked(alerts), From(pushes_from)
    )


def _wanted(session: Session, ring: Ring, app: AppSide) -> set[int]:
    views = [view for view in ring.views if view.kind in app.kinds]
    if app.pushes_from == From.ALL or not views:
        return {view.id for view in views}
    reader, other = col(Follow.follower_actor_id), col(Follow.followed_actor_id)
    if app.pushes_from == From.FOLLOWER:
        reader, other = other, reader
    own = select(Account.actor_id).where(Account.id == ring.account_id).scalar_subquery()
    actors = {view.actor_id for view in views if view.actor_id is not None}
    of_them = select(other).where(
        reader == own,
        other.in_(actors),
        col(Follow.state) == FollowState.ACCEPTED,
    )
    known = set(session.exec(of_them))
    # Whoever is told of something in a group is in it, and follows it by that.
    takes_groups = app.pushes_from == From.FOLLOWED
    return {
        view.id
        for view in views
        if view.actor_id in known or (takes_groups and view.group_id is not None)
    }


def _drop_the_oldest(uow: UnitOfWork, viewer: Viewer) -> None:
    newest = (
        select(AppSubscription.id)
        .where(AppSubscription.account_id == viewer.account_id)
        .order_by(col(AppSubscription.id).desc())
        .offset(MOST_APPS)
    )
    surplus = [each for each in uow.session.exec(newest) if each is not None]
    if surplus:
        note_gone(uow, surplus, AppSubscription)
