"""What notifications of reports say: never whom they are about, nor who reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import NotificationLine, NotificationView
from fedparents.notifications.report_occasions import APPEAL
from web.i18n import N_, gettext, ngettext
from web.notifications.saying import Saying
from web.urls import Urls


def _report(line: NotificationLine) -> str:
    group = line.newest.group_name
    if line.newest.detail == APPEAL:
        return gettext("Somebody asks to look again at a decision")
    if group:
        return ngettext(
            "%(num)s thing was reported in %(group)s",
            "%(num)s things were reported in %(group)s",
            line.count,
            group=group,
        )
    return ngettext("%(num)s thing was reported", "%(num)s things were reported", line.count)


def _child_danger(_line: NotificationLine) -> str:
    return gettext("Please look now: a child may be in danger")


def _to_report(view: NotificationView, urls: Urls) -> str:
    return urls.path("moderation_report", id=view.subject_id)


REPORT_SAYINGS: Final[Mapping[Kind, Saying]] = {
    Kind.REPORT: Saying(
        _report,
        "flag",
        N_("Something was reported that I decide about"),
        N_("Something was reported."),
        _to_report,
    ),
    Kind.CHILD_DANGER: Saying(
        _child_danger,
        "siren",
        N_("A child may be in danger, and I can act"),
        N_("Please look now."),
        _to_report,
    ),
}
