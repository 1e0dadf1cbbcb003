"""Which conversation a page is about, for whom, and how its people are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.conversations.queries import Person
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.ids import ConversationId
from fedparents.posts.content import first_line
from web.forms import FormState
from web.i18n import gettext
from web.i18n.formats import format_date
from web.routing import number_in_path
from web.site.page import redirect, render
from web.site.toasts import Toast
from web.visit import runtime_of, viewer_of

POST: Final = ("POST",)
BOTH: Final = ("GET", "POST")
NEWEST: Final = "newest"
"""Where a conversation is opened: at its end, where one goes on reading and writing."""


def conversation_number(request: Request) -> ConversationId:
    return ConversationId(number_in_path(request))


def viewer_or_nothing(request: Request) -> Viewer:
    """Raises NotFound for visitors, whom a page to sign in would tell that there is something."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("conversation_not_found")
    return viewer


@contextmanager
def complaints_about(form: FormState) -> Iterator[None]:
    """What keeps a letter from being sent is said at its field; how often one may try is said by a
    page of its own."""
    try:
        yield
    except LimitReached as error:
        if error.retry_after is not None:
            raise
        form.complain(error, at="text")
    except (Conflict, Invalid, NotAllowed) as error:
        form.complain(error, at="text")


def names_of(people: Iterable[Person]) -> str:
    """Who is in a conversation beside oneself: "Bao", "Bao, Chloé"."""
    return ", ".join(each.name or gettext("a former member") for each in people)


def day_in_words(day: date, *, today: date) -> str:
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return format_date(day, "day")


def show(
    request: Request, template: str, context: dict[str, object], form: FormState | None = None
) -> Response:
    """A page of messages; 422 where its form complains."""
    status = 422 if form is not None and form.errors else 200
    context = {"names_of": names_of, "first_line": first_line, "form": form, **context}
    return render(request, f"messages/{template}.html", context, status)


def path_of(request: Request, conversation_id: ConversationId) -> str:
    path = runtime_of(request).urls.path("conversation", id=conversation_id)
    return f"{path}#{NEWEST}"


def to_conversation(
    request: Request, conversation_id: ConversationId, toast: Toast | None = None
) -> Response:
    return redirect(request, path_of(request, conversation_id), toast)
