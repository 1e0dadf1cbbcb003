"""`/api/v1/push/subscription`: what an app takes of what its owner is told, one for each token."""

from __future__ import annotations

from typing import Annotated, Final

from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import Bearer
from fedparents.errors import NotSignedIn
from fedparents.notifications.alerts import Alert, From, read_alerts
from fedparents.notifications.apps import (
    AppDraft,
    change_app_alerts,
    forget_app,
    get_app_subscription,
    subscribe_app,
)
from fedparents.notifications.devices import DeviceDraft
from fedparents.notifications.models import AppSubscription
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, token_of
from web.api.entities.entity import Entity
from web.api.params import Flag, Optional, Params, Whole, Word
from web.push.keys import public_push_key
from web.push.sending import require_reachable
from web.push.tokens import seal_token


class SubscriptionEntity(Entity):
    id: int
    """A number: two apps read no text here."""
    endpoint: str
    standard: bool
    server_key: str
    policy: From
    alerts: dict[str, bool]

    @classmethod
    def of(cls, found: AppSubscription, push_key: str) -> SubscriptionEntity:
        wanted = read_alerts(found.alerts)
        return cls(
            id=found.id or 0,
            endpoint=found.endpoint,
            standard=found.is_standard,
            server_key=push_key,
            policy=found.pushes_from,
            alerts={alert.value: alert in wanted for alert in Alert},
        )


class _Keys(Params):
    p256dh: Word = ""
    auth: Word = ""


class _Device(Params):
    endpoint: Word = ""
    keys: Annotated[_Keys, Whole] = _Keys()
    standard: Flag = False


class _Data(Params):
    alerts: dict[str, Flag] | None = None
    policy: Annotated[From | None, Optional] = None

    @property
    def wanted(self) -> frozenset[Alert] | None:
        """None where nothing is said of alerts."""
        if self.alerts is None:
            return None
        return frozenset(alert for alert in Alert if self.alerts.get(alert.value))


class _Changed(Params):
    data: Annotated[_Data, Whole] = _Data()
    policy: Annotated[From | None, Optional] = None
    """Where some apps put it."""

    @property
    def pushes_from(self) -> From | None:
        return self.data.policy or self.policy


class _New(_Changed):
    subscription: Annotated[_Device, Whole] = _Device()


async def create(call: Call) -> Response:
    sent, bearer, runtime = call.read(_New), _bearer(call), call.runtime
    device = sent.subscription
    require_reachable(device.endpoint, runtime.settings)
    draft = AppDraft(
        device=DeviceDraft(device.endpoint, device.keys.p256dh, device.keys.auth),
        is_standard=device.standard,
        alerts=sent.data.wanted or frozenset(),
        pushes_from=sent.pushes_from or From.ALL,
    )
    sealed = seal_token(runtime.secret, bearer.token_id, token_of(call))
    found = await runtime.db.write(subscribe_app, bearer.viewer, bearer.token_id, sealed, draft)
    return _answer(call, found)


async def read(call: Call) -> Response:
    found = await call.runtime.db.read(get_app_subscription, _bearer(call).token_id)
    return _answer(call, found)


async def change(call: Call) -> Response:
    sent = call.read(_Changed)
    found = await call.runtime.db.write(
        change_app_alerts,
        _bearer(call).token_id,
        alerts=sent.data.wanted,
        pushes_from=sent.pushes_from,
    )
    return _answer(call, found)


async def forget(call: Call) -> Response:
    await call.runtime.db.write(forget_app, _bearer(call).token_id)
    return answer({})


def _bearer(call: Call) -> Bearer:
    if call.bearer is None:
        raise NotSignedIn
    return call.bearer


def _answer(call: Call, found: AppSubscription) -> Response:
    return answer(SubscriptionEntity.of(found, public_push_key(call.runtime.secret)))


_PUSH: Final = a_person(Scope.PUSH)
_PATH: Final = "/api/v1/push/subscription"

routes = [
    ApiRoute("POST", _PATH, create, _PUSH),
    ApiRoute("GET", _PATH, read, _PUSH),
    ApiRoute("PUT", _PATH, change, _PUSH),
    ApiRoute("DELETE", _PATH, forget, _PUSH),
]
