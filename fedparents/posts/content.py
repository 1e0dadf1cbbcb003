"""From what people type (Markdown) to the HTML that everybody gets: the core's one piece of HTML.

It lives here, not at the edge, because the same bytes go into pages, apps, mails and to other
towns: whoever renders twice sanitises twice, and one of the two will be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from fedparents.text import clean_line

TAGS: Final = frozenset(
    (
        *("p", "br", "strong", "em", "u", "del", "s", "a", "span"),
        *("ul", "ol", "li", "blockquote", "pre", "code"),
    )
)
_CLASSES: Final = frozenset(("mention", "hashtag", "u-url", "h-card", "host"))
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
_NOT_OURS: Final = (
    "heading",
    "lheading",
    "hr",
    "image",
    "html_inline",
    "html_block",
    "code",
    "reference",
    "entity",
)
"""Parts of Markdown that somebody who writes to a neighbour only meets by accident."""
_NESTING: Final = 20
_THEIRS: Final = re.compile(r"<(/?)(h[1-6]|b|i|div)(?:\s[^<>]*)?>", re.IGNORECASE)
_OURS: Final = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), ("<p><strong>", "</strong></p>")),
    "b": ("<strong>", "</strong>"),
    "i": ("<em>", "</em>"),
    "div": ("<p>", "</p>"),
}
"""Tags of others whose meaning stays, by our own: as they begin and end."""
_EMPTY: Final = re.compile(r"<p>\s*</p>")
_LONGEST_LABEL: Final = 40

# Thai writes vowels and tones above and below its letters; they belong to the word.
_WORD: Final = r"[\w\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
_NAMED: Final = re.compile(
    r"(?<![\w/@.])@(?P<far>[A-Za-z0-9_](?:[\w.-]{0,62}[A-Za-z0-9_])?"
    r"@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::\d{2,5})?)(?![\w@])"
    rf"|(?<![\w/@.])@(?P<handle>[A-Za-z0-9_]{{3,30}})(?![\w@])"
    rf"|(?<![\w&/#])\#(?P<tag>(?=[^\W_]|_*[^\W_]){_WORD}{{1,60}})"
)


@dataclass(frozen=True, slots=True)
class Content:
    """A text as it is stored, and whom and what it names."""

    text: str
    html: str
    mentions: tuple[int, ...] = ()
    """Actor ids, in the order in which they are named."""
    tags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    """Everybody who is named in words, also those whom nobody could tell."""


Resolve = Callable[[frozenset[str]], Mapping[str, int]]
"""From handles in lower case to those who may be mentioned here."""


def compose(text: str, resolve: Resolve) -> Content:
    """Render a clean text. Handles that `resolve` does not know stay plain words."""
    tokens = _MARKDOWN.parse(text)
    leaves = list(_texts(tokens))
    named = [match for leaf in leaves for match in _NAMED.finditer(leaf.content)]
    handles = frozenset(filter(None, map(_handle, named)))
    actors = resolve(handles) if handles else {}
    tags = dict.fromkeys(tag_of(match["tag"]) for match in named if _is_tag(match))
    for parent in tokens:
        if parent.children:
            parent.children = list(_linked(parent.children, actors))
    html = sanitise(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}).strip())
    mentioned = map(_handle, named)
    ids = dict.fromkeys(actors[handle] for handle in mentioned if handle in actors)
    return Content(text, html, tuple(ids), tuple(tags), tuple(sorted(handles)))


def names_elsewhere(text: str) -> list[str]:
    """The people of other towns whom a text names, `ana@issy.fr`, each once."""
    named = (
        match for leaf in _texts(_MARKDOWN.parse(text)) for match in _NAMED.finditer(leaf.content)
    )
    return list(dict.fromkeys(match["far"].lower() for match in named if match["far"]))


def handles_in(text: str) -> list[str]:
    """Everybody whom a text names, here and elsewhere, in the order of the words, each once."""
    named = (
        _handle(match)
        for leaf in _texts(_MARKDOWN.parse(text))
        for match in _NAMED.finditer(leaf.content)
    )
    return list(dict.fromkeys(filter(None, named)))


def sanitise(html: str, ways: Mapping[str, str] | None = None) -> str:
    """HTML from anywhere, cut to what a post may hold (mastodon-api 1.1); links to one of `ways`
    lead where it says."""
    known = ways or {}

    def lead(_tag: str, name: str, value: str) -> str:
        return known.get(value, value) if name == "href" else value

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=lead if known else None,
        allowed_classes={"a": set(_CLASSES), "span": set(_CLASSES)},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def from_elsewhere(html: str, ways: Mapping[str, str] | None = None) -> str:
    """HTML of another town as it is shown here: its headings stay lines of their own."""
    ours = _THEIRS.sub(lambda tag: _OURS[tag[2].lower()][bool(tag[1])], html)
    return _EMPTY.sub("", sanitise(ours, ways)).strip()


def linked(line: str) -> str:
    """A plain line with its addresses as links, and no other Markdown."""
    return sanitise(_PLAIN.renderInline(line))


def tag_of(word: str) -> str:
    """A hashtag as it is compared."""
    return word.casefold()


def first_line(text: str, *, at_most: int = 120) -> str:
    """What a list, a mail's subject or a page's title says of a post, without its Markdown."""
    plain = clean_line(plain_text(text.partition("\n")[0]) or plain_text(text))
    if len(plain) <= at_most:
        return plain
    return f"{plain[: at_most - 1].rsplit(' ', 1)[0].rstrip()}…"


def plain_text(text: str) -> str:
    """The words alone: what is searched and read aloud."""
    parts: list[str] = []
    for token in _MARKDOWN.parse(text):
        if token.type == "inline":
            parts.append("".join(map(_plain, token.children or ())))
        elif token.type in {"fence", "code_block"}:
            parts.append(token.content)
    return "\n".join(parts)


def _plain(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content


def _texts(tokens: Iterable[Token]) -> Iterable[Token]:
    """The texts in which somebody can be named: not inside links and code."""
    for parent in tokens:
        inside = 0
        for token in parent.children or ():
            inside += token.nesting if token.type.startswith("link_") else 0
            if token.type == "text" and not inside:
                yield token


def _linked(tokens: list[Token], actors: Mapping[str, int]) -> Iterable[Token]:
    """The same tokens with links to those who are named; a typed link says where it leads."""
    inside, label, target = 0, "", ""
    for token in tokens:
        if token.type == "link_open":
            inside, label, target = 1, "", str(token.attrGet("href") or "")
        elif token.type == "link_close":
            inside = 0
        elif inside:
            label += token.content
            if token.type == "text":
                token.content = _shortened(token.content, target)
        if token.type == "text" and not inside:
            yield from _named(token, actors)
        else:
            yield token
        if token.type == "link_close" and (host := _hidden_host(label, target)):
            yield from (_open("span", {"class": "host"}), _text(f" ({host})"), _close("span"))


def _named(token: Token, actors: Mapping[str, int]) -> Iterable[Token]:
    text, begin = token.content, 0
    for match in _NAMED.finditer(text):
        if (href := _address_of(match, actors)) is None:
            continue
        word = match.group()
        kind = "hashtag" if match["tag"] else "u-url mention"
        yield _text(text[begin : match.start()])
        yield from (_open("a", {"href": href, "class": kind}), _text(word), _close("a"))
        begin = match.end()
    yield _text(text[begin:])


def _address_of(match: re.Match[str], actors: Mapping[str, int]) -> str | None:
    """Where it leads inside this place; the place's name is put before it on the way out."""
    if match["tag"]:
        return f"/tags/{tag_of(match['tag'])}" if _is_tag(match) else None
    handle = _handle(match)
    return f"/@{handle}" if handle in actors else None


