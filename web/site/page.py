"""Answers of the site: a page made from a template, or the way to the next page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fedparents.places.loading import ATTRIBUTIONS
from web.auth.cookies import BROWSER_LASTS, delete_cookie, set_cookie
from web.security.csrf import TokenField
from web.site.notifications.bell import bell_for
from web.site.rooms import bar_links_for, rooms_for
from web.site.toasts import Toast, leave_toast, read_toasts
from web.visit import Visit, visit_of

_LETS_IN: Final = "/oauth/authorize"
LONGEST_PATH: Final = 1500
"""What a browser keeps for us while somebody signs in: a cookie holds no more."""
_PLACES = " · ".join(f"{each.source} ({each.licence})" for each in ATTRIBUTIONS)


def render(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page in the reader's language; `context` goes before what every page gets."""
    visit = visit_of(request)
    toasts = read_toasts(visit)
    page = visit.runtime.templates.get_template(template)
    html = page.render({**_shared(visit, toasts), **(context or {})})
    response = HTMLResponse(html, status_code, headers)
    _describe(visit, response.headers)
    if toasts:
        delete_cookie(response, visit.runtime.cookies, visit.runtime.cookies.toast)
    name_browser(visit, response)
    return response


def redirect(
    request: Request, path: str, toast: Toast | None = None, status_code: int = 303
) -> Response:
    """Go on to a page of ours; `toast` is (tone, sentence) to be shown there."""
    visit = visit_of(request)
    response = RedirectResponse(path, status_code)
    response.headers["Cache-Control"] = "private, no-store"
    if toast is not None:
        leave_toast(visit, response, toast)
    name_browser(visit, response)
    return response


def local_path(target: str, default: str = "/") -> str:
    """A path to go back to, as somebody's address bar or form gave it; never another site."""
    is_path = target.startswith("/") and not target.startswith("//")
    if not is_path or "\\" in target or not target.isprintable() or not target.isascii():
        return default
    return target


def head_for(request: Request, there: str) -> None:
    """Say where somebody is going who signs in first. An app that opened a window for that waits
    for its answer in there: it stays in touch on the whole way."""
    if there.startswith(_LETS_IN):
        visit_of(request).keeps_opener = True


def name_browser(visit: Visit, response: Response) -> None:
    """Set the cookie of a browser that got its id while this answer was made."""
    if visit.is_browser_new:
        names = visit.runtime.cookies
        set_cookie(response, names, names.browser, visit.browser, BROWSER_LASTS)


def _shared(visit: Visit, toasts: list[Toast]) -> dict[str, object]:
    return {
        "viewer": visit.viewer,
        "instance": visit.instance or visit.runtime.last_instance,
        "lang": visit.language.tag,
        "theme": visit.theme,
        "csrf_token": TokenField(visit),
        "path": visit.scope["path"],
        "toasts": toasts,
        "nav": rooms_for(visit),
        "bar_links": bar_links_for(visit),
        "bell": bell_for(visit),
        "places_attribution": _PLACES,
    }


def _describe(visit: Visit, headers: MutableHeaders) -> None:
    headers["Content-Language"] = visit.language.tag
    headers["Vary"] = "Accept-Language, Cookie"
    if visit.viewer is not None:
        headers.setdefault("Cache-Control", "private, no-store")
        headers["X-Robots-Tag"] = "noindex, nofollow, noai, noimageai"
    else:
        headers.setdefault("Cache-Control", "private, no-cache")
