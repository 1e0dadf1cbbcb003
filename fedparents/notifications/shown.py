"""Whether somebody may (still) see what they were told: asked anew with every reading, whatever was
true when it was written. Each condition is on `Notification` and the `Account` of its reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.accounts.models import Account, Role
from fedparents.conversations.models import ConversationMember, MemberState
from fedparents.db import UTCDateTime, constant, is_one_of, table_of
from fedparents.groups.models import (
    GroupInvitation,
    InvitationState,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import DECIDERS
from fedparents.moderation.models import OPEN, Report, ReportState
from fedparents.notifications.kinds import RULES, About, Kind, KindRule
from fedparents.notifications.models import Notification, NotificationReader
from fedparents.posts.models import Post, PostState, ThreadMute
from fedparents.posts.policy import visible
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import not_blocked_at_home, not_silenced

NOTE: Final = table_of(Notification)
ACCOUNT: Final = table_of(Account)
READER: Final = table_of(NotificationReader)
_membership = table_of(Membership)
_request = table_of(JoinRequest)
_invitation = table_of(GroupInvitation)
_follow = table_of(Follow).alias()
_letters = table_of(ConversationMember).alias()
_post = table_of(Post)
_report = table_of(Report)
_thread_mute = table_of(ThreadMute)

NOW: Final = bindparam("now", type_=UTCDateTime)
TODAY: Final = bindparam("today", type_=sa.Date)
_OF_REPORTS: Final = (Kind.REPORT, Kind.CHILD_DANGER)
IS_MODERATOR: Final = is_one_of(ACCOUNT.c.role, (Role.MODERATOR, Role.ADMIN))
_is_administrator = ACCOUNT.c.role == constant(Role.ADMIN)


def of_kind(*kinds: Kind) -> sa.ColumnElement[bool]:
    return is_one_of(NOTE.c.kind, kinds)


def of_rule(has: Callable[[KindRule], bool]) -> sa.ColumnElement[bool]:
    """Of a kind whose rule says so."""
    return of_kind(*(kind for kind, rule in RULES.items() if has(rule)))


IS_MEMBER: Final = sa.exists(
    sa.select(_membership.c.actor_id)
    .where(
        _membership.c.group_id == NOTE.c.group_id,
        _membership.c.actor_id == ACCOUNT.c.actor_id,
        _membership.c.state == constant(MembershipState.ACTIVE),
        sa.or_(
            sa.not_(of_kind(Kind.JOIN_REQUEST, Kind.HELD_POST, *_OF_REPORTS)),
            is_one_of(_membership.c.role, DECIDERS),
        ),
    )
    .correlate(NOTE, ACCOUNT)
)
"""Of the group that it is about; one who decides, where it is for those."""
_asks_to_join = sa.exists(
    sa.select(_request.c.id)
    .where(
        _request.c.id == NOTE.c.subject_id,
        _request.c.state == constant(RequestState.PENDING),
    )
    .correlate(NOTE)
)
_is_invited = sa.exists(
    sa.select(_invitation.c.actor_id)
    .where(
        _invitation.c.group_id == NOTE.c.group_id,
        _invitation.c.actor_id == ACCOUNT.c.actor_id,
        _invitation.c.state == constant(InvitationState.OPEN),
    )
    .correlate(NOTE, ACCOUNT)
)
_waits_for_decision = sa.exists(
    sa.select(_report.c.id)
    .where(
        _report.c.id == NOTE.c.subject_id,
        is_one_of(_report.c.state, (*OPEN, ReportState.APPEALED)),
        # Those of a group are its members, above; else one looks after the place.
        sa.or_(NOTE.c.group_id.is_not(None), IS_MODERATOR),
    )
    .correlate(NOTE, ACCOUNT)
)
_asks_to_follow = sa.exists(
    sa.select(_follow.c.id)
    .where(
        _follow.c.follower_actor_id == NOTE.c.actor_id,
        _follow.c.followed_actor_id == ACCOUNT.c.actor_id,
        _follow.c.state == constant(FollowState.PENDING),
    )
    .correlate(NOTE, ACCOUNT)
)
_is_unread = sa.exists(
    sa.select(_letters.c.actor_id)
    .where(
        _letters.c.conversation_id == NOTE.c.subject_id,
        _letters.c.actor_id == ACCOUNT.c.actor_id,
        _letters.c.left_at.is_(None),
        _letters.c.last_post_id > _letters.c.read_post_id,
        _letters.c.state
        == sa.case(
            (of_kind(Kind.MESSAGE_REQUEST), constant(MemberState.REQUEST)),
            else_=constant(MemberState.ACCEPTED),
        ),
    )
    .correlate(NOTE, ACCOUNT)
)
_is_muted_thread = sa.exists(
    sa.select(_thread_mute.c.root_id)
    .where(
        _thread_mute.c.root_id == _post.c.root_id,
        _thread_mute.c.actor_id == ACCOUNT.c.actor_id,
    )
    .correlate(_post, ACCOUNT)
)
_can_be_read = sa.exists(
    sa.select(_post.c.id)
    .where(
        _post.c.id == NOTE.c.subject_id,
        visible(ACCOUNT.c.actor_id, today=TODAY, is_moderator=IS_MODERATOR),
        # Those who decide read what they have hidden; there is nothing to tell them of it.
        sa.or_(
            _post.c.state == constant(PostState.VISIBLE),
            of_kind(Kind.POST_DECISION),
            sa.and_(of_kind(Kind.HELD_POST), _post.c.state == constant(PostState.HELD)),
        ),
        sa.or_(sa.not_(of_kind(Kind.HELD_POST)), _post.c.state == constant(PostState.HELD)),
        # What an office decides is told, whatever somebody would rather not hear of.
        sa.or_(of_rule(lambda rule: not rule.is_between_people), sa.not_(_is_muted_thread)),
    )
    .correlate(NOTE, ACCOUNT)
)

MAY_BE_TOLD: Final = sa.and_(
    sa.or_(NOTE.c.group_id.is_(None), of_rule(lambda rule: rule.is_for_outsiders), IS_MEMBER),
    sa.or_(sa.not_(of_kind(Kind.JOIN_REQUEST)), _asks_to_join),
    sa.or_(sa.not_(of_kind(Kind.INVITATION)), _is_invited),
    sa.or_(sa.not_(of_kind(Kind.FOLLOW_REQUEST)), _asks_to_follow),
    sa.or_(sa.not_(of_kind(*_OF_REPORTS)), _waits_for_decision),
    sa.or_(sa.not_(of_kind(Kind.TOWN)), _is_administrator),
    sa.or_(of_rule(lambda rule: rule.about != About.LETTERS), _is_unread),
    sa.or_(of_rule(lambda rule: rule.about != About.POST), _can_be_read),
    sa.or_(
        of_rule(lambda rule: not rule.is_between_people),
        NOTE.c.actor_id.is_(None),
        sa.and_(
            not_blocked_at_home(ACCOUNT.c.actor_id, NOTE.c.actor_id),
            not_silenced(ACCOUNT.c.actor_id, NOTE.c.actor_id, NOW),
        ),
    ),
)
IS_SHOWN: Final = sa.and_(MAY_BE_TOLD, sa.not_(NOTE.c.is_sifted))
WAITS: Final = sa.and_(MAY_BE_TOLD, NOTE.c.is_sifted)
"""For a yes to whoever did it."""
