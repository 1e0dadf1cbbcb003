"""What can be reported: finding it as somebody meets it, and writing down how it looks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.sessions import Viewer
from fedparents.actors.fields import read_fields
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import UnitOfWork, constant
from fedparents.errors import NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.models import Group, GroupRole, Membership, MembershipState
from fedparents.groups.policy import DECIDERS
from fedparents.ids import GroupId
from fedparents.media.models import MediaAttachment
from fedparents.moderation.models import Report, SubjectKind
from fedparents.posts.access import find_relation
from fedparents.posts.anonymous import find_author
from fedparents.posts.models import Audience, Post, PostPhoto, PostVersion
from fedparents.posts.policy import can_view
from fedparents.social.policy import can_see_person, has_blocked

_CONTEXT: Final = 2
"""Posts before and after it in its thread that a sealed copy holds too."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that somebody complains of."""

    kind: SubjectKind
    id: int | None
    post: Post | None = None
    actor: Actor | None = None
    address: str = ""
    in_group: int | None = None
    """Of a person: where it happened; None: anywhere here."""

    @property
    def group_id(self) -> int | None:
        """The group whose moderators decide. What a group is itself, the place decides."""
        return self.post.group_id if self.post else self.in_group

    @property
    def target_actor_id(self) -> int | None:
        """Whoever wrote without a name stays without one here too."""
        if self.post is not None:
            return None if self.post.is_anonymous else self.post.author_actor_id
        return self.actor.id if self.actor else None


def get_subject(
    session: Session, viewer: Viewer | None, kind: SubjectKind, subject_id: int, *, today: date
) -> Subject:
    """As the viewer meets it; raises NotFound for what they cannot see."""
    if kind == SubjectKind.POST:
        return Subject(kind, subject_id, post=_get_post(session, viewer, subject_id, today))
    actor = session.get(Actor, subject_id)
    if kind == SubjectKind.GROUP:
        get_seat(session, viewer, GroupId(subject_id), today=today)
    elif actor is None or not _sees_person(session, viewer, actor):
        raise NotFound("person_not_found")
    return Subject(kind, subject_id, actor=actor)


def find_subject(session: Session, report: Report) -> Subject:
    """What a report is about, as far as it is still there, whoever looks."""
    kind = SubjectKind(report.subject_kind)
    if kind == SubjectKind.POST:
        return Subject(kind, report.subject_id, post=session.get(Post, report.subject_id or 0))
    if kind == SubjectKind.ADDRESS:
        return Subject(kind, None)
    return Subject(kind, report.subject_id, actor=session.get(Actor, report.subject_id or 0))


def find_named(session: Session, kind: SubjectKind, subject_id: int) -> Subject | None:
    """What somebody names, whoever may see it; None for what is not there."""
    if kind == SubjectKind.POST:
        post = session.get(Post, subject_id)
        return Subject(kind, post.id, post=post) if post else None
    actor = session.get(Actor, subject_id)
    kinds = {SubjectKind.PERSON: ActorKind.PERSON, SubjectKind.GROUP: ActorKind.GROUP}
    if actor is None or kinds.get(kind) != actor.kind:
        return None
    return Subject(kind, actor.id, actor=actor)


def hold_subject(uow: UnitOfWork, subject: Subject) -> None:
    """Two who complain of the same thing at once are first and second."""
    lock = {"key_share": True}
    if subject.post is not None:
        uow.session.refresh(subject.post, with_for_update=lock)
    elif subject.actor is not None:
        uow.session.refresh(subject.actor, with_for_update=lock)


def looks_after_group(session: Session, group_id: int | None, actor_id: int | None) -> bool:
    """Whether somebody moderates or manages a group."""
    if group_id is None or actor_id is None:
        return False
    membership = session.get(Membership, (group_id, actor_id))
    if membership is None or membership.state != MembershipState.ACTIVE:
        return False
    return membership.role in DECIDERS


def list_concerned(session: Session, report: Report) -> list[int]:
    """Whom a decision concerns: the person, also without a name, or those who manage the group.
    Nobody, where the person is gone; for the worker alone, who writes to them."""
    if report.subject_kind == SubjectKind.GROUP:
        return list(
            session.exec(select(Membership.actor_id).where(manages(report.subject_id or 0)))
        )
    if report.target_actor_id is not None:
        return [report.target_actor_id]
    post = find_subject(session, report).post
    author = find_author(session, post) if post else None
    return [author] if author else []


