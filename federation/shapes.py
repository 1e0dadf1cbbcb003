"""The words of posts in the shape that microblogs look for, in other towns and in apps."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_OURS: Final = re.compile(r'href="/(?!/)')
_HASHTAG: Final = re.compile(r'<a href="([^"]*)" class="hashtag"(?: rel="[^"]*")?>#([^<]*)</a>')
_MENTION: Final = re.compile(
    r'<a href="([^"]*)" class="u-url mention"(?: rel="[^"]*")?>@([^<]*)</a>'
)


@lru_cache(maxsize=4096)
def in_microblog_shape(html: str, base_url: str) -> str:
    """Addresses of this place get its name; names and hashtags look as they do everywhere."""
    whole = _OURS.sub(f'href="{base_url}/', html)
    whole = _HASHTAG.sub(
        r'<a href="\1" class="mention hashtag" rel="tag">#<span>\2</span></a>', whole
    )
    return _MENTION.sub(
        r'<span class="h-card"><a href="\1" class="u-url mention">@<span>\2</span></a></span>',
        whole,
    )
