"""The bell on every page: a dot for those who see it, a sentence for those who hear it."""

from __future__ import annotations

from fedparents.notifications.statements import MOST_COUNTED
from web.i18n import gettext, ngettext
from web.visit import Visit


def bell_for(visit: Visit) -> dict[str, object] | None:
    """What the frame needs to draw it; None for those who are not signed in."""
    if visit.viewer is None:
        return None
    urls = visit.runtime.urls
    return {
        "url": urls.path("notifications"),
        "events": urls.path("events"),
        "label": bell_label(visit.news),
        "news": visit.news,
    }


def bell_label(news: int) -> str:
    """What a screen reader says of the bell."""
    if not news:
        return gettext("Notifications")
    if news >= MOST_COUNTED:
        return gettext("Notifications: many new ones")
    return ngettext("Notifications: %(num)s new one", "Notifications: %(num)s new ones", news)
