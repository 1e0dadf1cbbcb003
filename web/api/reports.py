"""`POST /api/v1/reports`: something is wrong with what somebody said, or with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.moderation.complaints import ComplaintDraft, Seal, file_complaint
from fedparents.moderation.models import Category, Complaint, SubjectKind
from fedparents.timelines.faces import Face, get_known_face
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.reader import moment
from web.api.errors import ParamMissing
from web.api.params import Flag, Id, Ids, Optional, Params, Word
from web.api.showing import accounts, reader_of
from web.i18n import gettext
from web.site.moderation.access import sealer

_AT_ONCE: Final = 20


class Kind(StrEnum):
    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"
    OTHER = "other"


_CATEGORIES: Final = {
    Kind.SPAM: Category.SPAM,
    Kind.LEGAL: Category.ILLEGAL,
    Kind.VIOLATION: Category.OTHER,
    Kind.OTHER: Category.OTHER,
}


class ReportParams(Params):
    account_id: Id = None
    status_ids: Ids = []
    comment: Word = ""
    forward: Flag = False
    category: Annotated[Kind | None, Optional] = None


async def create(call: Call) -> Response:
    sent = call.read(ReportParams)
    if sent.account_id is None:
        raise ParamMissing(name="account_id")
    if len(sent.status_ids) > _AT_ONCE:
        raise Invalid({"status_ids": "too_long"}, at_most=_AT_ONCE)
    call.count("report")
    viewer, runtime = call.viewer, call.runtime
    face = await runtime.db.read(get_known_face, viewer, sent.account_id)
    kind = sent.category or Kind.OTHER
    draft = ComplaintDraft(
        category=_CATEGORIES[kind],
        text=sent.comment or gettext("Reported from an app, without words."),
        tells_their_town=sent.forward,
    )
    posts = list(dict.fromkeys(sent.status_ids))
    made = await runtime.db.write(_file, viewer, face, posts, draft, sealer(call.request))
    target = await runtime.db.read(lambda db: accounts(db, reader_of(call), [face])[0])
    return answer(
        {
            "id": str(made.id),
            "action_taken": False,
            "action_taken_at": None,
            "category": kind.value,
            "comment": sent.comment,
            "forwarded": sent.forward,
            "created_at": moment(made.created_at),
            "status_ids": [str(each) for each in posts] or None,
            "rule_ids": None,
            "collection_ids": None,
            "target_account": target,
        }
    )


def _file(
    uow: UnitOfWork,
    viewer: Viewer,
    face: Face,
    posts: list[int],
    draft: ComplaintDraft,
    seal: Seal,
) -> Complaint:
    """Of each post, or of who they are; all in one commit."""
    kind = SubjectKind.GROUP if face.is_group else SubjectKind.PERSON
    subjects = [(SubjectKind.POST, each) for each in posts] or [(kind, face.id)]
    filed = [
        file_complaint(uow, viewer, which, number, draft, seal=seal) for which, number in subjects
    ]
    return filed[0]


routes = [ApiRoute("POST", "/api/v1/reports", create, a_person(Scope.WRITE_REPORTS))]
