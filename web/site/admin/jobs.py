"""Work that was given up: what it was, why it failed, and whether to try it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.jobs.models import JobRow, JobState
from fedparents.jobs.queries import count_jobs, find_oldest_due, list_dead_jobs
from fedparents.jobs.service import discard_job, retry_job
from web.forms import new_form
from web.i18n import N_
from web.i18n import gettext as _
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.site.admin.access import administrator_of
from web.site.page import redirect, render
from web.site.toasts import Tone
from web.visit import runtime_of

JOB_WORDS: Final[Mapping[str, str]] = {
    "retention": N_("Forgetting what is old"),
    "towns.flag": N_("Telling another town what somebody there is reported for"),
    "towns.parted": N_("Withdrawing what was shared with a town that was our twin"),
    "towns.asks": N_("Asking a town that would like to be our twin who it is"),
    "inbox.work": N_("Working on what another town sent"),
    "inbox.forget": N_("Forgetting what other towns sent long ago"),
    "accounts.issue_sign_in": N_("Making a sign-in link"),
    "mail.sign_in": N_("Mail with a sign-in link"),
    "mail.sign_in_unknown": N_("Mail to an address that has no account"),
    "mail.confirm_email": N_("Mail to confirm an address"),
    "mail.tell_moderators": N_("Telling the moderators of a request"),
    "mail.new_sign_up": N_("Mail to a moderator about a request"),
    "mail.account_approved": N_("Mail of welcome"),
    "mail.account_declined": N_("Mail about a declined request"),
    "mail.account_paused": N_("Mail about an account that was paused"),
    "mail.account_unpaused": N_("Mail about the end of a pause"),
    "mail.new_device": N_("Mail about a new device"),
    "mail.password_changed": N_("Mail about a changed password"),
    "mail.factor_on": N_("Mail about a second step that was set up"),
    "mail.factor_off": N_("Mail about a second step that was turned off"),
    "mail.factor_changed": N_("Mail about a new app for codes"),
    "mail.factor_reset": N_("Mail about a second step that was taken away"),
    "mail.recovery_codes_renewed": N_("Mail about new recovery codes"),
    "mail.recovery_code_used": N_("Mail about a recovery code that was used"),
    "mail.factor_guessed": N_("Mail about codes that somebody guessed"),
    "mail.change_email_new": N_("Mail to confirm a new address"),
    "mail.change_email_old": N_("Mail to the old address about a new one"),
    "mail.email_changed": N_("Mail about a changed address"),
    "mail.erasure_planned": N_("Mail about an account that will be erased"),
    "mail.erasure_done": N_("Last mail after an account was erased"),
    "mail.inactive_warning": N_("Mail about an account that nobody uses"),
    "groups.admit_newcomer": N_("Bringing a newcomer into the group of their invitation"),
    "groups.forget_person": N_("Taking an erased person out of their groups"),
    "groups.tell_members": N_("Telling the members that their group ends"),
    "groups.tell_moderators": N_("Telling the moderators of a new group"),
    "mail.group_ending": N_("Mail about a group that ends"),
    "mail.group_proposed": N_("Mail to a moderator about a new group"),
    "mail.group_decided": N_("Mail about the answer of a group"),
    "mail.group_expired": N_("Mail about a request that no group answered"),
    "mail.group_handed_over": N_("Mail to the new manager of a group"),
    "mail.group_accepted": N_("Mail about a group that may begin"),
    "mail.group_refused": N_("Mail about a group that may not begin"),
    "mail.first_post_through": N_("Mail about a first message that was let through"),
    "notifications.join_request": N_("Notice of a request to join a group"),
    "notifications.invitation": N_("Notice of an invitation into a group of another town"),
    "notifications.join_decision": N_("Notice of the answer of a group"),
    "notifications.join_expired": N_("Notice of a request that no group answered"),
    "notifications.role": N_("Notice of a new role in a group"),
    "notifications.handed_over": N_("Notice to the new manager of a group"),
    "notifications.put_out": N_("Notice to somebody who was put out of a group"),
    "notifications.follow_request": N_("Notice of a request to follow"),
    "notifications.follow": N_("Notice of a new follower"),
    "notifications.post": N_("Notices of a new message"),
    "notifications.post_edited": N_("Notices to those whom a changed message names"),
    "notifications.accepted": N_("Notice that an answer helped"),
    "notifications.thanked": N_("Notice of thanks"),
    "notifications.shared": N_("Notice that somebody passed a message on"),
    "notifications.poll": N_("Notices that a poll is over"),
    "notifications.still_there": N_("Questions whether something is still there"),
    "notifications.swap_expired": N_("Notices that something is off the lists"),
    "notifications.post_held": N_("Notice of a first message that waits"),
    "notifications.post_decided": N_("Notice that a first message was let through"),
    "notifications.report": N_("Notice of something that was reported"),
    "notifications.report_left": N_("Notice of something that a group left lying"),
    "notifications.child_danger": N_("Notice of a child who may be in danger"),
    "notifications.appeal": N_("Notice that somebody asks to look again"),
    "notifications.post_hidden": N_("Notice that a message was hidden"),
    "notifications.message": N_("Notice of a letter"),
    "notifications.message_request": N_("Notice of a letter from a stranger"),
    "notifications.blocked": N_("Taking back notices between people of whom one blocks the other"),
    "notifications.town": N_("Notice of what another town says of being twins"),
    "notifications.new_device": N_("Notice of a new device"),
    "notifications.digests": N_("Planning the digests of the morning"),
    "mail.digest": N_("Mail with what could wait until the morning"),
    "notifications.held": N_("Letting notices ring that had to wait"),
    "mail.notice": N_("Mail about something that should not wait"),
    "posts.scheduled": N_("Saying what somebody wrote to be said later"),
    "push.send": N_("Telling devices"),
    "push.send_again": N_("Telling a device once more"),
    "search.published": N_("Making a new message findable"),
    "search.found": N_("Making an older message of another town findable"),
    "search.edited": N_("Making a changed message findable"),
    "search.withdrawn": N_("Taking a withdrawn message out of the search"),
    "timelines.fill": N_("Bringing a message to the home pages of those who read it"),
    "timelines.fill_shared": N_("Bringing what somebody passes on to those who follow them"),
    "timelines.empty_shared": N_("Taking what somebody passes on no longer from home pages"),
    "timelines.welcome": N_("Bringing the latest messages of a group to a new member"),
    "timelines.trim": N_("Keeping the home pages short"),
    "conversations.wake": N_("Showing a new private message on open pages"),
    "conversations.forget": N_("Taking an erased person out of their conversations"),
    "posts.forget_author": N_("Erasing what an erased person wrote"),
    "events.forget_host": N_("Erasing what an erased person invited to"),
    "social.forget_person": N_("Forgetting whom an erased person followed, muted and blocked"),
    "moderation.forget_person": N_("Taking the name of an erased person out of reports"),
    "moderation.call_everybody": N_("Calling everybody who can act for a child"),
    "moderation.tell_decision": N_("Telling all sides of a decision"),
    "moderation.tell_taken_back": N_("Telling all sides that a decision holds no more"),
    "moderation.tell_appeal": N_("Telling all sides of a second look"),
    "mail.report_receipt": N_("Mail to somebody who reported something"),
    "mail.child_danger": N_("Mail about a child who may be in danger"),
    "mail.post_out_of_sight": N_("Mail about a message that is out of sight for now"),
    "mail.statement_of_reasons": N_("Mail to somebody whom a decision concerns"),
    "mail.report_outcome": N_("Mail about how a report ended"),
    "mail.decision_lifted": N_("Mail about a decision that holds no more"),
    "mail.appeal_answer": N_("Mail to somebody who asked for a second look"),
    "mail.complaint_answer": N_("Mail about a second look to somebody who reported something"),
    "mail.second_look": N_("Mail about a report that was looked at again"),
    "towns.follow_requested": N_("Asking somebody in another town whether one may follow them"),
    "towns.followed": N_("Telling another town that its person is let follow somebody here"),
    "towns.follow_ended": N_("Telling another town that somebody follows no longer"),
    "group_posts.published": N_("Telling other towns what was said in a group"),
    "group_posts.edited": N_("Telling other towns what was said better in a group"),
    "group_posts.withdrawn": N_("Taking back in other towns what was said in a group"),
    "group_posts.arranged": N_("Telling other towns what a group keeps on top, or has closed"),
    "towns.group_erased": N_("Telling other towns that a group is no more"),
    "group_posts.narrowed": N_("Taking back in other towns what fewer people may read in a group"),
    "towns.group_history": N_("Asking for what was said in a group of another town"),
    "towns.words": N_("Writing to somebody of another town how they stand with a group here"),
    "towns.invited": N_("Inviting somebody of another town into a group here"),
    "towns.invitation_declined": N_(
        "Telling another town that somebody does not come into a group"
    ),
    "towns.invitation_withdrawn": N_("Telling another town that an invitation is taken back"),
    "towns.join_requested": N_("Asking a group in another town whether one may join"),
    "towns.join_decided": N_("Telling another town whether its person may join a group here"),
    "towns.join_expired": N_("Telling another town that nobody decided on a request to join"),
    "towns.join_reopened": N_("Telling another town that its person waits again to join a group"),
    "towns.join_withdrawn": N_("Telling another town that somebody asks to join no longer"),
    "towns.member_left": N_("Telling another town that somebody has left its group"),
    "towns.member_put_out": N_("Telling another town that its person is in a group no longer"),
    "towns.member_unbanned": N_("Telling another town that its person may ask to join again"),
    "posts.join": N_("Putting answers from other towns below what they answer"),
    "posts.look_up": N_("Looking up what an answer from another town answers"),
    "towns.moved": N_("Telling other towns that somebody goes on elsewhere"),
    "towns.followers_differ": N_("Agreeing with another town who follows whom"),
    "towns.thanked": N_("Thanking somebody in another town"),
    "towns.shared": N_("Telling other towns what somebody passes on"),
    "towns.share_ended": N_("Telling other towns that somebody passes it on no longer"),
    "towns.thanks_ended": N_("Taking thanks to somebody in another town back"),
    "outbox.published": N_("Telling other towns of a message"),
    "outbox.edited": N_("Telling other towns of a changed message"),
    "outbox.poll_counted": N_("Telling other towns how a poll stands"),
    "outbox.poll_ended": N_("Telling other towns how a poll ended"),
    "outbox.voted": N_("Telling another town what somebody chose in its poll"),
    "outbox.withdrawn": N_("Taking a message back from other towns"),
    "outbox.narrowed": N_("Taking a message back from towns that may no longer read it"),
    "outbox.erased": N_("Telling other towns that somebody has left for good"),
    "outbox.actor_changed": N_("Telling other towns that somebody shows themselves otherwise"),
    "outbox.forget": N_("Forgetting what other towns were told"),
    "pictures.fetch": N_("Copying the photos of a message from another town"),
    "pictures.fetch_face": N_("Copying the picture of somebody in another town"),
    "pictures.delete": N_("Deleting a photo"),
    "pictures.forget_person": N_("Deleting the photos of an erased person"),
}


async def jobs_page(request: Request) -> Response:
    viewer = administrator_of(request)
    dead, counts, oldest = await runtime_of(request).db.read(_read_jobs, viewer)
    context = {
        "dead": [(job, _(JOB_WORDS.get(job.name, job.name))) for job in dead],
        "waiting": counts[JobState.WAITING],
        "count": counts[JobState.DEAD],
        "oldest": oldest,
        "form": new_form(),
    }
    return render(request, "admin/jobs.html", context)


async def retry(request: Request) -> Response:
    viewer = administrator_of(request)
    job_id = number_in_path(request)
    try:
        await runtime_of(request).db.write(retry_job, job_id, by=viewer)
    except NotFound as error:
        return _back(request, words_of(error), "info")
    return _back(request, _("It will be tried again now."))


async def discard(request: Request) -> Response:
    viewer = administrator_of(request)
    job_id = number_in_path(request)
    try:
        await runtime_of(request).db.write(discard_job, job_id, by=viewer)
    except NotFound as error:
        return _back(request, words_of(error), "info")
    return _back(request, _("It has been thrown away."))


def _back(request: Request, words: str, tone: Tone = "good") -> Response:
    return redirect(request, runtime_of(request).urls.path("admin_jobs"), (tone, words))


def _read_jobs(
    session: Session, viewer: Viewer
) -> tuple[list[JobRow], dict[JobState, int], object]:
    oldest = find_oldest_due(session, now=clock.now())
    return list_dead_jobs(session, by=viewer), count_jobs(session), oldest


_DO: Final = ("POST",)
routes = [
    Page("/admin/jobs", jobs_page, name="admin_jobs"),
    Page("/admin/jobs/{id}/retry", retry, name="admin_retry", methods=_DO),
    Page("/admin/jobs/{id}/discard", discard, name="admin_discard", methods=_DO),
]
