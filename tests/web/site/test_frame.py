"""The frame and the form fields as browsers and screen readers get them, whatever is in them."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from web.assets import Assets
from web.forms import FormState
from web.routing import Page
from web.site.pwa.routes import SHELL, worker_script
from web.site.pwa.routes import routes as pwa_routes
from web.site.templating import open_templates
from web.urls import Urls


class Tags(HTMLParser):
    """Every start tag with its attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute))]

    def first(self, tag: str) -> dict[str, str | None]:
        return next(attrs for name, attrs in self.tags if name == tag)


async def _nothing(request: Request) -> Response:
    return Response()


@pytest.fixture(scope="module")
def env() -> Environment:
    paths = {"home": "/", "preferences": "/preferences", "legal_page": "/legal/{kind}"}
    paths["notice"] = "/notice"
    routes = [Page(path, _nothing, name=name) for name, path in paths.items()]
    urls = Urls([*routes, *pwa_routes], "https://issy.example")
    return open_templates(("frame",), assets=Assets(), urls=urls, cache=None, watch=False)


FIELDS = {
    "text": 'f.text(form, "x", "Name", "Hint")',
    "area": 'f.area(form, "x", "Name", "Hint")',
    "code": 'f.code(form, "x", "Name", "Hint")',
    "stepper": 'f.stepper(form, "x", "Name", "Hint")',
    "choice": 'f.choice(form, "x", "Name", [("a", "A", "about A"), ("b", "B", "")], "Hint")',
    "select": 'f.select(form, "x", "Name", [("a", "A"), ("b", "B")], "Hint")',
    "check": 'f.check(form, "x", "Name", "Hint")',
    "file": 'f.file(form, "x", "Name", "Hint")',
}


def show(env: Environment, source: str, form: FormState) -> Tags:
    text = '{% import "frame/forms.html" as f with context %}' + source
    return Tags(env.from_string(text).render(form=form, csrf_token="token"))


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_is_tied_to_its_hint_and_its_error(env: Environment, field: str) -> None:
    form = FormState(values={"x": "a"}, errors={"x": "Say what you mean"})
    page = show(env, "{{ f.summary(form) }}{{ " + field + " }}", form)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for described in page.all("aria-describedby"):
        assert set(described.split()) <= set(ids)
    assert {"hint-x", "error-x"} <= {
        part for described in page.all("aria-describedby") for part in described.split()
    }
    assert page.all("aria-invalid") == ["true"]
    assert set(page.all("for")) <= set(ids)
    assert [link.removeprefix("#") for link in page.all("href") if link[0] == "#"] == ["field-x"]
    assert "field-x" in ids


@pytest.mark.parametrize("field", ["choice", "check"])
def test_what_explains_a_choice_is_read_once(env: Environment, field: str) -> None:
    """It stands inside the label, so the name has to be told apart from the description."""
    page = show(env, "{{ " + FIELDS[field] + " }}", FormState())
    explained = [
        attrs for tag, attrs in page.tags if tag == "input" and "aria-describedby" in attrs
    ]
    assert explained
    for attrs in explained:
        assert attrs["aria-labelledby"] in page.all("id")
        assert attrs["aria-labelledby"] != attrs["aria-describedby"]


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_without_mistake_says_nothing_of_one(env: Environment, field: str) -> None:
    page = show(env, "{{ f.summary(form) }}{{ " + field + " }}", FormState())
    assert not page.all("aria-invalid")
    assert "error-x" not in page.all("id")


@given(st.text())
def test_what_was_typed_comes_back_as_it_was(env: Environment, typed: str) -> None:
    form = FormState(values={"x": typed}, errors={"x": typed})
    page = show(env, '{{ f.summary(form) }}{{ f.text(form, "x", "Name") }}', form)
    assert page.first("input")["value"] == typed
    assert {tag for tag, _ in page.tags} <= OWN_TAGS


OWN_TAGS = {"div", "h2", "ul", "li", "a", "label", "p", "span", "svg", "use", "input"}


def test_a_password_is_never_sent_back(env: Environment) -> None:
    form = FormState(values={"x": "correct horse"}, errors={})
    page = show(env, '{{ f.text(form, "x", "Password", type="password") }}', form)
    assert "value" not in page.first("input")


def test_a_form_carries_its_token_and_its_key(env: Environment) -> None:
    form = FormState(key="k" * 22)
    page = show(env, '{% call f.form("/send", form) %}x{% endcall %}', form)
    hidden = {attrs["name"]: attrs["value"] for tag, attrs in page.tags if tag == "input"}
    assert hidden == {"csrf_token": "token", "form_key": "k" * 22}


def frame(env: Environment, **context: object) -> Tags:
    shared = {
        "lang": "fr",
        "theme": "auto",
        "instance": {"name": "Issy", "tagline": "Parents of Issy"},
        "title": "A title",
        "text": "A text",
        "status": 404,
    }
    return Tags(env.get_template("frame/error.html").render({**shared, **context}))


def test_the_worker_keeps_all_that_the_frame_needs(env: Environment) -> None:
    page = frame(env, lang="fr")
    needed = [*page.all("src"), *page.all("href")]
    static = {path.split("/", 3)[3].split("#")[0] for path in needed if "/static/" in path}
    assert static - set(SHELL) == {"built/app-180.png", "images/lost.svg"}


def test_nothing_in_the_frame_needs_a_looser_policy(env: Environment) -> None:
    page = frame(env, nav=[{"label": "Home", "url": "/", "icon": "house", "current": True}])
    for tag, attrs in page.tags:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith(("on", "hx-on"))]
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
    assert all(address.startswith(("/", "#")) for address in page.all("href") + page.all("src"))


@pytest.mark.parametrize("rooms", [0, 5])
def test_there_is_one_of_each_landmark(env: Environment, rooms: int) -> None:
    nav = [{"label": "R", "url": f"/{n}", "icon": "house", "current": n == 0} for n in range(rooms)]
    page = frame(env, nav=nav)
    names = [tag for tag, _ in page.tags]
    assert [names.count(name) for name in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
    assert page.first("main") == {"id": "main", "tabindex": "-1", "class": ""}
    assert page.all("aria-current") == (["page"] if rooms else [])


def test_a_change_in_the_shell_is_a_new_version_of_the_worker(env: Environment) -> None:
    script = worker_script(Assets(), offline="/offline", enabled=True)
    assert script == worker_script(Assets(), offline="/offline", enabled=True)
    assert script.splitlines()[0].startswith("const VERSION = ")
    assert "const ENABLED = true;" in script
    assert "const ENABLED = false;" in worker_script(Assets(), offline="/offline", enabled=False)
