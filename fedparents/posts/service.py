"""Saying something, saying it better, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import HotStatement, UnitOfWork, constant, table_of
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.access import Seat, get_seat, is_cut_off, is_in_another_town
from fedparents.groups.models import GroupTopic
from fedparents.groups.policy import Standing, can_post, can_read
from fedparents.ids import GroupId, PostId, first_id_at
from fedparents.instance.queries import get_instance
from fedparents.media.service import PhotoDraft, attach_photos, release_media
from fedparents.posts.access import Met, get_met, hold_met
from fedparents.posts.anonymous import find_author, hide_author, ids_written_by
from fedparents.posts.facts import (
    PostEdited,
    PostFound,
    PostHeld,
    PostNarrowed,
    PostPublished,
    PostWithdrawn,
)
from fedparents.posts.models import (
    Audience,
    Post,
    PostKind,
    PostPhoto,
    PostState,
    PostVersion,
    Share,
)
from fedparents.posts.naming import (
    compose_words,
    list_unreached,
    name_anew,
    name_people,
    write_words,
)
from fedparents.posts.policy import (
    CAPS,
    TOWN,
    can_announce,
    can_answer,
    can_edit,
    narrower,
)
from fedparents.posts.polls import PollDraft, add_poll
from fedparents.text import clean_line, clean_text

TEXT_LENGTH: Final = 5000
WARNING_LENGTH: Final = 120
VERSIONS_AT_MOST: Final = 20
SAME_WITHIN: Final = timedelta(minutes=10)

_post = table_of(Post)
_FIND_SAME: Final = HotStatement(
    sa.select(_post.c.id)
    .where(
        _post.c.id.in_(
            ids_written_by(
                sa.bindparam("author", type_=sa.BigInteger),
                since=sa.bindparam("since", type_=sa.BigInteger),
            )
        ),
        _post.c.text == sa.bindparam("text", type_=sa.String),
        _post.c.audience != constant(Audience.DIRECT),
        _post.c.group_id.is_not_distinct_from(sa.bindparam("group", type_=sa.BigInteger)),
        _post.c.in_reply_to_id.is_not_distinct_from(sa.bindparam("answers", type_=sa.BigInteger)),
        _post.c.state != constant(PostState.DELETED),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """What somebody wants to say, and to whom."""

    text: str
    group_id: GroupId | None = None
    audience: Audience | None = None
    """None: the group where there is one, else everybody here."""
    kind: PostKind = PostKind.MESSAGE
    in_reply_to_id: PostId | None = None
    topic_id: int | None = None
    warning: str = ""
    language: str = ""
    is_anonymous: bool = False
    is_quiet: bool = False
    is_sensitive: bool = False
    photos: tuple[PhotoDraft, ...] = ()
    """Media of the author's that are ready and attached to nothing."""
    poll: PollDraft | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A new post, and whom it names without reaching them."""

    post: Post
    not_reached: tuple[str, ...]
    """Handles of people who cannot read it: they hear nothing of it."""
    mentions: tuple[int, ...] = ()
    """Actors whom it names and reaches."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where something is said: decided before the words are looked at."""

    seat: Seat | None
    answers: Met | None
    audience: Audience


def publish_post(uow: UnitOfWork, viewer: Viewer, draft: PostDraft) -> Published:
    """Say something. Raises NotFound, NotAllowed, Invalid, Conflict("already_posted", post_id=…)
    for the same words within ten minutes, LimitReached for a third anonymous ask in a week, and
    Conflict("answer_in_messages") for what only some people are to read: `conversations` decides
    who may write to whom.
    """
    setting = _find_setting(uow.session, viewer, draft, uow.now.date())
    text = checked_text(draft.text, may_be_empty=bool(draft.photos or draft.poll))
    group_id = setting.seat.group.actor_id if setting.seat else None
    _refuse_repetition(uow, viewer, text, group_id, draft.in_reply_to_id)
    post = _new_post(uow.session, viewer, draft, setting, post_id=uow.new_id(), now=uow.now)
    content = write_words(uow, viewer, post, text)
    if draft.is_anonymous:
        hide_author(uow, post, viewer.actor_id)
    name_people(uow, post, content.mentions, content.tags)
    add_photos(uow, viewer, post, draft.photos)
    if draft.poll is not None:
        add_poll(uow, post, draft.poll)
    if post.state == PostState.HELD:
        uow.record(PostHeld(post.id))
    else:
        announce(uow, post)
    return Published(post, list_unreached(uow.session, viewer, content, post))


