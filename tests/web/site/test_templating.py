"""Sentences and calls in templates: escaped, translated, and without a context to carry about."""

import pytest
from jinja2 import ChoiceLoader, DictLoader, UndefinedError
from markupsafe import Markup

from web.assets import Assets
from web.i18n import Languages, reading_in
from web.i18n.formats import initials
from web.site import FEATURES
from web.site.templating import open_templates
from web.urls import Urls


@pytest.fixture
def env():
    urls = Urls((), "https://issy.example")
    return open_templates(FEATURES, assets=Assets(), urls=urls, cache=None, watch=False)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ _("Home") }}', "Accueil"),
        ('{{ _("100%% of <b>") }}', "100% of <b>"),
        ('{{ _("Hello %(name)s", name=name) }}', "Bonjour &lt;i&gt;"),
        ('{{ gettext("Hello %(name)s", name=safe) }}', "Bonjour <i>"),
        ('{{ ngettext("%(num)s member", "%(num)s members", 2) }}', "2 membres"),
        ('{{ pgettext("nowhere", "%(name)s!", name=name) }}', "&lt;i&gt;!"),
        ('{{ npgettext("nowhere", "%(num)s a", "%(num)s b", 1) }}', "1 a"),
        ("{% trans who=name %}Hi {{ who }}{% endtrans %}", "Hi &lt;i&gt;"),
        ("{{ name }} {{ safe }} {{ 1 }} {{ none }} {{ true }}", "&lt;i&gt; <i> 1 None True"),
        ("{% for x in [1, 2] %}{{ _('Home') }}{{ x }}{% endfor %}", "Accueil1Accueil2"),
    ],
)
def test_a_sentence_is_markup_and_what_fills_it_is_not(env, source, shown):
    with reading_in(Languages().get("fr")):
        assert env.from_string(source).render(name="<i>", safe=Markup("<i>")) == shown


def test_nothing_that_templates_call_wants_the_context(env):
    # The context calls at once what it is asked to, and hands itself to nobody.
    assert [name for name, it in env.globals.items() if hasattr(it, "jinja_pass_arg")] == []


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana", "A"),
        ("ana maria pires", "AP"),
        ("", ""),
        ("  ", ""),
        ("เอก สุข", "เอ"),
        ("สมชาย ใจดี", "สใจ"),
        ("élise", "É"),
    ],
)
def test_a_circle_shows_one_or_two_letters(name, letters):
    assert initials(name) == letters


def test_what_is_kept_for_others_has_no_reader_and_is_in_ones_own_language(env):
    env.loader = ChoiceLoader(
        [
            env.loader,
            DictLoader(
                {
                    "of_nobody.html": "{% macro part(x) %}{{ _('Home') }} {{ x }}{% endmacro %}",
                    "of_one.html": "{% macro part(x) %}{{ viewer }}{% endmacro %}",
                }
            ),
        ]
    )
    shown: dict[str, str] = {}
    for tag in ("fr", "en", "fr"):
        with reading_in(Languages().get(tag)):
            page = env.from_string("{{ kept('of_nobody.html', 'part', 'now', '<b>') }}")
            shown.setdefault(tag, page.render())
            with pytest.raises(UndefinedError, match="viewer"):
                env.from_string("{{ kept('of_one.html', 'part', 'now', 1) }}").render(viewer="Ana")
    assert shown == {"fr": "Accueil &lt;b&gt;", "en": "Home &lt;b&gt;"}
