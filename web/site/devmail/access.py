"""Who may read the mails that were kept instead of sent: whoever sits at the machine."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import NotFound
from web.mail.folder import FolderSender
from web.routing import Handler
from web.visit import runtime_of, visit_of


def way_to_mails(request: Request) -> str:
    """Where mails can be read that stay on this machine; empty for whoever cannot read them."""
    visit = visit_of(request)
    stays_here = isinstance(visit.runtime.mailer, FolderSender) and "dev_mail" in visit.runtime.urls
    return visit.runtime.urls.path("dev_mail") if stays_here and visit.is_at_the_machine else ""


def at_the_machine(handler: Handler) -> Handler:
    """A page that is not there for anybody else: the mails sign people in."""

    async def answer(request: Request) -> Response:
        if not visit_of(request).is_at_the_machine:
            raise NotFound
        return await handler(request)

    return answer


def folder_of(request: Request) -> FolderSender:
    """Raises NotFound when mails are really sent."""
    sender = runtime_of(request).mailer
    if not isinstance(sender, FolderSender):
        raise NotFound
    return sender