def announce(uow: UnitOfWork, post: Post, *, is_news: bool = True, is_home: bool = False) -> None:
    """It can be read from now on; what was said long ago comes home to nobody, and can be found."""
    _count_reply(uow, post, +1)
    uow.record(PostPublished(post.id, is_home) if is_news else PostFound(post.id))


def withdraw(uow: UnitOfWork, post: Post) -> None:
    """It can no longer be read by those who could."""
    _count_reply(uow, post, -1)
    uow.record(PostWithdrawn(post.id))


def edit_post(
    uow: UnitOfWork, viewer: Viewer, post_id: PostId, text: str, *, warning: str = ""
) -> Post:
    """Say it better; what it said before stays readable for thirty days. Raises NotFound,
    NotAllowed("not_the_author"), Invalid, LimitReached after twenty versions, and
    Conflict("event_words_are_made") for an event, whose details are what is changed."""
    met = hold_met(uow, viewer, post_id)
    post = met.post
    if not can_edit(post, met.relation):
        raise NotAllowed("not_the_author")
    if post.kind == PostKind.EVENT:
        raise Conflict("event_words_are_made")
    return rewrite_post(uow, viewer, post, text, warning=warning)


def rewrite_post(uow: UnitOfWork, viewer: Viewer, post: Post, text: str, *, warning: str) -> Post:
    """`edit_post` of a post that is held, for whoever may."""
    text = checked_text(text, may_be_empty=bool(post.photo_count or post.has_poll))
    warning = checked_warning(warning)
    if (text, warning) == (post.text, post.warning):
        return post
    keep_version(uow, post)
    content = compose_words(uow.session, viewer, post, text)
    post.text, post.html, post.warning = content.text, content.html, warning
    post.edited_at = uow.now
    if post.state == PostState.HELD and post.reason:
        post.reason = ""  # it was held for this: now somebody looks again
        uow.record(PostHeld(post.id))
    uow.session.add(post)
    name_anew(uow, post, content.mentions, content.tags)
    uow.record(PostEdited(post.id))
    return post


