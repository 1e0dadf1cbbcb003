"""Shows the design system at /dev/style; only routed outside production."""

from starlette.requests import Request
from starlette.responses import Response

from web.forms import FormState
from web.i18n import read_in
from web.routing import Page
from web.site.page import render
from web.site.style.samples import SAMPLES, TONGUES
from web.visit import instance_of, visit_of

THEMES = ("auto", "light", "dark", "contrast")
_TEMPLATES = {
    "parts": "style/parts.html",
    "forms": "style/forms.html",
    "bare": "style/bare.html",
    "error": "frame/error.html",
    "confirm": "frame/confirm.html",
}


async def style_page(request: Request) -> Response:
    shown = request.query_params.get("show", "parts")
    theme = request.query_params.get("theme", "auto")
    sample = SAMPLES[_preview_language(request)]
    context: dict[str, object] = {
        "s": sample,
        "samples": SAMPLES,
        "tongues": TONGUES,
        "themes": THEMES,
        "shown": shown,
        "shown_theme": theme,
        "theme": theme if theme in THEMES else "auto",
        "nav": _rooms(sample),
        "bar_links": [{"label": sample["search"], "url": "#", "icon": "search"}],
        "form": FormState(values=_typed(sample), errors={}, key=""),
        "wrong": FormState(values=_typed(sample), errors=_errors(sample), key=""),
    }
    if shown in ("error", "confirm"):
        context |= {"title": sample["error_title"], "text": sample["error_text"], "status": 404}
    if shown == "confirm":
        context |= _question(sample)
    return render(request, _TEMPLATES.get(shown, "style/parts.html"), context)


def _preview_language(request: Request) -> str:
    """The language asked for in the address, for this answer only; else the reader's own."""
    visit = visit_of(request)
    wish = request.query_params.get("in")
    if wish in SAMPLES:
        visit.language = visit.runtime.languages.get(wish)
        read_in(visit.language, instance_of(request).zone)
    return visit.language.tag


def _rooms(sample: dict[str, str]) -> list[dict[str, object]]:
    icons = ("house", "calendar-days", "repeat", "users", "user-round")
    labels = [sample[f"room_{number}"] for number in range(1, 6)]
    return [
        {"label": label, "url": f"#{icon}", "icon": icon, "current": icon == "house"}
        for label, icon in zip(labels, icons, strict=True)
    ]


def _typed(sample: dict[str, str]) -> dict[str, str]:
    return {
        "name": "Chloé Nguyen",
        "email": "chloe@exemple",
        "about": sample["paragraph"],
        "audience": "group",
        "language": "fr",
        "places": "2",
        "agree": "",
    }


def _errors(sample: dict[str, str]) -> dict[str, str]:
    return {"email": sample["wrong_email"], "agree": sample["wrong_agree"]}


def _question(sample: dict[str, str]) -> dict[str, object]:
    return {
        "title": sample["confirm_title"],
        "text": sample["confirm_text"],
        "action": "#",
        "confirm_label": sample["confirm_yes"],
        "back_url": "#",
        "danger": True,
        "facts": [(sample["fact_1"], "Chloé Nguyen"), (sample["fact_2"], sample["fact_2_value"])],
    }


routes = [Page("/dev/style", style_page, name="style", opens_early=True)]
