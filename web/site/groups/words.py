"""The words of pages, mails and lists about groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from fedparents.groups.cards import Band
from fedparents.groups.models import Audience, GroupKind, GroupRole, Joining
from web.i18n import N_, gettext, ngettext

KINDS: Final[Mapping[GroupKind, str]] = {
    GroupKind.NEIGHBOURHOOD: N_("Neighbourhood"),
    GroupKind.SCHOOL: N_("School or nursery"),
    GroupKind.ASSOCIATION: N_("Association"),
    GroupKind.ACTIVITY: N_("Activity"),
    GroupKind.THEME: N_("Theme"),
}
KIND_ICONS: Final[Mapping[GroupKind, str]] = {
    GroupKind.NEIGHBOURHOOD: "house",
    GroupKind.SCHOOL: "pencil",
    GroupKind.ASSOCIATION: "heart-handshake",
    GroupKind.ACTIVITY: "calendar-days",
    GroupKind.THEME: "message-circle",
}
ROLES: Final[Mapping[GroupRole, str]] = {
    GroupRole.MEMBER: N_("Member"),
    GroupRole.HOST: N_("Host"),
    GroupRole.MODERATOR: N_("Moderator"),
    GroupRole.MANAGER: N_("Manager"),
}
ROLE_HINTS: Final[Mapping[GroupRole, str]] = {
    GroupRole.MEMBER: N_("Reads and takes part."),
    GroupRole.HOST: N_("Also prepares outings and meetings."),
    GroupRole.MODERATOR: N_("Also lets people in, and keeps things friendly."),
    GroupRole.MANAGER: N_("Also changes the group and the roles."),
}
JOININGS: Final[Mapping[Joining, str]] = {
    Joining.OPEN: N_("open"),
    Joining.APPROVAL: N_("closed"),
    Joining.INVITE: N_("by invitation"),
}
AUDIENCES: Final[Mapping[Audience, str]] = {
    Audience.MEMBERS: N_("Only members read what is written here."),
    Audience.HERE: N_("Everybody who is signed in at this place can read what is written here."),
    Audience.PUBLIC: N_("Everybody can read what is written here, in other towns too."),
}
DECLINES: Final[Mapping[str, str]] = {
    "not_for": N_("The group is for other families than yours; another one may suit you better."),
    "unclear": N_("Your answers did not tell us enough. You are welcome to ask again."),
    "full": N_("The group is full at the moment."),
}
REFUSALS: Final[Mapping[str, str]] = {
    "child": N_("It says too much about a child: a full name, a class, a timetable, a photo."),
    "advertising": N_("The group is not for advertising."),
    "elsewhere": N_("It does not belong in this group. There may be another one for it."),
    "unkind": N_("It hurts somebody. One can disagree without that."),
}
PUT_OUTS: Final[Mapping[str, str]] = {
    "rules": N_("You did not keep to the rules of the group."),
    "advertising": N_("The group is not for advertising."),
    "moved": N_("You have not been part of what the group is about for some time."),
}
_DAY: Final = timedelta(days=1)


def band_in_words(band: Band) -> str:
    """How many members, as outsiders may know it."""
    if band.at_least == 0:
        return gettext("fewer than %(number)s members", number=band.below)
    if band.below is None:
        return gettext("%(number)s members or more", number=band.at_least)
    return gettext("%(lower)s to %(upper)s members", lower=band.at_least, upper=band.below - 1)


def wait_in_words(wait: timedelta | None) -> str:
    """How long an answer usually takes, as one sentence."""
    if wait is None:
        return gettext("A parent who looks after the group decides, usually within a few days.")
    if wait < _DAY / 2:
        return gettext("A parent who looks after the group decides, usually within a few hours.")
    days = max(1, round(wait / _DAY))
    return ngettext(
        "A parent who looks after the group decides, usually within a day.",
        "A parent who looks after the group decides, usually within %(num)s days.",
        days,
    )