def manages(group_id: int | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a membership is one of those who answer for a group."""
    return sa.and_(
        col(Membership.group_id) == group_id,
        col(Membership.state) == constant(MembershipState.ACTIVE),
        col(Membership.role) == constant(GroupRole.MANAGER),
    )


def snapshot_of(session: Session, subject: Subject) -> str:
    """JSON: words and figures of how it looks now."""
    if subject.post is not None:
        return json.dumps(_seen_post(session, subject.post))
    if subject.actor is not None:
        return json.dumps(_seen_actor(session, subject.actor))
    return json.dumps({"address": subject.address})


def sealed_copy_of(session: Session, subject: Subject, author_id: int | None) -> bytes:
    """What an authority may ask for: who, when, the words with their earlier versions, what stood
    around them, which pictures. JSON; the pictures themselves are copied nowhere."""
    found: dict[str, Any] = {"seen": json.loads(snapshot_of(session, subject))}
    if author_id is not None:
        found["author"] = _identity(session, author_id)
    if subject.post is not None:
        found["versions"] = _versions(session, subject.post)
        found["around"] = _around(session, subject.post)
        found["pictures"] = [_picture(each) for each in _photos(session, subject.post)]
    return json.dumps(found).encode()


def _get_post(session: Session, viewer: Viewer | None, post_id: int, today: date) -> Post:
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound("post_not_found")
    group = session.get(Group, post.group_id) if post.group_id else None
    relation = find_relation(session, viewer, post, group, today=today)
    if post.audience == Audience.DIRECT:
        # Whoever has insulted somebody and then blocked them can be reported all the same.
        relation = replace(relation, is_blocked=False)
    if not can_view(viewer, post, group, relation):
        raise NotFound("post_not_found")
    return post


def _sees_person(session: Session, viewer: Viewer | None, actor: Actor) -> bool:
    if actor.kind != ActorKind.PERSON or viewer is None:
        return False
    found = session.exec(select(Account.state).where(Account.actor_id == actor.id)).first()
    state = AccountState(found) if found else None
    is_blocked_by = has_blocked(session, actor.id, viewer.actor_id)
    return can_see_person(viewer, actor, state, is_blocked_by=is_blocked_by)


def _seen_post(session: Session, post: Post) -> dict[str, Any]:
    answered = session.get(Post, post.in_reply_to_id) if post.in_reply_to_id else None
    author = session.get(Actor, post.author_actor_id)
    group = session.get(Actor, post.group_id) if post.group_id else None
    named = author is not None and not post.is_anonymous
    return {
        "name": author.display_name if author and named else "",
        "handle": author.address if author and named else "",
        "text": post.text,
        "warning": post.warning,
        "audience": str(post.audience),
        "group": group.display_name if group else "",
        "answers": answered.text if answered else "",
        "photos": [photo.description for photo in _photos(session, post)],
        "written_at": post.created_at.isoformat(),
    }


def _seen_actor(session: Session, actor: Actor) -> dict[str, Any]:
    group, lines = session.get(Group, actor.id), read_fields(actor.fields)
    return {
        "name": actor.display_name,
        "handle": actor.handle,
        "text": "\n".join((actor.summary, *(": ".join(each) for each in lines))).strip(),
        "rules": group.rules if group else "",
        "has_picture": bool(actor.avatar or actor.cover),
    }


def _identity(session: Session, actor_id: int) -> dict[str, Any]:
    found = (
        select(Actor.handle, Actor.display_name, Account.email, Account.created_at)
        .join(Account, col(Account.actor_id) == col(Actor.id))
        .where(Actor.id == actor_id)
    )
    row = session.exec(found).first()
    if row is None:
        return {}
    handle, name, email, since = row
    return {"handle": handle, "name": name, "email": email, "since": since.isoformat()}


def _versions(session: Session, post: Post) -> list[dict[str, str]]:
    versions = (
        select(PostVersion).where(PostVersion.post_id == post.id).order_by(col(PostVersion.id))
    )
    return [
        {"text": each.text, "until": each.replaced_at.isoformat()}
        for each in session.exec(versions)
    ]


def _around(session: Session, post: Post) -> list[dict[str, str]]:
    thread = select(Post).where(Post.root_id == post.root_id)
    before = thread.where(col(Post.id) < post.id).order_by(col(Post.id).desc()).limit(_CONTEXT)
    after = thread.where(col(Post.id) > post.id).order_by(col(Post.id)).limit(_CONTEXT)
    near = [*reversed(session.exec(before).all()), *session.exec(after).all()]
    return [{"text": each.text, "written_at": each.created_at.isoformat()} for each in near]


def _photos(session: Session, post: Post) -> list[MediaAttachment]:
    """With what those who only look at them need not know."""
    shown = select(MediaAttachment).join(
        PostPhoto, col(PostPhoto.media_id) == col(MediaAttachment.id)
    )
    return list(
        session.exec(shown.where(PostPhoto.post_id == post.id).order_by(col(PostPhoto.position)))
    )


def _picture(media: MediaAttachment) -> dict[str, Any]:
    return {
        "file": media.file,
        "description": media.description,
        "bytes": media.byte_size,
        "sent_at": media.created_at.isoformat(),
    }
