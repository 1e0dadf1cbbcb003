"""What the privacy page ends with: not what somebody wrote, but how this place is really set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from fedparents.accounts.retention import MONTH
from fedparents.instance.models import FederationMode
from fedparents.instance.views import InstanceView
from fedparents.retention.service import get_periods
from web.i18n import N_, gettext, ngettext

RETENTION_WORDS: Final[Mapping[str, str]] = {
    "unconfirmed_sign_ups": N_("A request to join whose e-mail address was never confirmed"),
    "declined_sign_ups": N_("A request to join that was declined"),
    "unused_accounts": N_("An account that nobody uses any more, after two warnings by e-mail"),
    "frozen_accounts": N_("An account that was paused and not let in again"),
    "join_requests": N_("A request to join a group that nobody decided"),
    "join_answers": N_("What you answered to join a group, after the decision"),
    "decided_requests": N_("That you asked to join a group, without your answers"),
    "former_members": N_("That you were in a group, after you left or were removed"),
    "deleted_posts": N_("A message that was deleted, once nobody can read it any more"),
    "older_versions": N_("What a message said before its author changed it"),
    "conversations": N_("A private conversation, once nobody writes in it any more"),
    "exact_places": N_("The exact address of an event, once it is over or taken back"),
    "lost_photos": N_("A photo of a message that went with its group"),
    "unused_photos": N_("A photo that you chose and then sent with nothing"),
    "notifications": N_("What you were told of, on the page of your notifications"),
    "push_devices": N_("A device that your notifications no longer reach"),
    "ended_mutes": N_("That you had muted somebody, after it ended"),
    "ended_sessions": N_("Devices on which you were signed in, after you signed out"),
    "program_codes": N_("Codes by which you let an app in, after they ended"),
    "ended_programs": N_("Apps that you had let in, after you signed them out"),
    "unused_programs": N_("Apps that introduced themselves and that nobody has let in"),
    "mailed_links": N_("Sign-in links that we sent by e-mail, after they ended"),
    "sent_forms": N_("The mark that a form has been sent, so that it is not sent twice"),
    "given_up_work": N_("A mail to you that could not be delivered"),
    "decided_reports": N_("How long one may object to a decision about a report"),
    "report_snapshots": N_("How something looked when it was reported, once the report is closed"),
    "closed_reports": N_("A closed report, with what was said and decided"),
    "sealed_copies": N_("What was put away for the authorities where a child was in danger"),
    "audit_reasons": N_("The reasons in the record of decisions"),
    "audit_log": N_("The record of decisions, without any text"),
}
"""Each rule of the retention table in words; `leaving_accounts` and `ended_groups` say it on the
pages on which one leaves or ends."""
_IN_MONTHS: Final = 90
_YEAR: Final = 365.25
_MONTH: Final = _YEAR / 12


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """Read from the settings at the moment of showing."""

    kept: list[tuple[str, str]]
    """What, and how long in words."""
    recipients: list[str]
    minimum_age: int


def get_privacy_facts(
    session: Session, place: InstanceView, *, sends_mail: bool, grace: timedelta
) -> PrivacyFacts:
    periods = get_periods(session)
    kept = [
        (gettext(words), days_in_words(periods[name].days))
        for name, words in RETENTION_WORDS.items()
    ]
    kept.insert(
        2, (gettext("What you wrote to be let in, after the decision"), days_in_words(MONTH.days))
    )
    kept.insert(
        3, (gettext("Your account, after you asked to erase it"), days_in_words(grace.days))
    )
    return PrivacyFacts(kept, _recipients(place.federation_mode, sends_mail), place.minimum_age)


def days_in_words(days: int) -> str:
    """A period as people say it: 7 days, 3 years, 20 months."""
    months = round(days / _MONTH)
    if days >= _IN_MONTHS and abs(days - months * _MONTH) <= 1:
        if months % 12 == 0:
            return ngettext("%(num)s year", "%(num)s years", months // 12)
        return ngettext("%(num)s month", "%(num)s months", months)
    return ngettext("%(num)s day", "%(num)s days", days)


def _recipients(mode: FederationMode, sends_mail: bool) -> list[str]:
    found = [
        gettext(
            "The administrators and moderators of this place, each as far as their task needs."
        ),
        gettext("The company or person who runs the computer for us (see the legal notice)."),
    ]
    if sends_mail:
        found.append(gettext("The mail service that carries our letters to your mailbox."))
    found.append(
        gettext(
            "If you let a device tell you: the push service of its browser's maker. It carries"
            " sealed messages, and reads nothing in them."
        )
    )
    if mode == FederationMode.ISLAND:
        found.append(gettext("Nobody else: this place does not exchange anything with others."))
    elif mode == FederationMode.ALLIES:
        found.append(
            gettext(
                "Neighbouring towns that we know: only what you choose to show there, with your"
                " name. Never your e-mail address or your commune."
            )
        )
    else:
        found.append(
            gettext(
                "Other places on the open web: only what you choose to make public, with your"
                " name. Never your e-mail address or your commune."
            )
        )
    return found
