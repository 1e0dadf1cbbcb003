"""The template environment: one for all languages, strict about what is missing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.runtime import Context
from jinja2.utils import internalcode
from markupsafe import Markup, escape
from typing_extensions import override

from web.assets import Assets
from web.i18n import reading
from web.i18n.formats import FILTERS
from web.urls import Urls

_SITE: Final = Path(__file__).parent
_KEPT: Final = 2048
"""Parts of pages, of some two kilobytes each."""


def open_templates(
    features: tuple[str, ...], *, assets: Assets, urls: Urls, cache: Path | None, watch: bool
) -> Environment:
    """Templates of these features, found as `<feature>/<file>.html`.

    `cache` keeps them compiled between starts; `watch` notices changed files.
    """
    loaders: dict[str, BaseLoader] = {
        name: FileSystemLoader(_SITE / name / "templates") for name in features
    }
    env = _Environment(
        loader=PrefixLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=watch,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_bytecode_cache(cache),
    )
    env.context_class = _Context
    env.policies["ext.i18n.trimmed"] = True
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # added by the extension
    env.globals.update(_SENTENCES)
    env.filters.update(FILTERS)
    env.globals.update(assets.globals())
    env.globals["url"] = urls.path
    env.globals["picture"] = partial(_picture_path, urls)
    env.globals["absolute_url"] = urls.absolute
    env.globals["language_tag"] = _language_tag
    env.globals["kept"] = _keeper(env, most=0 if watch else _KEPT)
    return env


def _filled(sentence: str, values: dict[str, object]) -> Markup:
    """Translations are markup; what is filled in is escaped."""
    if values:
        sentence %= {name: escape(value) for name, value in values.items()}
    elif "%" in sentence:
        sentence %= ()
    return Markup(sentence)  # noqa: S704 - written by us and our translators


def _gettext(message: str, /, **values: object) -> Markup:
    return _filled(reading.translate(message), values)


def _ngettext(singular: str, plural: str, n: int, /, **values: object) -> Markup:
    values.setdefault("num", reading.in_digits(n))
    return _filled(reading.translate_plural(singular, plural, n), values)


def _pgettext(context: str, message: str, /, **values: object) -> Markup:
    return _filled(reading.translate_in_context(context, message), values)


def _npgettext(context: str, singular: str, plural: str, n: int, /, **values: object) -> Markup:
    values.setdefault("num", reading.in_digits(n))
    return _filled(reading.translate_plural_in_context(context, singular, plural, n), values)


# Those of Jinja's extension take the context of the template, which costs more than the words: in
# a loop it is made anew for each sentence.
_SENTENCES: Final = {
    "_": _gettext,
    "gettext": _gettext,
    "ngettext": _ngettext,
    "pgettext": _pgettext,
    "npgettext": _npgettext,
}


class _Context(Context):
    """Calls what a template names at once.

    Jinja's own looks first whether it wants to see the context. A page calls some hundred macros
    and functions, and none of ours does.
    """

    @override
    @internalcode
    def call(self, called: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return called(*args, **kwargs)


class _Generator(CodeGenerator):
    """Templates that do not escape anew what is markup already, as most of a page is."""

    @override
    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.spell(")


class _Environment(Environment):
    code_generator_class = _Generator

    @staticmethod
    def spell(value: object) -> str:
        """What a value looks like on a page."""
        return value if type(value) is Markup else escape(value)


def _keeper(env: Environment, *, most: int) -> Callable[..., Markup]:
    """`kept(template, macro, as_of, …)` draws a part of a page once for all who see the same.

    The macro has no context: what it shows can only come from its arguments and from the language
    and zone of the reader, and nothing of one reader gets onto the page of another. `as_of` is what
    the part says about the time that has passed.
    """

    @lru_cache(maxsize=most)
    def draw(
        template: str, macro: str, _as_of: Hashable, _tag: str, _zone: str, *given: Hashable
    ) -> Markup:
        drawn: Markup = getattr(env.get_template(template).module, macro)(*given)
        return drawn

    def kept(template: str, macro: str, as_of: Hashable, *given: Hashable) -> Markup:
        zone = str(reading.current_zone())
        return draw(template, macro, as_of, _language_tag(), zone, *given)

    return kept


def _language_tag() -> str:
    return reading.current_language().tag


def _picture_path(urls: Urls, file: str, *, small: bool = True) -> str:
    """The address of a picture of an actor; empty where there is none."""
    return urls.path("small_picture" if small else "picture", file=file) if file else ""


class _ForgivingCache(FileSystemBytecodeCache):
    """A disk that is full or read-only makes pages slower to begin with, and nothing else."""

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _bytecode_cache(folder: Path | None) -> BytecodeCache | None:
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return _ForgivingCache(str(folder))
