"""`Flag`: a town reports to another what somebody there has said or is. The place itself speaks, so
that nobody learns who complained.

Of ours, nothing leaves but what it is about and the kind of trouble: neither words nor names of
those who complained, and nothing about children, which their own town's people decide about here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import Session

from federation.activities.envelope import activity
from federation.audience import Addressed, was_for_everybody
from federation.delivery.queue import queue_letter
from federation.keys import THE_PLACE
from federation.models import RemoteActor, RemotePost
from federation.outside import find_group, find_person
from federation.posts import was_told
from federation.reading import uris_of, words_of
from federation.uris import (
    activity_uri,
    find_local_actor,
    find_local_note,
    host_of,
    place_uri,
    site_of,
)
from fedparents.actors.models import ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.jobs import Job, JobKind
from fedparents.moderation.complaints import TEXT_LENGTH, file_from_elsewhere
from fedparents.moderation.facts import ComplaintForwarded
from fedparents.moderation.models import Category, Complaint, Report, SubjectKind
from fedparents.moderation.subjects import Subject, find_named
from fedparents.posts.models import Post

if TYPE_CHECKING:
    from federation.signing import Signed

_MOST_THINGS: Final = 20
_KINDS: Final = {ActorKind.PERSON: SubjectKind.PERSON, ActorKind.GROUP: SubjectKind.GROUP}
_NOT_TOLD: Final = frozenset({Category.CHILD_DANGER})


def receive_flag(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """It waits with the reports of this place, as from that town. Posts count for more than the
    person beside them; what that town cannot know is not looked for."""
    document = signed.document
    named = uris_of(document.get("object"))[:_MOST_THINGS]
    found = [_find_subject(uow, base_url, uri) for uri in dict.fromkeys(named)]
    subjects = [each for each in found if each is not None]
    posts = [each for each in subjects if each.kind == SubjectKind.POST]
    said = document.get("content") or document.get("summary")
    text = words_of(said, at_most=TEXT_LENGTH)
    town = host_of(signed.sender)
    for subject in posts or subjects:
        file_from_elsewhere(uow, town, subject, text, site=site_of(town))


def send_flag(uow: UnitOfWork, base_url: str, complaint_id: int) -> None:
    """Tell the town of whoever is concerned that somebody here has complained."""
    complaint = uow.session.get(Complaint, complaint_id)
    report = uow.session.get(Report, complaint.report_id) if complaint is not None else None
    if complaint is None or report is None or complaint.category in _NOT_TOLD:
        return
    concerned, things = _find_remote(uow.session, report)
    if concerned is None or concerned.gone_at is not None:
        return
    document = activity(
        *(activity_uri(base_url, uow.new_id()), "Flag", place_uri(base_url)),
        [concerned.uri, *things],
        Addressed((concerned.uri,)),
        content=str(complaint.category),
    )
    inbox = concerned.shared_inbox or concerned.inbox
    queue_letter(uow, base_url, THE_PLACE, document, [inbox], about=f"report {report.id}")


def flag_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    async def forwarded(job: Job[ComplaintForwarded]) -> None:
        await db.write(send_flag, base_url, job.fact.complaint_id)

    return (JobKind("towns.flag", ComplaintForwarded, forwarded),)


def _find_subject(uow: UnitOfWork, base_url: str, uri: str) -> Subject | None:
    """What is ours, and may be known in another town."""
    number = find_local_note(base_url, uri)
    post = uow.session.get(Post, number) if number is not None else None
    if post is not None:
        is_known = was_for_everybody(post) or was_told(uow.session, post.id)
        return Subject(SubjectKind.POST, post.id, post=post) if is_known else None
    local = find_local_actor(base_url, uri)
    if local is None:
        return None
    kind, actor_id = local
    is_group = kind == ActorKind.GROUP
    known = (
        find_group(uow.session, actor_id)
        if is_group
        else find_person(uow.session, actor_id, today=uow.now.date())
    )
    return find_named(uow.session, _KINDS[kind], actor_id) if known is not None else None


def _find_remote(session: Session, report: Report) -> tuple[RemoteActor | None, list[str]]:
    """Who is concerned elsewhere, and with what."""
    number = report.subject_id or 0
    if report.subject_kind != SubjectKind.POST:
        return session.get(RemoteActor, number), []
    post, row = session.get(Post, number), session.get(RemotePost, number)
    if post is None or row is None:
        return None, []
    return session.get(RemoteActor, post.author_actor_id), [row.uri]
