"""From what a query gives to what a program gets: one read, then plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Concatenate, ParamSpec

from sqlmodel import Session
from starlette.responses import Response

from federation.known_as import find_elsewhere
from fedparents.accounts.sessions import Viewer
from fedparents.ids import PostId
from fedparents.paging import Paging
from fedparents.social.queries import list_filters
from fedparents.timelines.faces import Face, list_known_faces
from fedparents.timelines.full import FullPage
from fedparents.timelines.shares import original_of
from web.api.calls import Call
from web.api.endpoints import answer, answer_page
from web.api.entities.people import account
from web.api.entities.posts import Pageful, statuses
from web.api.entities.reader import Json, Reader

P = ParamSpec("P")


def reader_of(call: Call) -> Reader:
    """For whom entities are written that answer this call."""
    runtime = call.runtime
    return Reader(
        addresses=call.addresses,
        languages=runtime.languages,
        secret=runtime.secret,
        token_id=call.bearer.token_id if call.bearer else 0,
        actor_id=call.bearer.viewer.actor_id if call.bearer else 0,
        place_language=runtime.last_instance.language,
    )


def viewer_or_none(call: Call) -> Viewer | None:
    return call.bearer.viewer if call.bearer else None


async def post_number(call: Call) -> PostId:
    """The post that an app means, also by the number of a status that passed it on."""
    return PostId(await call.runtime.db.read(original_of, call.number()))


def fill(session: Session, viewer: Viewer | None, page: FullPage) -> Pageful:
    """With what only entities need: addresses of other towns, and the filters that were met."""
    far_people = [face.id for face in page.faces.values() if face.domain]
    far_posts = [post.card.id for post in page.posts if post.card.is_from_elsewhere]
    filters = list_filters(session, viewer) if viewer is not None and page.matches else []
    return Pageful(
        page,
        find_elsewhere(session, far_people, far_posts),
        {view.filter.id: view for view in filters},
    )


async def read_page(
    call: Call,
    query: Callable[Concatenate[Session, Viewer, P], FullPage],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Pageful:
    """A page of posts for whoever the program acts for."""
    viewer = call.viewer

    def read(session: Session) -> Pageful:
        return fill(session, viewer, query(session, viewer, *args, **kwargs))

    return await call.runtime.db.read(read)


def answer_posts(
    call: Call, pageful: Pageful, paging: Paging, ids: Sequence[int] | None = None
) -> Response:
    """A page of posts; `ids` where the list is ordered by something else."""
    if ids is None:
        ids = [post.place for post in pageful.page.posts]
    return answer_page(call, statuses(pageful, reader_of(call)), paging, ids)


def answer_post(call: Call, pageful: Pageful) -> Response:
    """The one post of a page."""
    return answer(statuses(pageful, reader_of(call))[0])


def people_of(
    session: Session, viewer: Viewer | None, reader: Reader, ids: Iterable[int]
) -> list[Json]:
    """Those who exist for the reader, in the order of the ids."""
    wanted = list(ids)
    faces = list_known_faces(session, viewer, wanted)
    return accounts(session, reader, [faces[each] for each in wanted if each in faces])


def accounts(session: Session, reader: Reader, faces: Sequence[Face]) -> list[Json]:
    elsewhere = find_elsewhere(session, [face.id for face in faces if face.domain], [])
    return [account(face, reader, elsewhere.actors) for face in faces]
