"""The browsers that take somebody's pushes, from subscribing to when they answer no more."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from fedparents.accounts.models import BrowserSession
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork, in_bites
from fedparents.errors import Invalid, NotFound
from fedparents.notifications.alerts import From
from fedparents.notifications.kinds import Kind
from fedparents.notifications.listening import LIST_SUBSCRIPTIONS
from fedparents.notifications.models import HOPELESS_AFTER, AppSubscription, PushSubscription

MOST_DEVICES: Final = 10
_LONGEST_ENDPOINT: Final = 2000
_KEY_BYTES: Final = 65  # an uncompressed point of P-256, RFC 8291 section 3.1
_AUTH_BYTES: Final = 16  # RFC 8291 section 3.2
_UNCOMPRESSED: Final = 4
USED_AGAIN_AFTER: Final = timedelta(days=1)

SubscriptionTable = type[PushSubscription] | type[AppSubscription]


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    """What a browser says of its subscription; the keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class AppSide:
    """What else there is to a subscription of an app."""

    token_id: int
    sealed_token: bytes
    is_standard: bool
    kinds: frozenset[Kind]
    """What it pushes."""
    pushes_from: From


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where and with which keys a push goes."""

    id: int
    endpoint: str
    p256dh: str
    auth: str
    is_worth_noting: bool
    """Whether it has failed before, or not been used for a day: an arrival is news."""
    app: AppSide | None = None
    """None: a browser, and its own page."""

    @property
    def table(self) -> SubscriptionTable:
        return AppSubscription if self.app is not None else PushSubscription


@dataclass(frozen=True, slots=True)
class DeviceView:
    id: int
    name: str
    """In words for its owner: "Firefox, Android"."""
    is_this: bool
    """The browser in which the page is looked at."""
    since_at: datetime
    is_failing: bool


def subscribe_device(uow: UnitOfWork, viewer: Viewer, draft: DeviceDraft) -> PushSubscription:
    """Send pushes to the browser in which the viewer is signed in now, whoever was before.

    A browser has one subscription: another one of the same session takes its place. Raises Invalid.
    """
    draft = checked_device(draft)
    here = sa.or_(
        col(PushSubscription.endpoint) == draft.endpoint,
        col(PushSubscription.session_id) == viewer.session_id,
    )
    uow.session.exec(delete(PushSubscription).where(here))
    device = PushSubscription(
        account_id=viewer.account_id,
        session_id=viewer.session_id,
        endpoint=draft.endpoint,
        p256dh=draft.p256dh,
        auth=draft.auth,
        created_at=uow.now,
        used_at=uow.now,
    )
    uow.session.add(device)
    uow.session.flush()
    _drop_the_oldest(uow, viewer)
    return device


def forget_device(uow: UnitOfWork, viewer: Viewer, device_id: int) -> None:
    """No pushes there any more; raises NotFound for somebody else's."""
    device = uow.session.get(PushSubscription, device_id)
    if device is None or device.account_id != viewer.account_id:
        raise NotFound("device_not_found")
    uow.session.delete(device)


def list_devices(session: Session, viewer: Viewer, *, now: datetime) -> list[DeviceView]:
    """Where the viewer gets pushes, this browser first."""
    devices = (
        select(PushSubscription, BrowserSession)
        .join(BrowserSession, col(BrowserSession.id) == col(PushSubscription.session_id))
        .where(
            PushSubscription.account_id == viewer.account_id,
            col(BrowserSession.ended_at).is_(None),
            col(BrowserSession.expires_at) > now,
        )
        .order_by(col(PushSubscription.id).desc())
    )
    found = [
        DeviceView(
            device.id or 0,
            opened.device,
            opened.id == viewer.session_id,
            device.created_at,
            device.failing_since_at is not None,
        )
        for device, opened in session.exec(devices)
    ]
    return sorted(found, key=lambda device: not device.is_this)


def list_subscriptions(
    session: Session, account_ids: Sequence[int], *, now: datetime
) -> dict[int, list[Subscription]]:
    """Where pushes for these accounts go now; those whom none reaches are left out."""
    found: dict[int, list[Subscription]] = {}
    at = {"now": now, "hopeless": now - HOPELESS_AFTER}
    for bite in in_bites(account_ids):
        for account_id, *row in LIST_SUBSCRIPTIONS.rows(session.connection(), **at, **bite):
            number, endpoint, p256dh, auth, failing, used = row
            is_news = failing is not None or used < now - USED_AGAIN_AFTER
            device = Subscription(number, endpoint, p256dh, auth, is_news)
            found.setdefault(account_id, []).append(device)
    return found


def note_arrived(
    uow: UnitOfWork, device_ids: Iterable[int], of: SubscriptionTable = PushSubscription
) -> None:
    """Their push services took a push; written down where it says something new."""
    ids = list(device_ids)
    news = sa.or_(
        col(of.failing_since_at).is_not(None),
        col(of.used_at) < uow.now - USED_AGAIN_AFTER,
    )
    arrived = update(of).where(col(of.id).in_(ids), news)
    uow.session.exec(arrived.values(failing_since_at=None, used_at=uow.now))


def note_failed(
    uow: UnitOfWork, device_ids: Iterable[int], of: SubscriptionTable = PushSubscription
) -> None:
    """Their push services did not; since when, counts."""
    failed = update(of).where(col(of.id).in_(list(device_ids)), col(of.failing_since_at).is_(None))
    uow.session.exec(failed.values(failing_since_at=uow.now))


def note_gone(
    uow: UnitOfWork, device_ids: Iterable[int], of: SubscriptionTable = PushSubscription
) -> None:
    """Their push services know them no more."""
    uow.session.exec(delete(of).where(col(of.id).in_(list(device_ids))))


def checked_device(draft: DeviceDraft) -> DeviceDraft:
    """As it is stored; raises Invalid for what no browser says."""
    key, auth = _decoded(draft.p256dh), _decoded(draft.auth)
    is_point = len(key) == _KEY_BYTES and key[0] == _UNCOMPRESSED
    if not is_point or len(auth) != _AUTH_BYTES or not _is_address(draft.endpoint):
        raise Invalid({"endpoint": "push_not_possible"})
    return DeviceDraft(draft.endpoint, _encoded(key), _encoded(auth))


def _is_address(endpoint: str) -> bool:
    if len(endpoint) > _LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in endpoint


def _decoded(text: str) -> bytes:
    """Either alphabet, with or without padding; nothing for what is neither."""
    standard = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _drop_the_oldest(uow: UnitOfWork, viewer: Viewer) -> None:
    newest = (
        select(PushSubscription.id)
        .where(PushSubscription.account_id == viewer.account_id)
        .order_by(col(PushSubscription.id).desc())
        .offset(MOST_DEVICES)
    )
    surplus = list(uow.session.exec(newest))
    if surplus:
        note_gone(uow, [each for each in surplus if each is not None])