def delete_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Take it back. An author may do so even where they can no longer read; raises NotFound."""
    post = uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
    if post is None or post.state == PostState.DELETED:
        raise NotFound("post_not_found")
    if find_author(uow.session, post) != viewer.actor_id:
        raise NotFound("post_not_found")
    take_back(uow, post)
    return post


def take_back(uow: UnitOfWork, post: Post) -> None:
    """Delete a post that is held; whoever calls has seen to it that it may be."""
    was_visible = post.state == PostState.VISIBLE
    post.state, post.deleted_at, post.pinned_at = PostState.DELETED, uow.now, None
    _drop_photos(uow, post)
    uow.session.add(post)
    if was_visible:
        withdraw(uow, post)


def narrow_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId, audience: Audience) -> Post:
    """Let fewer people read it. Raises NotFound, Invalid("audience") when it would be more."""
    met = hold_met(uow, viewer, post_id)
    post = met.post
    if not met.relation.is_author:
        raise NotAllowed("not_the_author")
    wide = audience not in CAPS.values() and audience not in TOWN
    if wide or narrower(Audience(post.audience), audience) != audience:
        raise Invalid({"audience": "audience_wider"})
    if post.group_id is None and audience == Audience.GROUP:
        raise Invalid({"audience": "audience_needs_group"})
    post.audience = audience
    uow.session.add(post)
    answers = update(Post).where(col(Post.root_id) == post.id).values(audience=audience)
    uow.session.exec(answers)
    if audience != Audience.PUBLIC:
        _end_shares(uow, post.id)
    record_audit(
        uow,
        "post.narrowed",
        by=viewer.actor_id,
        subject=post.id,
        group=post.group_id,
        reason=audience,
    )
    uow.record(PostNarrowed(post.id))
    return post


def _end_shares(uow: UnitOfWork, root_id: int) -> None:
    """It is for some from now on, and its answers are: nobody passes them on any more."""
    narrowed = select(Post.id).where(Post.root_id == root_id)
    uow.session.exec(delete(Share).where(col(Share.post_id).in_(narrowed)))
    uow.session.exec(update(Post).where(col(Post.root_id) == root_id).values(share_count=0))


def checked_text(text: str, *, may_be_empty: bool = False) -> str:
    """The words as they are stored; raises Invalid on `text`."""
    text = clean_text(text)
    if not text and not may_be_empty:
        raise Invalid({"text": "missing"})
    if len(text) > TEXT_LENGTH:
        raise Invalid({"text": "too_long"}, at_most=TEXT_LENGTH)
    return text


def preview_post(session: Session, viewer: Viewer, draft: PostDraft, now: datetime) -> Published:
    """The post as it would be, nothing of it stored. Raises what `publish_post` raises about the
    words, the place and the audience."""
    setting = _find_setting(session, viewer, draft, now.date())
    text = checked_text(draft.text, may_be_empty=bool(draft.photos or draft.poll))
    post = _new_post(session, viewer, draft, setting, post_id=0, now=now)
    content = compose_words(session, viewer, post, text)
    post.text, post.html = content.text, content.html
    return Published(post, list_unreached(session, viewer, content, post), content.mentions)


def _find_setting(session: Session, viewer: Viewer, draft: PostDraft, today: date) -> _Setting:
    if draft.in_reply_to_id is not None:
        return _setting_of_answer(session, viewer, draft, draft.in_reply_to_id, today)
    if draft.audience == Audience.DIRECT:
        raise Conflict("answer_in_messages")
    if draft.group_id is None:
        return _setting_in_town(draft)
    seat = _seat(session, viewer, draft.group_id, today)
    if draft.kind == PostKind.ANNOUNCEMENT and not can_announce(seat.standing):
        raise NotAllowed("announcements_by_moderators")
    if draft.is_anonymous and not seat.group.allows_anonymous:
        raise Invalid({"is_anonymous": "anonymous_not_here"})
    cap = CAPS[seat.group.audience]
    return _Setting(seat, None, _as_wide(session, seat, draft.audience, cap))


def _as_wide(session: Session, seat: Seat, wanted: Audience | None, cap: Audience) -> Audience:
    """For fewer than it could be, but in another town: there, that is for its own people to say."""
    if wanted is None or is_in_another_town(session, seat.group.actor_id):
        return cap
    return narrower(wanted, cap)


def _setting_in_town(draft: PostDraft) -> _Setting:
    audience = draft.audience or Audience.HERE
    if draft.is_anonymous:
        raise Invalid({"is_anonymous": "anonymous_in_groups_only"})
    if draft.kind == PostKind.ANNOUNCEMENT or audience == Audience.GROUP:
        raise Invalid({"group": "missing"})
    return _Setting(None, None, audience)


def _setting_of_answer(
    session: Session, viewer: Viewer, draft: PostDraft, to: PostId, today: date
) -> _Setting:
    """An answer is where its question is, and for nobody who cannot read that."""
    met = get_met(session, viewer, to, today=today)
    inherited = Audience(met.post.audience)
    if Audience.DIRECT in {draft.audience, inherited}:
        raise Conflict("answer_in_messages")
    root = session.get_one(Post, met.post.root_id)
    if not can_answer(met.post) or not can_answer(root):
        raise Conflict("no_more_answers")
    if draft.is_anonymous and not root.is_anonymous:
        raise Invalid({"is_anonymous": "anonymous_own_thread_only"})
    if draft.is_anonymous and find_author(session, root) != viewer.actor_id:
        raise Invalid({"is_anonymous": "anonymous_own_thread_only"})
    group_id = met.post.group_id
    seat = _seat(session, viewer, GroupId(group_id), today) if group_id else None
    if seat is not None:
        return _Setting(seat, met, _as_wide(session, seat, draft.audience, inherited))
    return _Setting(None, met, narrower(draft.audience or inherited, inherited))


def _seat(session: Session, viewer: Viewer, group_id: GroupId, today: date) -> Seat:
    seat = get_seat(session, viewer, group_id, today=today)
    if not can_post(seat.group, seat.standing):
        seat.require(can_read)  # who may not even read hears that there is nothing
        raise NotAllowed("not_a_member")
    if is_cut_off(session, seat.group):
        raise NotAllowed("group_cut_off")
    return seat


def _new_post(
    session: Session,
    viewer: Viewer,
    draft: PostDraft,
    setting: _Setting,
    *,
    post_id: int,
    now: datetime,
) -> Post:
    group_id = setting.seat.group.actor_id if setting.seat else None
    answered = setting.answers.post if setting.answers else None
    return Post(
        id=post_id,
        author_actor_id=(group_id if draft.is_anonymous else None) or viewer.actor_id,
        is_anonymous=draft.is_anonymous,
        group_id=group_id,
        topic_id=_checked_topic(session, draft.topic_id, group_id) if not answered else None,
        kind=PostKind.MESSAGE if answered else draft.kind,
        audience=setting.audience,
        is_quiet=draft.is_quiet and setting.audience == Audience.PUBLIC,
        state=_first_state(session, viewer, setting.seat, draft.kind),
        text="",
        html="",
        warning=checked_warning(draft.warning),
        is_sensitive=draft.is_sensitive,
        language=draft.language or viewer.language or get_instance(session).language,
        is_reply=answered is not None,
        in_reply_to_id=answered.id if answered else None,
        root_id=answered.root_id if answered else post_id,
        created_at=now,
    )


def _first_state(session: Session, viewer: Viewer, seat: Seat | None, kind: PostKind) -> PostState:
    """Held, where somebody looks at newcomers' first posts and none of theirs was let through; and
    each event there of whoever is no host: it calls people together in the group's name."""
    if seat is None or not seat.group.holds_first_posts or seat.standing != Standing.MEMBER:
        return PostState.VISIBLE
    if kind == PostKind.EVENT:
        return PostState.HELD
    earlier = select(Post.id).where(
        Post.group_id == seat.group.actor_id,
        Post.author_actor_id == viewer.actor_id,
        Post.state == PostState.VISIBLE,
    )
    known = session.exec(earlier.limit(1)).first() is not None
    return PostState.VISIBLE if known else PostState.HELD