def _handle(match: re.Match[str]) -> str:
    """Whom it names, with the town if it is another; "" for a hashtag."""
    return (match["far"] or match["handle"] or "").lower()


def _is_tag(match: re.Match[str]) -> bool:
    """A number alone ("#3") is no hashtag."""
    return bool(match["tag"]) and not match["tag"].isdecimal()


def _shortened(label: str, target: str) -> str:
    """A bare address without its scheme, and not longer than a line on a phone."""
    bare = re.sub(r"^(https?://|mailto:)", "", label)
    if bare == label and label not in target:
        return label
    return bare if len(bare) <= _LONGEST_LABEL else f"{bare[: _LONGEST_LABEL - 1]}…"


def _hidden_host(label: str, target: str) -> str:
    """The host of a link whose words do not show it."""
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:
        return ""
    return "" if host in label.lower() else host


def _text(content: str) -> Token:
    token = Token("text", "", 0)
    token.content = content
    return token


def _open(tag: str, attributes: dict[str, str | int | float]) -> Token:
    return Token(f"{tag}_open", tag, 1, attrs=attributes)


def _close(tag: str) -> Token:
    return Token(f"{tag}_close", tag, -1)


def _markdown() -> MarkdownIt:
    """CommonMark without what is not for neighbours; a line break is a line break."""
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": _NESTING}
    markdown = MarkdownIt("commonmark", options, renderer_cls=RendererHTML)
    markdown.enable(["linkify", "strikethrough"])
    markdown.disable(_NOT_OURS)
    return _with_plain_addresses(markdown)


def _with_plain_addresses(markdown: MarkdownIt) -> MarkdownIt:
    """Only what begins as an address is one."""
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]  # the library is installed
    return markdown


_MARKDOWN: Final = _markdown()
_PLAIN: Final = _with_plain_addresses(MarkdownIt("zero", {"linkify": True}).enable("linkify"))
