"""The legal pages as everybody may read them, at any time, also before the place is open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.leaving import GRACE
from fedparents.errors import NotFound
from fedparents.instance.models import LegalKind, LegalPage
from fedparents.instance.queries import find_legal_page
from fedparents.instance.views import InstanceView
from web.routing import Page
from web.site.legal.drafts import title_of
from web.site.legal.facts import PrivacyFacts, get_privacy_facts
from web.site.legal.gaps import has_gap
from web.site.legal.markdown import render_once
from web.site.page import render
from web.visit import instance_of, runtime_of, visit_of


@dataclass(frozen=True, slots=True)
class _Shown:
    page: LegalPage | None
    facts: PrivacyFacts | None


async def legal_page(request: Request) -> Response:
    kind = _kind_of(request)
    visit = visit_of(request)
    shown = await runtime_of(request).db.read(
        _find, kind, visit.language.tag, instance_of(request), _sends_mail(request)
    )
    page = shown.page
    is_ready = page is not None and bool(page.body.strip()) and not has_gap(page.body)
    return render(
        request,
        "legal/page.html",
        {
            "kind": kind.value,
            "title": title_of(kind),
            "page": page,
            "is_ready": is_ready,
            "html": await render_once(page.body) if page and is_ready else "",
            "facts": shown.facts,
        },
    )


def _kind_of(request: Request) -> LegalKind:
    try:
        return LegalKind(request.path_params["kind"])
    except ValueError:
        raise NotFound from None


def _find(
    session: Session, kind: LegalKind, language: str, place: InstanceView, sends_mail: bool
) -> _Shown:
    page = find_legal_page(session, kind, language)
    if page is not None and page.language not in (language, place.language):
        page = find_legal_page(session, kind, place.language)
    if kind != LegalKind.PRIVACY:
        return _Shown(page, None)
    return _Shown(page, get_privacy_facts(session, place, sends_mail=sends_mail, grace=GRACE))


def _sends_mail(request: Request) -> bool:
    return runtime_of(request).settings.smtp_url is not None


routes = [Page("/legal/{kind}", legal_page, name="legal_page", opens_early=True)]
