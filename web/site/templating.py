"""The template environment: one for all languages, strict about what is missing."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

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
from typing_extensions import override

from web.assets import Assets
from web.i18n import reading
from web.i18n.formats import FILTERS
from web.urls import Urls

_SITE: Final = Path(__file__).parent


def open_templates(
    features: tuple[str, ...], *, assets: Assets, urls: Urls, cache: Path | None, watch: bool
) -> Environment:
    """Templates of these features, found as `<feature>/<file>.html`.

    `cache` keeps them compiled between starts; `watch` notices changed files.
    """
    loaders: dict[str, BaseLoader] = {
        name: FileSystemLoader(_SITE / name / "templates") for name in features
    }
    env = Environment(
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
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        reading.translate,
        reading.translate_plural,
        newstyle=True,
        pgettext=reading.translate_in_context,
        npgettext=reading.translate_plural_in_context,
    )
    env.filters.update(FILTERS)
    env.globals.update(assets.globals())
    env.globals["url"] = urls.path
    env.globals["absolute_url"] = urls.absolute
    return env


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
