"""What a notification says, where it leads, and how little of it a lock screen shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from federation.facts import TownSays
from fedparents.groups.models import GroupRole, MembershipState, RequestState
from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import NotificationLine, NotificationView
from web.i18n import N_, gettext, ngettext
from web.notifications.post_sayings import POST_SAYINGS
from web.notifications.report_sayings import REPORT_SAYINGS
from web.notifications.saying import Saying, count_of, people
from web.urls import Urls


def say(line: NotificationLine) -> str:
    return SAYINGS[line.newest.kind].say(line)


def path_of(view: NotificationView, urls: Urls) -> str:
    return SAYINGS[view.kind].leads_to(view, urls)


def _join_request(line: NotificationLine) -> str:
    group = line.newest.group_name
    if line.count == 1 and line.names:
        return gettext("%(name)s would like to join %(group)s", name=line.names[0], group=group)
    return ngettext(
        "%(num)s person would like to join %(group)s",
        "%(num)s people would like to join %(group)s",
        line.count,
        group=group,
    )


_DECISIONS: Final[Mapping[str, str]] = {
    RequestState.APPROVED: N_("You are in %(group)s now"),
    RequestState.DECLINED: N_("Your request to join %(group)s was declined"),
    RequestState.EXPIRED: N_("Nobody has decided on your request to join %(group)s"),
}
_ROLES: Final[Mapping[str, str]] = {
    GroupRole.MEMBER: N_("You are a member of %(group)s, without another role"),
    GroupRole.HOST: N_("You can host outings in %(group)s now"),
    GroupRole.MODERATOR: N_("You look after %(group)s now"),
    GroupRole.MANAGER: N_("You manage %(group)s now"),
}
_PUT_OUT: Final[Mapping[str, str]] = {
    MembershipState.REMOVED: N_("You were removed from %(group)s"),
    MembershipState.BANNED: N_("You were banned from %(group)s"),
}


def _of_group(words: Mapping[str, str]) -> Callable[[NotificationLine], str]:
    """The sentence for how it went, about the group or, if its name is not for the reader, one."""

    def say(line: NotificationLine) -> str:
        group = line.newest.group_name or gettext("a group")
        return gettext(words[line.newest.detail], group=group)

    return say


def _follow_request(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s would like to follow you",
        "%(people)s would like to follow you",
        count_of(line),
        people=people(line),
    )


def _follow(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s follows you", "%(people)s follow you", count_of(line), people=people(line)
    )


def _follow_accepted(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s lets you follow them",
        "%(people)s let you follow them",
        count_of(line),
        people=people(line),
    )


_TOWNS: Final[Mapping[str, str]] = {
    TownSays.ASKS: N_("%(town)s would like to be your twin"),
    TownSays.AGREES: N_("You are twins with %(town)s now"),
    TownSays.DECLINES: N_("%(town)s would rather not be your twin"),
    TownSays.ENDS: N_("%(town)s has ended being twins with you"),
}


def _town(line: NotificationLine) -> str:
    town = line.names[0] if line.names else gettext("Another town")
    return gettext(_TOWNS[line.newest.detail], town=town)


def _to_person(view: NotificationView, urls: Urls) -> str:
    if not view.actor_name:
        return urls.path("notifications")
    return urls.path("person", handle=view.actor_handle)


def _to_group(view: NotificationView, urls: Urls) -> str:
    return urls.path("group", id=view.group_id)


SAYINGS: Final[Mapping[Kind, Saying]] = {
    **POST_SAYINGS,
    **REPORT_SAYINGS,
    Kind.JOIN_REQUEST: Saying(
        _join_request,
        "user-check",
        N_("Somebody would like to join a group that I look after"),
        N_("Somebody would like to join your group."),
        lambda view, urls: urls.path("group_desk", id=view.group_id),
    ),
    Kind.JOIN_DECISION: Saying(
        _of_group(_DECISIONS),
        "users",
        N_("What was decided on my request to join a group"),
        N_("There is an answer to your request."),
        _to_group,
    ),
    Kind.INVITATION: Saying(
        lambda line: gettext(
            "You are invited into %(group)s", group=line.newest.group_name or gettext("a group")
        ),
        "user-plus",
        N_("A group of another town invites me"),
        N_("A group invites you."),
        _to_group,
    ),
    Kind.ROLE: Saying(
        _of_group(_ROLES),
        "shield",
        N_("My role in a group changes"),
        N_("Your role in a group has changed."),
        _to_group,
    ),
    Kind.HANDED_OVER: Saying(
        lambda line: gettext(
            "You manage %(group)s now: its last manager has gone", group=line.newest.group_name
        ),
        "shield",
        N_("A group is handed over to me"),
        N_("A group needs you."),
        _to_group,
    ),
    Kind.PUT_OUT: Saying(
        _of_group(_PUT_OUT),
        "user-x",
        N_("I am removed from a group"),
        N_("Something has changed in one of your groups."),
        lambda view, urls: urls.path("groups"),
    ),
    Kind.FOLLOW_REQUEST: Saying(
        _follow_request,
        "user-plus",
        N_("Somebody would like to follow me"),
        N_("Somebody would like to follow you."),
        _to_person,
    ),
    Kind.FOLLOW: Saying(
        _follow,
        "user-plus",
        N_("Somebody follows me"),
        N_("Somebody follows you."),
        _to_person,
    ),
    Kind.FOLLOW_ACCEPTED: Saying(
        _follow_accepted,
        "user-check",
        N_("Somebody lets me follow them"),
        N_("Somebody lets you follow them."),
        _to_person,
    ),
    Kind.TOWN: Saying(
        _town,
        "heart-handshake",
        N_("Another town would like to be our twin, or answers, and I look after this place"),
        N_("There is news from another town."),
        lambda view, urls: urls.path("admin_towns"),
    ),
    Kind.NEW_DEVICE: Saying(
        lambda line: gettext("Somebody signed in to your account in a new browser. Was it you?"),
        "smartphone",
        N_("Somebody signs in to my account in a new browser"),
        N_("Somebody signed in to your account in a new browser."),
        lambda view, urls: urls.path("devices"),
    ),
}
