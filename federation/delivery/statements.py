"""The hot statements of deliveries: what runs for every round, however much waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from federation.delivery.models import (
    Delivery,
    DeliveryHost,
    DeliveryState,
    Inbox,
    OutgoingActivity,
)
from federation.models import RemoteActor
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UTCDateTime, constant, is_in_bite, table_of
from fedparents.posts.models import Post

_host = table_of(DeliveryHost)
_inbox = table_of(Inbox)
_activity = table_of(OutgoingActivity)
_delivery = table_of(Delivery)
_earlier = _delivery.alias("earlier")
_post = table_of(Post)
_remote = table_of(RemoteActor)
_actor = table_of(Actor)


def _number(name: str) -> sa.BindParameter[Any]:
    return bindparam(name, type_=sa.BigInteger)


def _moment(name: str) -> sa.BindParameter[Any]:
    return bindparam(name, type_=UTCDateTime)


def _word(name: str) -> sa.BindParameter[Any]:
    return bindparam(name, type_=sa.String)


ADD_HOST: Final = HotStatement(
    sa.text(
        "INSERT INTO delivery_host"
        " (id, name, is_leased, turn, has_more, failures, at_once, scheme, trouble_status)"
        " VALUES (:id, :name, false, 0, false, 0, 2, '', 0) ON CONFLICT (name) DO NOTHING"
    ).bindparams(_number("id"), _word("name"))
)
FIND_HOST: Final = HotStatement(sa.select(_host.c.id).where(_host.c.name == _word("name")))
_SLOTS: Final = 30


def urls_in_bites(urls: Sequence[str]) -> Iterator[dict[str, str]]:
    """Parameters for `FIND_INBOXES`, as often as it has to run for all of the addresses."""
    for begin in range(0, len(urls), _SLOTS):
        bite = urls[begin : begin + _SLOTS]
        yield {f"url_{n}": bite[n] if n < len(bite) else "" for n in range(_SLOTS)}


ADD_INBOX: Final = HotStatement(
    sa.text(
        "INSERT INTO inbox (id, url, host_id) VALUES (:id, :url, :host)"
        " ON CONFLICT (url) DO NOTHING"
    ).bindparams(_number("id"), _word("url"), _number("host"))
)
FIND_INBOXES: Final = HotStatement(
    sa.select(_inbox.c.url, _inbox.c.id, _inbox.c.host_id, _inbox.c.gone_at).where(
        _inbox.c.url.in_([_word(f"url_{number}") for number in range(_SLOTS)])
    )
)
LIST_REACHED: Final = HotStatement(
    sa.select(_inbox.c.url)
    .distinct()
    .join_from(_activity, _delivery, _delivery.c.activity_id == _activity.c.id)
    .join(_inbox, _inbox.c.id == _delivery.c.inbox_id)
    .where(_activity.c.post_id == _number("post"))
)
"""Where a post is, or may be: also what waits, since somebody may be handing it over right now."""
# Others may have told of it, too: a group, and those who passed it on.
_is_of_theirs: Final = _activity.c.post_id.in_(
    sa.select(_post.c.id).where(_post.c.author_actor_id == _number("actor"))
)
LIST_REACHED_BY: Final = HotStatement(
    sa.select(sa.func.coalesce(sa.func.nullif(_remote.c.shared_inbox, ""), _inbox.c.url))
    .distinct()
    .join_from(_activity, _delivery, _delivery.c.activity_id == _activity.c.id)
    .join(_inbox, _inbox.c.id == _delivery.c.inbox_id)
    .outerjoin(_remote, _remote.c.inbox == _inbox.c.url)
    .where(sa.or_(_activity.c.actor_id == _number("actor"), _is_of_theirs))
)
"""What went to one person went to their town: what is about the sender, all of it may hear."""
HAS_LEFT: Final = HotStatement(
    sa.select(_activity.c.id)
    .where(_activity.c.post_id == _number("post"))
    .limit(sa.literal_column("1"))
)
ADD_DELIVERY: Final = HotStatement(
    sa.text(
        "INSERT INTO delivery"
        " (activity_id, inbox_id, host_id, lane, state, due_at, attempts)"
        " VALUES (:activity, :inbox, :host, :lane, 'waiting', :now, 0)"
        " ON CONFLICT (activity_id, inbox_id) DO NOTHING"
    ).bindparams(*map(_number, ("activity", "inbox", "host", "lane")), _moment("now"))
)
CALL_HOST: Final = HotStatement(
    sa.update(_host)
    .where(_host.c.id == _number("host"))
    .values(
        has_more=_host.c.is_leased,
        due_at=sa.case(
            (_host.c.is_leased, _host.c.due_at),
            (_host.c.rests_until_at > _moment("now"), _host.c.rests_until_at),
            else_=_moment("now"),
        ),
    )
)
"""Something waits for this town now. Whoever has its lease looks again before ending it."""

IS_ANYTHING_DUE: Final = HotStatement(
    sa.select(_host.c.id).where(_host.c.due_at <= _moment("now")).limit(sa.literal_column("1"))
)
LEASE_HOSTS: Final = HotStatement(
    sa.update(_host)
    .where(
        _host.c.id.in_(
            sa.select(_host.c.id)
            .where(
                _host.c.due_at <= _moment("now"),
                sa.or_(_host.c.failures == 0, bindparam("probes", type_=sa.Boolean)),
            )
            .order_by(_host.c.due_at, _host.c.id)
            .limit(bindparam("most", type_=sa.Integer))
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        due_at=_moment("until"),
        is_leased=sa.true(),
        leased_by=bindparam("node", type_=sa.Integer),
        has_more=sa.false(),
        turn=_host.c.turn + 1,
    )
    .returning(
        _host.c.id,
        _host.c.name,
        _host.c.turn,
        _host.c.failures,
        _host.c.failing_since_at,
        _host.c.at_once,
        _host.c.scheme,
        _host.c.scheme_until_at,
    )
)

# In its lane comes first what was said first. What the town alone does not take holds the others
# up for a while; while the town itself is away, order is kept however long that takes.
_is_first_of_its_lane = ~sa.exists().where(
    _earlier.c.host_id == _delivery.c.host_id,
    _earlier.c.lane == _delivery.c.lane,
    _earlier.c.activity_id < _delivery.c.activity_id,
    _earlier.c.state == constant(DeliveryState.WAITING),
    sa.or_(
        _earlier.c.blocks_until_at.is_(None),
        _earlier.c.blocks_until_at > _moment("now"),
    ),
)
LIST_DUE: Final = HotStatement(
    sa.select(
        _delivery.c.activity_id,
        _delivery.c.inbox_id,
        _inbox.c.url,
        _delivery.c.attempts,
    )
    .join_from(_delivery, _inbox, _inbox.c.id == _delivery.c.inbox_id)
    .where(
        _delivery.c.host_id == _number("host"),
        _delivery.c.state == constant(DeliveryState.WAITING),
        _delivery.c.due_at <= _moment("now"),
        _is_first_of_its_lane,
    )
    .order_by(_delivery.c.due_at, _delivery.c.activity_id)
    .limit(bindparam("most", type_=sa.Integer))
)
FIND_NEXT_DUE: Final = HotStatement(
    sa.select(_delivery.c.due_at)
    .where(
        _delivery.c.host_id == _number("host"),
        _delivery.c.state == constant(DeliveryState.WAITING),
        _delivery.c.due_at > _moment("now"),
    )
    .order_by(_delivery.c.due_at)
    .limit(sa.literal_column("1"))
)
LIST_ACTIVITIES: Final = HotStatement(
    sa.select(
        _activity.c.id,
        _activity.c.actor_id,
        _activity.c.verb,
        _activity.c.expires_at,
        _actor.c.kind,
        _activity.c.post_id,
        _post.c.state,
        _post.c.audience,
        _post.c.is_anonymous,
        _post.c.group_id,
    )
    .outerjoin_from(_activity, _post, _post.c.id == _activity.c.post_id)
    .outerjoin(_actor, _actor.c.id == _activity.c.actor_id)
    .where(is_in_bite(_activity.c.id))
)
GET_BODY: Final = HotStatement(
    sa.select(_activity.c.body).where(_activity.c.id == _number("activity"))
)

_this = sa.and_(
    _delivery.c.activity_id == _number("activity"),
    _delivery.c.inbox_id == _number("inbox"),
    _delivery.c.state == constant(DeliveryState.WAITING),
)
SETTLE_DELIVERY: Final = HotStatement(
    sa.update(_delivery).where(_this).values(state=_word("state"), trouble=_word("trouble"))
)
POSTPONE_DELIVERY: Final = HotStatement(
    sa.update(_delivery)
    .where(_this)
    .values(
        due_at=_moment("later"),
        attempts=_delivery.c.attempts + bindparam("counted", type_=sa.Integer),
        blocks_until_at=sa.func.coalesce(
            _delivery.c.blocks_until_at, sa.cast(_moment("blocks_until"), UTCDateTime)
        ),
        trouble=_word("trouble"),
    )
)
NOTE_GONE: Final = HotStatement(
    sa.update(_inbox).where(_inbox.c.id == _number("inbox")).values(gone_at=_moment("now"))
)
GIVE_UP_INBOX: Final = HotStatement(
    sa.update(_delivery)
    .where(
        _delivery.c.host_id == _number("host"),
        _delivery.c.inbox_id == _number("inbox"),
        _delivery.c.state == constant(DeliveryState.WAITING),
    )
    .values(state=constant(DeliveryState.GIVEN_UP), trouble=_word("trouble"))
)

_still_mine = sa.and_(
    _host.c.id == _number("host"), _host.c.turn == bindparam("turn", type_=sa.Integer)
)
HOLD_LEASE: Final = HotStatement(sa.select(_host.c.id).where(_still_mine).with_for_update())
"""Nothing without the lease: somebody else has the town by now, and knows more."""
END_LEASE: Final = HotStatement(
    sa.update(_host)
    .where(_still_mine)
    .values(
        is_leased=sa.false(),
        has_more=sa.false(),
        failures=bindparam("failures", type_=sa.Integer),
        failing_since_at=_moment("failing_since"),
        rests_until_at=_moment("rests_until"),
        at_once=bindparam("at_once", type_=sa.Integer),
        scheme=_word("scheme"),
        scheme_until_at=_moment("scheme_until"),
        due_at=sa.case((_host.c.has_more, _moment("no_sooner")), else_=_moment("next_due")),
        trouble=sa.func.coalesce(sa.cast(_word("trouble"), sa.String), _host.c.trouble),
        trouble_status=sa.case(
            (_word("trouble").is_(None), _host.c.trouble_status),
            else_=bindparam("status", type_=sa.Integer),
        ),
        troubled_at=sa.case(
            (_word("trouble").is_(None), _host.c.troubled_at), else_=_moment("now")
        ),
        answered_at=sa.case(
            (bindparam("answered", type_=sa.Boolean), _moment("now")), else_=_host.c.answered_at
        ),
    )
)
LIST_LEASES: Final = HotStatement(
    sa.select(_host.c.id, _host.c.turn, _host.c.leased_by).where(_host.c.is_leased)
)
BREAK_LEASE: Final = HotStatement(
    sa.update(_host)
    .where(_still_mine, _host.c.is_leased)
    .values(due_at=_moment("now"), is_leased=sa.false())
)
HEAR_FROM: Final = HotStatement(
    sa.update(_host)
    .where(_host.c.name == _word("name"), _host.c.failures > 0)
    .values(
        rests_until_at=None,
        due_at=sa.case(
            (sa.or_(_host.c.is_leased, _host.c.due_at.is_(None)), _host.c.due_at),
            else_=_moment("now"),
        ),
    )
    .returning(_host.c.id)
)
"""A town that fails has called us: it is there, so that what waits need not wait for its turn."""
HURRY: Final = HotStatement(
    sa.update(_delivery)
    .where(
        _delivery.c.host_id == _number("host"),
        _delivery.c.state == constant(DeliveryState.WAITING),
        _delivery.c.due_at > _moment("now"),
    )
    .values(due_at=_moment("now"))
)
"""All that waits for a town may go now."""
FORGET_POST: Final = HotStatement(
    sa.delete(_activity).where(_activity.c.post_id == _number("post"))
)
FORGET_POSTS_OF: Final = HotStatement(
    sa.delete(_activity).where(
        sa.or_(_activity.c.actor_id == _number("actor"), _is_of_theirs),
        _activity.c.post_id.is_not(None),
    )
)
FORGET_REACHED: Final = HotStatement(
    sa.delete(_delivery).where(
        _delivery.c.activity_id.in_(
            sa.select(_activity.c.id).where(_activity.c.post_id == _number("post"))
        ),
        _delivery.c.inbox_id.in_(
            sa.select(_inbox.c.id).where(
                _inbox.c.url.in_([_word(f"url_{number}") for number in range(_SLOTS)])
            )
        ),
    )
)
DROP_OLDER_EDITS: Final = HotStatement(
    sa.delete(_delivery).where(
        _delivery.c.state == constant(DeliveryState.WAITING),
        _delivery.c.activity_id.in_(
            sa.select(_activity.c.id).where(
                _activity.c.post_id == _number("post"),
                _activity.c.verb == sa.literal_column("'Update'"),
                _activity.c.id < _number("before"),
            )
        ),
    )
)
DROP_OLDER_PROFILES: Final = HotStatement(
    sa.delete(_delivery).where(
        _delivery.c.state == constant(DeliveryState.WAITING),
        _delivery.c.activity_id.in_(
            sa.select(_activity.c.id).where(
                _activity.c.actor_id == _number("actor"),
                _activity.c.verb == sa.literal_column("'Update'"),
                _activity.c.post_id.is_(None),
                _activity.c.id < _number("before"),
            )
        ),
    )
)
LIST_EXPIRED: Final = HotStatement(
    sa.select(_activity.c.id, _activity.c.post_id)
    .where(_activity.c.expires_at <= _moment("now"), _activity.c.body != sa.literal_column("''"))
    .limit(bindparam("most", type_=sa.Integer))
)
GIVE_UP_ACTIVITY: Final = HotStatement(
    sa.update(_delivery)
    .where(
        _delivery.c.activity_id == _number("activity"),
        _delivery.c.state == constant(DeliveryState.WAITING),
    )
    .values(state=constant(DeliveryState.GIVEN_UP), trouble=_word("trouble"))
)
FORGET_BODY: Final = HotStatement(
    sa.update(_activity)
    .where(_activity.c.id == _number("activity"))
    .values(body=sa.literal_column("''"))
)
FORGET_ACTIVITY: Final = HotStatement(
    sa.delete(_activity).where(_activity.c.id == _number("activity"))
)
