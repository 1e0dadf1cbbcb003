"""The page where everybody chooses language and display, signed in or not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.service import change_preferences
from web.auth.cookies import TASTE_LASTS, delete_cookie, set_cookie
from web.forms import FormState, new_form, read_form
from web.i18n import gettext as _
from web.i18n import read_in
from web.routing import Page
from web.site.page import local_path, redirect, render
from web.site.preferences.forms import PreferencesForm
from web.visit import Visit, instance_of, runtime_of, visit_of


async def preferences_page(request: Request) -> Response:
    if request.method == "POST":
        return await _save(request)
    form = new_form(
        {**_present(visit_of(request)), "back": _came_from(request)}, of=PreferencesForm
    )
    return _show(request, form)


async def _save(request: Request) -> Response:
    chosen, form = await read_form(request, PreferencesForm)
    if chosen is None:
        return _show(request, form, status_code=422)
    visit = visit_of(request)
    if visit.viewer is not None:
        await visit.runtime.db.write(
            change_preferences, visit.viewer, language=chosen.language, theme=chosen.theme
        )
    language = visit.runtime.languages.choose(
        chosen.language,
        header=visit.header(b"accept-language"),
        default=instance_of(request).language,
    )
    read_in(language, instance_of(request).zone)  # the answer is in the language just chosen
    back = local_path(chosen.back, visit.runtime.urls.path("preferences"))
    response = redirect(request, back, ("good", _("Saved on this device.")))
    _remember(response, visit, chosen)
    return response


def _remember(response: Response, visit: Visit, chosen: PreferencesForm) -> None:
    """Also for those who sign in: the pages before the sign-in should look the same."""
    names = visit.runtime.cookies
    if chosen.language:
        set_cookie(response, names, names.language, chosen.language, TASTE_LASTS)
    else:
        delete_cookie(response, names, names.language)
    set_cookie(response, names, names.theme, chosen.theme, TASTE_LASTS)


def _show(request: Request, form: FormState, status_code: int = 200) -> Response:
    named = [(each.tag, each.name, "") for each in runtime_of(request).languages.all()]
    languages = [("", _("The language of my browser"), ""), *named]
    context = {"form": form, "languages": languages}
    return render(request, "preferences/preferences.html", context, status_code)


def _present(visit: Visit) -> dict[str, object]:
    if visit.viewer is not None:
        return {"language": visit.viewer.language, "theme": visit.theme}
    language = visit.cookies.get(visit.runtime.cookies.language, "")
    known = language in visit.runtime.languages.tags
    return {"language": language if known else "", "theme": visit.theme}


def _came_from(request: Request) -> str:
    """The page of ours on which the link was followed, to return to."""
    visit = visit_of(request)
    referer = visit.header(b"referer")
    ours = f"{request.url.scheme}://{visit.header(b'host')}"
    if not referer.startswith(f"{ours}/"):
        return ""
    path = local_path(referer.removeprefix(ours), "")
    return "" if path == request.url.path else path


routes = [
    Page(
        "/preferences",
        preferences_page,
        name="preferences",
        methods=("GET", "POST"),
        opens_early=True,
    ),
]
