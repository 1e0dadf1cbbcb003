"""Reading what people are to each other, and their filters; everything is the viewer's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.service import find_actor
from fedparents.db import HotStatement, UTCDateTime, is_any_of, numbers, table_of
from fedparents.errors import NotFound
from fedparents.places.models import Place
from fedparents.social.access import find_person
from fedparents.social.matching import Matcher, Word, WordMatch, WordRule
from fedparents.social.models import (
    ActorNote,
    Block,
    Endorsement,
    Filter,
    FilterAction,
    FilterContext,
    FilterPost,
    FilterWord,
    Follow,
    FollowState,
    Mute,
    TownMute,
)
from fedparents.social.policy import seen_by


@dataclass(frozen=True, slots=True)
class Relationship:
    """What two people are to each other, from the side of one."""

    actor_id: int
    follow: Follow | None = None
    """The viewer's, asked for or accepted."""
    followed_back: Follow | None = None
    """The other's."""
    mute: Mute | None = None
    """One that still holds."""
    note: str = ""
    is_endorsed: bool = False
    """The viewer shows them on their page."""
    is_of_muted_town: bool = False
    is_blocking: bool = False
    is_blocked_by: bool = False
    """For programs that have to know; no page may show it."""

    @property
    def is_following(self) -> bool:
        return self.follow is not None and self.follow.state == FollowState.ACCEPTED

    @property
    def has_requested(self) -> bool:
        return self.follow is not None and self.follow.state == FollowState.PENDING

    @property
    def is_followed_by(self) -> bool:
        return self.followed_back is not None and self.followed_back.state == FollowState.ACCEPTED

    @property
    def is_requested_by(self) -> bool:
        return self.followed_back is not None and self.followed_back.state == FollowState.PENDING


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody as one other person may know them."""

    actor: Actor
    place: str
    """The commune, if the person shows it."""
    is_own: bool
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of a list of people; `cursor` goes on from it."""

    cursor: int
    actor: Actor
    until_at: datetime | None = None
    """Of a mute: when it ends."""


def get_profile(session: Session, viewer: Viewer | None, handle: str, *, now: datetime) -> Profile:
    """Raises NotFound for whoever is not there, or not for this viewer."""
    actor = find_actor(session, handle)
    if viewer is None or actor is None or find_person(session, viewer, actor.id) is None:
        raise NotFound("person_not_found")
    (relationship,) = list_relationships(session, viewer, [actor.id], now=now)
    return Profile(
        actor, _shown_place(session, actor.id), actor.id == viewer.actor_id, relationship
    )


def list_relationships(
    session: Session, viewer: Viewer, actor_ids: Sequence[int], *, now: datetime
) -> list[Relationship]:
    """What the viewer is to each of these, in their order, whoever they are."""
    me = viewer.actor_id
    wanted = list(actor_ids)
    follows = select(Follow).where(
        Follow.follower_actor_id == me, col(Follow.followed_actor_id).in_(wanted)
    )
    backs = select(Follow).where(
        Follow.followed_actor_id == me, col(Follow.follower_actor_id).in_(wanted)
    )
    mutes = select(Mute).where(
        Mute.by_actor_id == me,
        col(Mute.actor_id).in_(wanted),
        sa.or_(col(Mute.until_at).is_(None), col(Mute.until_at) > now),
    )
    notes = select(ActorNote).where(
        ActorNote.by_actor_id == me, col(ActorNote.actor_id).in_(wanted)
    )
    blocking = select(Block.actor_id).where(
        Block.by_actor_id == me, col(Block.actor_id).in_(wanted)
    )
    blocked_by = select(Block.by_actor_id).where(
        Block.actor_id == me, col(Block.by_actor_id).in_(wanted)
    )
    follow = {each.followed_actor_id: each for each in session.exec(follows)}
    back = {each.follower_actor_id: each for each in session.exec(backs)}
    mute = {each.actor_id: each for each in session.exec(mutes)}
    note = {each.actor_id: each.text for each in session.exec(notes)}
    endorsed = select(Endorsement.actor_id).where(
        Endorsement.by_actor_id == me, col(Endorsement.actor_id).in_(wanted)
    )
    of_muted_towns = (
        select(Actor.id)
        .join(TownMute, col(TownMute.domain) == col(Actor.domain))
        .where(TownMute.by_actor_id == me, col(Actor.id).in_(wanted))
    )
    ours, theirs = set(session.exec(blocking)), set(session.exec(blocked_by))
    shown, silent = set(session.exec(endorsed)), set(session.exec(of_muted_towns))
    return [
        Relationship(
            actor_id=each,
            follow=follow.get(each),
            followed_back=back.get(each),
            mute=mute.get(each),
            note=note.get(each, ""),
            is_endorsed=each in shown,
            is_of_muted_town=each in silent,
            is_blocking=each in ours,
            is_blocked_by=each in theirs,
        )
        for each in wanted
    ]


