"""Turns what an association writes into HTML: headings, lists, tables, links; never raw HTML.

What comes out is safe by construction: the parser knows no HTML and no images, every text is
escaped, and a link leads to http, https, mailto or a page of ours, or it stays text.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from typing_extensions import override

from web.site.legal.gaps import MARKED_GAP

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_HIGHEST_HEADING: Final = 2
_DEEPEST_HEADING: Final = 4
_VERSIONS_KEPT: Final = 24
"""Five pages in three languages, and what is being read of earlier ones."""
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f\\]")


async def render_once(text: str) -> Markup:
    """The same, kept as long as it is asked for.

    A page of the longest kind, dense with markup or one wide table, takes up to a second in pure
    Python: away from the loop, once for each version, and not for each visitor.
    """
    return await asyncio.to_thread(_kept, text)


def render_markdown(text: str) -> Markup:
    """HTML for the column of a page whose title is the only heading of the first level."""
    return Markup(_PARSER.render(text))  # noqa: S704 - the module's promise


def is_safe_link(address: str) -> bool:
    """Whether a link may lead there: another site, a mailbox, or a page of ours."""
    if _CONTROL.search(address):
        return False
    if address.startswith("/"):
        return not address.startswith("//")
    try:
        return urlsplit(address).scheme.lower() in _SCHEMES
    except ValueError:
        return False


@lru_cache(maxsize=_VERSIONS_KEPT)
def _kept(text: str) -> Markup:
    return render_markdown(text)


class _Renderer(RendererHTML):
    """Text as it is, except that gaps which still have to be filled in stand out."""

    @override
    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        escaped = str(escape(tokens[idx].content))
        return MARKED_GAP.sub(lambda gap: f'<mark class="gap">{gap.group(0)}</mark>', escaped)


def _adapt(state: StateCore) -> None:
    """Headings below the title of the page, links that vouch for nobody."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]), _HIGHEST_HEADING), _DEEPEST_HEADING)}"
        for inner in token.children or ():
            if inner.type == "link_open" and not str(inner.attrGet("href")).startswith("/"):
                inner.attrSet("rel", "nofollow noopener")


class _Parser(MarkdownIt):
    @override
    def validateLink(self, url: str) -> bool:
        return is_safe_link(url)


def _parser() -> MarkdownIt:
    options: dict[str, Any] = {"html": False, "linkify": False, "typographer": False}
    parser = _Parser("commonmark", options, renderer_cls=_Renderer)
    parser.enable("table").disable(["image", "html_block", "html_inline"])
    parser.core.ruler.push("adapt", _adapt)
    return parser


_PARSER: Final = _parser()
