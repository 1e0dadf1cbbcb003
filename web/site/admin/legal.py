"""Writing the legal pages: what is missing, an editor with a preview, and what they said before."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.authority import Authority
from fedparents.errors import NotFound
from fedparents.instance.models import NEEDED_TO_OPEN, LegalKind, LegalPage
from fedparents.instance.queries import list_legal_versions, list_missing_pages
from fedparents.instance.service import LANGUAGES, write_legal_page
from web.forms import new_form, read_form
from web.i18n import gettext as _
from web.routing import Page
from web.site.admin.access import administrator_of
from web.site.admin.forms import LegalTextForm
from web.site.legal.drafts import title_of
from web.site.legal.gaps import has_gap
from web.site.legal.markdown import render_once
from web.site.legal.writing import read_text
from web.site.page import redirect, render
from web.visit import runtime_of


async def texts_page(request: Request) -> Response:
    """All legal pages in the languages of the place, with what each still needs."""
    viewer = administrator_of(request)
    versions, missing = await runtime_of(request).db.read(_read_overview, viewer)
    pages = [
        {
            "kind": kind.value,
            "title": title_of(kind),
            "is_needed": kind in NEEDED_TO_OPEN,
            "is_missing": kind in missing,
            "texts": [(tag, versions.get((kind, tag))) for tag in LANGUAGES],
        }
        for kind in LegalKind
    ]
    return render(request, "admin/texts.html", {"pages": pages, "names": _names(request)})


async def text_page(request: Request) -> Response:
    viewer = administrator_of(request)
    kind, language = kind_of(request), _language_of(request)
    done = runtime_of(request).urls.path("admin_texts")
    return await edit_text(
        request, kind, language, template="admin/text.html", done=done, by=viewer
    )


async def version_page(request: Request) -> Response:
    """What a page said on another day."""
    viewer = administrator_of(request)
    kind, language = kind_of(request), _language_of(request)
    versions = await runtime_of(request).db.read(list_legal_versions, kind, language, by=viewer)
    shown = next((each for each in versions if str(each.id) == request.path_params["id"]), None)
    if shown is None:
        raise NotFound
    context = {
        "kind": kind.value,
        "language": language,
        "title": title_of(kind),
        "page": shown,
        "html": await render_once(shown.body),
    }
    return render(request, "admin/version.html", context)


async def edit_text(
    request: Request,
    kind: LegalKind,
    language: str,
    *,
    template: str,
    done: str,
    by: Authority,
) -> Response:
    """The editor of one page in one language, for the desk and for the wizard."""
    base_url = runtime_of(request).settings.base_url
    db = runtime_of(request).db
    preview = ""
    if request.method != "POST":
        body = await db.read(read_text, kind, language, base_url)
        form = new_form({"body": body}, of=LegalTextForm)
    else:
        sent, form = await read_form(request, LegalTextForm)
        if sent is not None and sent.action == "save":
            await db.write(write_legal_page, kind, language, sent.body, by=by)
            words = _("This page is saved, and shown from now on.")
            if has_gap(sent.body):
                words = _("This page is saved. It is shown once nothing is missing in it.")
            return redirect(request, done, ("good", words))
        if sent is not None:
            preview = await render_once(sent.body)
    context = {
        "form": form,
        "kind": kind.value,
        "language": language,
        "language_name": _names(request)[language],
        "title": title_of(kind),
        "preview": preview,
        "done": done,
        "versions": await db.read(list_legal_versions, kind, language, by=by),
    }
    return render(request, template, context, 422 if form.errors else 200)


def kind_of(request: Request) -> LegalKind:
    """Raises NotFound for a page that is none of the legal ones."""
    try:
        return LegalKind(request.path_params["kind"])
    except ValueError:
        raise NotFound from None


def _language_of(request: Request) -> str:
    language: str = request.path_params["language"]
    if language not in LANGUAGES:
        raise NotFound
    return language


def _names(request: Request) -> dict[str, str]:
    return {each.tag: each.name for each in runtime_of(request).languages.all()}


def _read_overview(
    session: Session, by: Authority
) -> tuple[dict[tuple[LegalKind, str], tuple[LegalPage, bool]], list[LegalKind]]:
    """The newest version of each page in each language, and whether it has gaps."""
    newest: dict[tuple[LegalKind, str], tuple[LegalPage, bool]] = {}
    for kind in LegalKind:
        for language in LANGUAGES:
            for page in list_legal_versions(session, kind, language, by=by, limit=1):
                newest[kind, language] = (page, has_gap(page.body))
    return newest, list_missing_pages(session)


_BOTH = ("GET", "POST")
routes = [
    Page("/admin/texts", texts_page, name="admin_texts"),
    Page("/admin/texts/{kind}/{language}", text_page, name="admin_text", methods=_BOTH),
    Page("/admin/texts/{kind}/{language}/{id}", version_page, name="admin_version"),
]
