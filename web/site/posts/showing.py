"""A thread as its reader meets it, the way to it by a short address, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.delivery.board import Reach, find_reach
from federation.posts import find_page
from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.access import list_closed_authors
from fedparents.conversations.policy import can_write_about
from fedparents.ids import GroupId, PostId
from fedparents.notifications.service import mark_thread_read
from fedparents.posts.models import Audience, PostState, PostVersion
from fedparents.posts.queries import Powers, get_powers, list_versions
from fedparents.posts.readers import count_readers, list_reader_towns
from fedparents.swaps.models import Swap
from fedparents.swaps.queries import find_swap
from fedparents.timelines.cards import PostCard
from fedparents.timelines.queries import get_card
from fedparents.timelines.threads import Thread, find_place, get_thread, is_indexable
from web.forms import new_form
from web.i18n import gettext
from web.routing import Page, start_in_query
from web.site.notifications.bell import mark_read
from web.site.page import redirect
from web.site.posts.access import path_of_place, post_number, show, to_post, viewer_or_nothing
from web.site.posts.forms import AnswerForm
from web.site.posts.words import ASK, BEGINNINGS, OFFER, kind_of
from web.site.swaps.showing import sight_of
from web.visit import runtime_of, viewer_of

_NOTHING = Powers(answer=False, accept=False, close=False, pin=False, decide=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """A thread, and what its reader may do in it."""

    thread: Thread
    powers: Powers
    readers: int
    """How many people of this place can read it; for whoever is signed in."""
    is_indexable: bool
    names: dict[int, str]
    """Whom the answers answer, by the post."""
    towns: Sequence[str] = ()
    """The other towns of a closed group."""
    privately: frozenset[int] = frozenset()
    """The posts whose authors can be written to about them."""
    reach: Reach | None = None
    """Which other towns have the first post; for its author."""
    swap: Swap | None = None
    """What the first post asks for or offers, beside its words."""
    origin: str = ""
    """The page of the first post in the town where it was said; empty for this one."""


async def thread_page(request: Request) -> Response:
    viewer, post_id = viewer_of(request), post_number(request)
    after = start_in_query(request, "after")
    sight = await runtime_of(request).db.read(_look_at, viewer, post_id, after)
    root = sight.thread.root
    is_below = root is not None and root.root_id != root.id
    if root is not None and (is_below or request.path_params["handle"] != root.handle):
        return await to_post(request, viewer, post_id)
    await mark_read(request, mark_thread_read, post_id)
    beginning = BEGINNINGS.get(request.query_params.get("say", ""), "")
    form = new_form({"text": f"{gettext(beginning)} " if beginning else ""}, of=AnswerForm)
    context: dict[str, object] = {
        "sight": sight,
        "swap": sight_of(sight.swap) if sight.swap is not None else None,
        "kind": kind_of(root) if root else None,
        "now": clock.now(),
        "is_first": after is None,
        "has_begun": bool(beginning),
        "from_other_side": _from_other_side(root),
        "photos": [],
    }
    response = show(request, "thread", context, form)
    if viewer is None:
        response.headers["X-Robots-Tag"] = _robots(sight)
    return response


async def short_page(request: Request) -> Response:
    """Wherever somebody only knows the number."""
    viewer, post_id = viewer_of(request), post_number(request)
    place = await runtime_of(request).db.read(find_place, viewer, post_id)
    return redirect(request, path_of_place(request, place))


async def history_page(request: Request) -> Response:
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    card, versions = await runtime_of(request).db.read(_history, viewer, post_id)
    return show(request, "history", {"card": card, "versions": versions})


def _look_at(session: Session, viewer: Viewer | None, post_id: PostId, after: int | None) -> Sight:
    thread = get_thread(session, viewer, post_id, after=after)
    root = thread.root
    names = {card.id: card.author_name for card in (root, thread.accepted, *thread.replies) if card}
    swap = find_swap(session, root.id) if root is not None and root.direction else None
    if viewer is None or root is None:
        indexable = root is not None and is_indexable(session, root.author_actor_id)
        return Sight(
            thread, _NOTHING, 0, indexable, names, swap=swap, origin=_origin(session, root)
        )
    group_id = GroupId(root.group_id) if root.group_id else None
    readers = count_readers(session, viewer, group_id, Audience(root.audience))
    powers = get_powers(session, viewer, post_id)
    privately = _answered_privately(session, viewer, root, thread)
    is_told = root.is_own and root.audience == Audience.PUBLIC
    return Sight(
        thread,
        powers,
        readers,
        towns=list_reader_towns(session, group_id),
        is_indexable=False,
        names=names,
        privately=privately,
        reach=find_reach(session, root.id) if is_told else None,
        swap=swap,
        origin=_origin(session, root),
    )


def _origin(session: Session, root: PostCard | None) -> str:
    return find_page(session, root.id) if root is not None and root.is_from_elsewhere else ""


def _answered_privately(
    session: Session, viewer: Viewer, root: PostCard, thread: Thread
) -> frozenset[int]:
    if root.closed_at is not None or (root.is_anonymous and root.is_own):
        return frozenset()
    closed = list_closed_authors(session, viewer, root.id, today=clock.now().date())
    return frozenset(
        card.id
        for card in (root, thread.accepted, *thread.replies)
        if card is not None and card.author_name and not card.is_own
        if can_write_about(card) and card.author_actor_id not in closed
    )


def _from_other_side(root: PostCard | None) -> Sequence[tuple[str, str]]:
    """The large buttons for those who may have what somebody asks for, or want what is offered."""
    if root is None or root.is_own or root.state != PostState.VISIBLE:
        return ()
    if kind_of(root) is ASK:
        return (("have", gettext("I have one")), ("know", gettext("I know somebody")))
    return (("want", gettext("I would like it")),) if kind_of(root) is OFFER else ()


def _robots(sight: Sight) -> str:
    return "noai, noimageai" if sight.is_indexable else "noindex, nofollow, noai, noimageai"


def _history(
    session: Session, viewer: Viewer, post_id: PostId
) -> tuple[PostCard, Sequence[PostVersion]]:
    return get_card(session, viewer, post_id), list_versions(session, viewer, post_id)


routes = [
    Page("/p/{id}", short_page, name="post"),
    Page("/p/{id}/history", history_page, name="post_history"),
]
THREAD_ROUTES = [Page("/@{handle}/{id}", thread_page, name="thread")]
"""After those of people, whose pages stand under their names too."""
