"""What a program could do for somebody, in words that they can decide by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fedparents.applications.scopes import Scope, covers
from web.i18n import N_, gettext


@dataclass(frozen=True, slots=True)
class Power:
    icon: str
    text: str


_WHOLE: Final = (
    (
        Scope.READ,
        "eye",
        N_("Read what you can read here: groups, posts, private messages, notifications"),
    ),
    (
        Scope.WRITE,
        "pencil",
        N_("Write for you: ask, answer, vote, send messages, change your profile"),
    ),
    (Scope.FOLLOW, "user-plus", N_("Follow, mute and block people for you")),
    (Scope.PUSH, "bell", N_("Send you notifications")),
    (Scope.PROFILE, "user-round", N_("See who you are: your name, user name and picture")),
)
_THINGS: Final = {
    "accounts": N_("profiles"),
    "blocks": N_("blocked people"),
    "bookmarks": N_("bookmarks"),
    "collections": N_("collections"),
    "conversations": N_("private messages"),
    "favourites": N_("thanks"),
    "filters": N_("filtered words"),
    "follows": N_("whom you follow"),
    "groups": N_("groups"),
    "lists": N_("lists"),
    "media": N_("photos"),
    "mutes": N_("muted people"),
    "notifications": N_("notifications"),
    "reports": N_("reports"),
    "search": N_("search"),
    "statuses": N_("posts"),
}
_READS: Final = N_("Read for you: %(things)s")
_WRITES: Final = N_("Change for you: %(things)s")
_LOOKS_AFTER: Final = N_("See reports and accounts as you do, who look after this place")
_DECIDES: Final = N_("Decide for you about reports and accounts of this place")


def powers_of(scopes: Iterable[Scope]) -> list[Power]:
    """The widest first; what is contained in another is not said twice."""
    given = frozenset(scopes)
    found = [Power(icon, gettext(text)) for scope, icon, text in _WHOLE if scope in given]
    for whole, icon, words in ((Scope.READ, "eye", _READS), (Scope.WRITE, "pencil", _WRITES)):
        parts = [each for each in Scope if each in given and each.startswith(f"{whole}:")]
        rest = [part for part in parts if not covers(given - {part}, part)]
        if rest:
            found.append(Power(icon, gettext(words, things=_in_words(rest))))
    if any(scope.startswith(Scope.ADMIN_READ) for scope in given):
        found.append(Power("shield", gettext(_LOOKS_AFTER)))
    if any(scope.startswith(Scope.ADMIN_WRITE) for scope in given):
        found.append(Power("shield", gettext(_DECIDES)))
    return found


def _in_words(parts: Iterable[Scope]) -> str:
    """Programs find private messages among the posts, so they are named with these."""
    kinds = [part.partition(":")[2] for part in parts]
    if "statuses" in kinds and "conversations" not in kinds:
        kinds.append("conversations")
    return ", ".join(gettext(_THINGS[kind]) for kind in kinds)