def _checked_topic(session: Session, topic_id: int | None, group_id: int | None) -> int | None:
    if topic_id is None:
        return None
    topic = session.get(GroupTopic, topic_id)
    if topic is None or topic.group_id != group_id:
        raise Invalid({"topic": "unknown"})
    return topic_id


def checked_warning(warning: str) -> str:
    warning = clean_line(warning)
    if len(warning) > WARNING_LENGTH:
        raise Invalid({"warning": "too_long"}, at_most=WARNING_LENGTH)
    return warning


def _refuse_repetition(
    uow: UnitOfWork, viewer: Viewer, text: str, group_id: int | None, answers: int | None
) -> None:
    """Somebody pressed twice, or the page was slow: the first one counts. Photos without words are
    told apart by nobody."""
    if not text:
        return
    found = _FIND_SAME.rows(
        uow.session.connection(),
        author=viewer.actor_id,
        since=first_id_at(uow.now - SAME_WITHIN),
        text=text,
        group=group_id,
        answers=answers,
    )
    if found:
        raise Conflict("already_posted", post_id=found[0][0])


def add_photos(uow: UnitOfWork, viewer: Viewer, post: Post, drafts: tuple[PhotoDraft, ...]) -> None:
    """Show the author's own photos with a post; raises Invalid."""
    photos = attach_photos(uow, viewer, drafts)
    post.photo_count = len(photos)
    uow.session.add_all(
        PostPhoto(post_id=post.id, position=number, media_id=photo.id)
        for number, photo in enumerate(photos)
    )


def _drop_photos(uow: UnitOfWork, post: Post) -> None:
    """Photos go at once: nobody should have to wait until one of them is gone."""
    shown = select(PostPhoto.media_id).where(PostPhoto.post_id == post.id)
    release_media(uow, list(uow.session.exec(shown)))
    uow.session.exec(delete(PostPhoto).where(col(PostPhoto.post_id) == post.id))
    post.photo_count = 0


def keep_version(uow: UnitOfWork, post: Post) -> None:
    """Keep what it says, which is about to be said better; raises LimitReached."""
    kept = select(func.count()).where(PostVersion.post_id == post.id)
    if uow.session.exec(kept).one() >= VERSIONS_AT_MOST:
        raise LimitReached("edited_too_often")
    version = PostVersion(
        id=uow.new_id(),
        post_id=post.id,
        text=post.text,
        html=post.html,
        warning=post.warning,
        replaced_at=uow.now,
    )
    uow.session.add(version)


def _count_reply(uow: UnitOfWork, post: Post, change: int) -> None:
    """On what it answers and on the first post of the thread, which may be the same. A letter about
    somebody's post begins a thread of its own: nobody else is to notice that there is one."""
    if post.in_reply_to_id is None or post.root_id == post.id:
        return
    counted = {post.in_reply_to_id, post.root_id}
    count = update(Post).where(col(Post.id).in_(counted))
    uow.session.exec(count.values(reply_count=col(Post.reply_count) + change))