def list_following(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Whom the viewer follows, the last first; `before` goes on from a page's last cursor."""
    return _people(
        session,
        viewer,
        Follow,
        on=col(Follow.followed_actor_id),
        own=_follow_of(col(Follow.follower_actor_id), viewer, FollowState.ACCEPTED),
        before=before,
        limit=limit,
    )


def list_asked(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Whom the viewer has asked, and who has not answered."""
    return _people(
        session,
        viewer,
        Follow,
        on=col(Follow.followed_actor_id),
        own=_follow_of(col(Follow.follower_actor_id), viewer, FollowState.PENDING),
        before=before,
        limit=limit,
    )


def list_followers(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Who follows the viewer."""
    return _people(
        session,
        viewer,
        Follow,
        on=col(Follow.follower_actor_id),
        own=_follow_of(col(Follow.followed_actor_id), viewer, FollowState.ACCEPTED),
        before=before,
        limit=limit,
    )


def list_follow_requests(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Who asks to follow the viewer."""
    return _people(
        session,
        viewer,
        Follow,
        on=col(Follow.follower_actor_id),
        own=_follow_of(col(Follow.followed_actor_id), viewer, FollowState.PENDING),
        before=before,
        limit=limit,
    )


def list_blocked(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Whom the viewer has blocked, also those who are not to be seen at the moment."""
    return _people(
        session,
        None,
        Block,
        on=col(Block.actor_id),
        own=col(Block.by_actor_id) == viewer.actor_id,
        before=before,
        limit=limit,
    )


def list_muted(
    session: Session, viewer: Viewer, *, now: datetime, before: int | None = None, limit: int = 50
) -> list[PersonLine]:
    """Whom the viewer has muted, unless it is over."""
    holds = sa.or_(col(Mute.until_at).is_(None), col(Mute.until_at) > now)
    return _people(
        session,
        viewer,
        Mute,
        on=col(Mute.actor_id),
        own=sa.and_(col(Mute.by_actor_id) == viewer.actor_id, holds),
        before=before,
        limit=limit,
    )


def count_follow_requests(session: Session, viewer: Viewer) -> int:
    """How many ask to follow the viewer."""
    asking = (
        select(func.count())
        .select_from(Follow)
        .join(Actor, col(Actor.id) == col(Follow.follower_actor_id))
        .where(
            Follow.followed_actor_id == viewer.actor_id,
            Follow.state == FollowState.PENDING,
            seen_by(viewer),
        )
    )
    return session.exec(asking).one()


@dataclass(frozen=True, slots=True)
class FilterView:
    filter: Filter
    words: list[FilterWord]
    posts: list[FilterPost]
    """That it names, also those that its owner may not read any more."""


@dataclass(frozen=True, slots=True)
class ActiveFilters:
    """The filters that hold somewhere now, ready to be put to texts."""

    matcher: Matcher
    actions: dict[int, FilterAction]
    """By the filter's number."""
    titles: dict[int, str]
    posts: dict[int, list[int]]
    """The filters that name a post, by its number."""

    def find(self, post_id: int, text: str) -> list[WordMatch]:
        """The filters that hold for a post."""
        found = {match.filter_id: match for match in self.matcher.find(text)}
        for number in self.posts.get(post_id, ()):
            match = found.get(number, WordMatch(number, ()))
            found[number] = replace(match, post_id=post_id)
        return list(found.values())


_filter = table_of(Filter)
_word = table_of(FilterWord)
_named = table_of(FilterPost)

# Every page that shows what others wrote asks for it.
LIST_ACTIVE = HotStatement(
    sa.select(
        _filter.c.id,
        _filter.c.title,
        _filter.c.contexts,
        _filter.c.action,
        _word.c.text,
        _word.c.is_whole,
    )
    .select_from(_filter)
    .outerjoin(_word, _word.c.filter_id == _filter.c.id)
    .where(
        _filter.c.account_id == bindparam("account_id", type_=sa.BigInteger),
        sa.or_(
            _filter.c.expires_at.is_(None),
            _filter.c.expires_at > bindparam("now", type_=UTCDateTime),
        ),
    )
    .order_by(_filter.c.id, _word.c.id)
)
LIST_ACTIVE_OF_MANY = HotStatement(
    sa.select(
        _filter.c.account_id, _filter.c.id, _filter.c.contexts, _word.c.text, _word.c.is_whole
    )
    .join_from(_filter, _word, _word.c.filter_id == _filter.c.id)
    .where(
        is_any_of(_filter.c.account_id, "accounts"),
        sa.or_(
            _filter.c.expires_at.is_(None),
            _filter.c.expires_at > bindparam("now", type_=UTCDateTime),
        ),
    )
    .order_by(_filter.c.id, _word.c.id)
)


LIST_NAMED = HotStatement(
    sa.select(_named.c.post_id, _named.c.filter_id)
    .join_from(_named, _filter, _filter.c.id == _named.c.filter_id)
    .where(_filter.c.account_id == bindparam("account_id", type_=sa.BigInteger))
    .order_by(_named.c.id)
)


def get_active_filters(
    session: Session, viewer: Viewer, context: FilterContext, *, now: datetime
) -> ActiveFilters:
    """What of the viewer's filters holds in this place."""
    rows = LIST_ACTIVE.rows(session.connection(), account_id=viewer.account_id, now=now)
    words: dict[int, list[Word]] = {}
    actions: dict[int, FilterAction] = {}
    titles: dict[int, str] = {}
    for number, title, contexts, action, text, is_whole in rows:
        if context not in contexts.split():
            continue
        actions[number], titles[number] = FilterAction(action), title
        if text is not None:
            words.setdefault(number, []).append(Word(text, bool(is_whole)))
    matcher = Matcher(WordRule(number, texts) for number, texts in words.items())
    return ActiveFilters(matcher, actions, titles, _named_posts(session, viewer, actions))


def list_filters_met(
    session: Session,
    account_ids: Iterable[int],
    context: FilterContext,
    text: str,
    *,
    now: datetime,
) -> dict[int, list[WordMatch]]:
    """What the filters of several people find in one text, by account; only of those who have a
    filter that does."""
    rules: dict[int, dict[int, list[Word]]] = {}
    for account_id, number, contexts, word, is_whole in LIST_ACTIVE_OF_MANY.rows(
        session.connection(), accounts=numbers(account_ids), now=now
    ):
        if context in contexts.split():
            of_one = rules.setdefault(account_id, {})
            of_one.setdefault(number, []).append(Word(word, bool(is_whole)))
    met = {
        account_id: Matcher(WordRule(number, words) for number, words in of_one.items()).find(text)
        for account_id, of_one in rules.items()
    }
    return {account_id: matches for account_id, matches in met.items() if matches}


def list_filters(session: Session, viewer: Viewer) -> list[FilterView]:
    """One's own, the oldest first, also those that have ended."""
    return list_filters_of(session, viewer.account_id)


def list_filters_of(session: Session, account_id: int) -> list[FilterView]:
    """The same, for what is told to somebody who is not here to ask."""
    own = select(Filter).where(Filter.account_id == account_id).order_by(col(Filter.id))
    filters = list(session.exec(own))
    texts = (
        select(FilterWord)
        .where(col(FilterWord.filter_id).in_([each.id for each in filters]))
        .order_by(col(FilterWord.id))
    )
    words: dict[int, list[FilterWord]] = {}
    for word in session.exec(texts):
        words.setdefault(word.filter_id, []).append(word)
    named = (
        select(FilterPost)
        .where(col(FilterPost.filter_id).in_([each.id for each in filters]))
        .order_by(col(FilterPost.id))
    )
    posts: dict[int, list[FilterPost]] = {}
    for post in session.exec(named):
        posts.setdefault(post.filter_id, []).append(post)
    return [FilterView(each, words.get(each.id, []), posts.get(each.id, [])) for each in filters]


def get_filter(session: Session, viewer: Viewer, filter_id: int) -> FilterView:
    """One of one's own; raises NotFound."""
    found = get_own_filter(session, viewer, filter_id)
    texts = select(FilterWord).where(FilterWord.filter_id == filter_id)
    named = select(FilterPost).where(FilterPost.filter_id == filter_id)
    return FilterView(
        found,
        list(session.exec(texts.order_by(col(FilterWord.id)))),
        list(session.exec(named.order_by(col(FilterPost.id)))),
    )


def get_filter_word(session: Session, viewer: Viewer, word_id: int) -> FilterWord:
    """A word of one's own filters; raises NotFound."""
    word = session.get(FilterWord, word_id)
    if word is None:
        raise NotFound("filter_not_found")
    get_own_filter(session, viewer, word.filter_id)
    return word


def get_filter_post(session: Session, viewer: Viewer, number: int) -> FilterPost:
    """One that one's own filters name; raises NotFound."""
    found = session.get(FilterPost, number)
    if found is None:
        raise NotFound("filter_not_found")
    get_own_filter(session, viewer, found.filter_id)
    return found


def get_own_filter(session: Session, viewer: Viewer, filter_id: int) -> Filter:
    """One of one's own, without its words; raises NotFound."""
    found = session.get(Filter, filter_id)
    if found is None or found.account_id != viewer.account_id:
        raise NotFound("filter_not_found")
    return found


def _named_posts(
    session: Session, viewer: Viewer, actions: Mapping[int, FilterAction]
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    if actions:  # most have no filters at all
        for post_id, number in LIST_NAMED.rows(session.connection(), account_id=viewer.account_id):
            if number in actions:
                found.setdefault(post_id, []).append(number)
    return found


def _follow_of(
    side: sa.SQLColumnExpression[int], viewer: Viewer, state: FollowState
) -> sa.ColumnElement[bool]:
    return sa.and_(side == viewer.actor_id, col(Follow.state) == state)


def _people(
    session: Session,
    viewer: Viewer | None,
    model: type[Follow | Block | Mute],
    *,
    on: sa.SQLColumnExpression[int],
    own: sa.ColumnElement[bool],
    before: int | None,
    limit: int,
) -> list[PersonLine]:
    """People on the other side of the viewer's rows; all of them when `viewer` is None."""
    until = col(Mute.until_at) if model is Mute else sa.null()
    found = (
        sa.select(col(model.id), Actor, until)
        .join_from(model, Actor, col(Actor.id) == on)
        .where(own)
        .order_by(col(model.id).desc())
        .limit(limit)
    )
    if viewer is not None:
        found = found.where(seen_by(viewer))
    if before is not None:
        found = found.where(col(model.id) < before)
    return [PersonLine(cursor, actor, ends) for cursor, actor, ends in session.execute(found)]


def _shown_place(session: Session, actor_id: int) -> str:
    shown = (
        select(Place.name)
        .join(Account, col(Account.place_id) == col(Place.id))
        .where(Account.actor_id == actor_id, col(Account.shows_place))
    )
    return session.exec(shown).first() or ""
