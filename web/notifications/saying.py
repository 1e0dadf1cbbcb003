"""What one kind of notification says, and the words that several kinds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fedparents.notifications.queries import NotificationLine, NotificationView
from web.i18n import gettext, ngettext
from web.urls import Urls


@dataclass(frozen=True, slots=True)
class Saying:
    """One kind in the reader's language. Words are marked, and translated when they are read."""

    say: Callable[[NotificationLine], str]
    icon: str
    label: str
    """In the settings: "When somebody would like to join …"."""
    neutral: str
    """On a lock screen, where anybody may read it."""
    leads_to: Callable[[NotificationView, Urls], str]
    """A path of ours."""


def people(line: NotificationLine) -> str:
    """Who did it: "Ana", "Ana and Bao", "Ana, Bao and 3 others"."""
    if not line.names:
        return gettext("Somebody")
    if line.others:
        names = gettext("%(first)s, %(second)s", first=line.names[0], second=line.names[1])
        return ngettext(
            "%(names)s and %(num)s other",
            "%(names)s and %(num)s others",
            line.others,
            names=names,
        )
    if len(line.names) > 1:
        return gettext("%(first)s and %(second)s", first=line.names[0], second=line.names[1])
    return line.names[0]


def count_of(line: NotificationLine) -> int:
    """How many people did it: the verb follows them."""
    return max(1, len(line.names) + line.others)
