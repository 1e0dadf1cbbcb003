"""What somebody does by the first words of a reply, in three languages: apps have no button for it.

Whatever is no such word is an ordinary reply, and a reply that is one is a reply all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.ids import PostId
from fedparents.posts.anonymous import wrote
from fedparents.posts.asking import close_post
from fedparents.posts.models import Post, PostKind
from fedparents.swaps.folding import folded


class ReplyWord(StrEnum):
    """What can be done so."""

    DONE = "done"
    """Given or found: nobody else is needed."""


PHRASES: Final[Mapping[ReplyWord, tuple[str, ...]]] = {
    ReplyWord.DONE: (
        *("donné", "c'est donné", "déjà donné", "prêté", "c'est prêté", "vendu", "réservé"),
        *("trouvé", "c'est trouvé", "j'ai trouvé", "on a trouvé", "pris", "c'est pris"),
        *("given", "given away", "it is gone", "it's gone", "gone", "lent", "taken", "reserved"),
        *("found", "i found one", "i have found one", "found one", "no longer needed"),
        *("ให้แล้ว", "ให้ไปแล้ว", "มีคนรับแล้ว", "จองแล้ว", "ให้ยืมแล้ว", "ได้แล้ว", "เจอแล้ว", "หาได้แล้ว"),
    ),
}
_NAMED: Final = re.compile(r"^(?:\s*@[\w.@-]+[\s,:]*)+")
_LOOSE: Final = " \t\r\n*_>#-–—•:.,;!?…()\"'«»"
_ENDS: Final = re.compile(r"\s*(?:[.,;:!?…()\n*_-]|\Z)")
"""After which a reply may go on with anything: "found, thank you all"."""

_FOLDED: Final = sorted(
    ((folded(phrase), word) for word, phrases in PHRASES.items() for phrase in phrases),
    key=lambda pair: -len(pair[0]),
)


def word_of(text: str) -> ReplyWord | None:
    """What a reply says, if its first words are such a phrase and nothing is added to it."""
    words = folded(_NAMED.sub("", text)).lstrip(_LOOSE)
    for phrase, word in _FOLDED:
        if words.startswith(phrase) and _ENDS.match(words, len(phrase)):
            return word
    return None


def heed_reply(uow: UnitOfWork, viewer: Viewer, reply: Post) -> ReplyWord | None:
    """Do what a reply says of the ask or offer of one's own that it answers; None for all others,
    which only say something."""
    asked = uow.session.get(Post, reply.in_reply_to_id) if reply.in_reply_to_id else None
    if asked is None or asked.kind != PostKind.SWAP:
        return None
    word = word_of(reply.text)
    if word is None or not wrote(uow.session, asked, viewer.actor_id):
        return None
    # Who asked without a name and answers with one would be known by what follows.
    if asked.is_anonymous != reply.is_anonymous:
        return None
    close_post(uow, viewer, PostId(asked.id))
    return word
