"""What a push says: as little as anybody may read on a lock screen, or more for who wants it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import orjson

from fedparents.instance.views import InstanceView
from fedparents.notifications.alerts import ALERTS
from fedparents.notifications.devices import AppSide
from fedparents.notifications.kinds import RULES
from fedparents.notifications.queries import NotificationView, line_of
from fedparents.notifications.rings import Ring
from web.assets import Assets
from web.i18n import Languages, gettext, ngettext, reading_in
from web.notifications.sayings import SAYINGS, path_of
from web.notifications.tokens import Fewer, fewer_token
from web.push.sending import Push
from web.push.tokens import open_token
from web.urls import Urls

_TOPIC_BYTES: Final = 18
"""24 characters: RFC 8030 section 5.4 allows 32."""
_LONGEST: Final = 300
_LONGEST_IN_APPS: Final = 140
_ICON: Final = "built/app-192.png"


@dataclass(frozen=True, slots=True)
class Wording:
    """Where the words of this place come from."""

    languages: Languages
    urls: Urls
    secret: bytes
    assets: Assets = field(default_factory=Assets)

    def push_of(self, ring: Ring, place: InstanceView, app: AppSide | None = None) -> Push:
        """One push for all that rings together, for browsers or for one app."""
        newest = ring.views[0]
        tag = tag_of(ring.views)
        language = self.languages.get(ring.language or place.language)
        with reading_in(language, place.zone):
            if app is None:
                said = self._for_browsers(ring, place, tag, language.tag)
            else:
                said = self._for_app(ring, place, app, language.tag)
        rule = RULES[newest.kind]
        return Push(
            message=orjson.dumps(said),
            topic=tag,
            lasts=rule.lasts,
            is_urgent=rule.is_urgent,
            contact=contact_of(place, self.urls),
        )

    def _for_browsers(
        self, ring: Ring, place: InstanceView, tag: str, language: str
    ) -> dict[str, object]:
        newest = ring.views[0]
        title, body = _words(ring, place)
        return {
            "title": title[:_LONGEST],
            "body": body[:_LONGEST],
            "lang": language,
            "tag": tag,
            "id": newest.id,
            "url": self._path(ring.views),
            "fewer": self.urls.path("fewer", token=fewer_token(self.secret, Fewer.of(newest))),
            "fewer_label": gettext("Fewer like this"),
        }

    def _for_app(
        self, ring: Ring, place: InstanceView, app: AppSide, language: str
    ) -> dict[str, object]:
        """The seven fields that apps read. Which of its accounts it is for, an app knows by the
        token alone. A face says who it was: the picture is the place's."""
        newest = ring.views[0]
        title, body = _words(ring, place)
        return {
            "access_token": open_token(self.secret, app.token_id, app.sealed_token),
            "preferred_locale": language,
            "notification_id": newest.id,
            "notification_type": ALERTS[newest.kind].value,
            "icon": self.urls.base + self.assets.url(_ICON),
            "title": title[:_LONGEST],
            "body": _cut(body, _LONGEST_IN_APPS),
        }

    def _path(self, views: list[NotificationView]) -> str:
        """Where it leads; to the list when it is about several things."""
        if len({view.bundle for view in views}) > 1:
            return self.urls.path("notifications")
        return path_of(views[0], self.urls)


def test_push(place: InstanceView, urls: Urls, language: str) -> Push:
    """What somebody sends to themself to see whether it arrives, in the words of the page."""
    path = urls.path("notification_settings")
    said = {
        "title": place.name,
        "body": gettext("It works: this device tells you."),
        "lang": language,
        "tag": "test",
        "id": 0,
        "url": path,
        "fewer": path,
        "fewer_label": gettext("What I want to hear"),
    }
    return Push(orjson.dumps(said), "test", timedelta(minutes=5), True, contact_of(place, urls))


def contact_of(place: InstanceView, urls: Urls) -> str:
    """Whom a push service writes to when something is wrong with our pushes."""
    return f"mailto:{place.contact_email}" if place.contact_email else urls.base


def tag_of(views: list[NotificationView]) -> str:
    """The same for what is about the same: on the device the newer one takes its place."""
    bundles = {view.bundle for view in views}
    about = bundles.pop() if len(bundles) == 1 else views[0].kind.value
    identity = hashlib.sha256(f"{views[0].account_id}:{about}".encode()).digest()
    return base64.urlsafe_b64encode(identity[:_TOPIC_BYTES]).decode()


def _cut(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else f"{text[: at_most - 1].rstrip()}…"


def _words(ring: Ring, place: InstanceView) -> tuple[str, str]:
    newest, count = ring.views[0], len(ring.views)
    if not ring.shows_words:
        neutral = gettext(SAYINGS[newest.kind].neutral)
        if count == 1:
            return place.name, neutral
        more = ngettext("And %(num)s more.", "And %(num)s more.", count - 1)
        return place.name, f"{neutral} {more}"
    bundle = [view for view in ring.views if view.bundle == newest.bundle]
    said = SAYINGS[newest.kind].say(line_of(bundle))
    if len(bundle) == count:
        return place.name, said
    more = ngettext("And %(num)s more.", "And %(num)s more.", count - len(bundle))
    return place.name, f"{said}. {more}"
