"""What the pages of messages ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from fedparents.conversations.service import MessageDraft
from fedparents.media.service import PhotoDraft
from fedparents.posts.service import TEXT_LENGTH
from web.forms import Form, text
from web.i18n import N_


class MessageForm(Form):
    words: ClassVar[Mapping[str, str]] = {"text.missing": N_("Please write something first.")}

    text: Annotated[str, text(at_most=TEXT_LENGTH)]

    def draft(self, photos: Sequence[PhotoDraft] = ()) -> MessageDraft:
        return MessageDraft(text=self.text, photos=tuple(photos))
