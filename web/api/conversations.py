"""`/api/v1/conversations`: letters, the conversation with the newest one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.conversations.queries import Line, get_conversation, get_line, list_stretch
from fedparents.conversations.service import leave_conversation, mark_read
from fedparents.ids import ConversationId, PostId
from fedparents.timelines.faces import list_faces
from fedparents.timelines.full import list_by_ids
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_page
from web.api.entities.posts import statuses
from web.api.entities.reader import Json, Reader
from web.api.showing import accounts, fill, reader_of

_USUAL: Final = 20
_MOST: Final = 40


async def all_of_them(call: Call) -> Response:
    paging, viewer, reader = call.paging(usual=_USUAL, most=_MOST), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        shown = list_stretch(session, viewer, paging)
        return [line.last_post_id for line in shown], write_lines(session, viewer, reader, shown)

    ids, found = await call.runtime.db.read(read)
    return answer_page(call, found, paging, ids)


async def leave(call: Call) -> Response:
    number = ConversationId(call.number())
    await call.runtime.db.write(leave_conversation, call.viewer, number)
    return answer({})


async def read_one(call: Call) -> Response:
    viewer, number, reader = call.viewer, ConversationId(call.number()), reader_of(call)
    view = await call.runtime.db.read(get_conversation, viewer, number)
    if view.letters:
        newest = PostId(view.letters[-1].id)
        await call.runtime.db.write(mark_read, viewer, number, newest)

    def read(session: Session) -> Json:
        return write_lines(session, viewer, reader, [get_line(session, viewer, number)])[0]

    return answer(await call.runtime.db.read(read))


def write_lines(
    session: Session, viewer: Viewer, reader: Reader, lines: Sequence[Line]
) -> list[Json]:
    """One entity for each conversation."""
    people = [person.actor_id for line in lines for person in line.people]
    faces = list_faces(session, viewer, [*people, viewer.actor_id])
    entities = dict(zip(faces, accounts(session, reader, list(faces.values())), strict=True))
    page = list_by_ids(session, viewer, [line.last_post_id for line in lines])
    written = statuses(fill(session, viewer, page), reader)
    posts = {post.card.id: one for post, one in zip(page.posts, written, strict=True)}
    return [
        {
            "id": str(line.id),
            "unread": line.is_unread,
            "accounts": [
                entities[each.actor_id] for each in line.people if each.actor_id in entities
            ]
            or [entities[viewer.actor_id]],
            "last_status": posts.get(line.last_post_id),
        }
        for line in lines
    ]


_WRITE: Final = a_person(Scope.WRITE_CONVERSATIONS)

routes = [
    ApiRoute("GET", "/api/v1/conversations", all_of_them, a_person(Scope.READ_STATUSES)),
    ApiRoute("DELETE", "/api/v1/conversations/{id}", leave, _WRITE),
    ApiRoute("POST", "/api/v1/conversations/{id}/read", read_one, _WRITE),
]
