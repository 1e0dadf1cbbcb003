"""Where mails are written and sent: what every handler needs, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedparents.db import Database
from fedparents.instance.views import InstanceView
from fedparents.jobs import Job
from fedparents.settings import Settings
from web.i18n import Languages
from web.mail.senders import Sender
from web.mail.words import Words, author_of
from web.urls import Urls


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Made once, by the composition."""

    settings: Settings
    secret: bytes
    db: Database
    languages: Languages
    urls: Urls
    sender: Sender

    def words(self, job: Job[Any], place: InstanceView, language: str, *, cause: str = "") -> Words:
        """The words for the mail of a job; `cause` replaces its id where one mail has two jobs."""
        return Words(
            language=self.languages.get(language or place.language),
            place=place,
            author=author_of(self.settings, place),
            home=self.settings.base_url,
            cause=cause or str(job.id),
            written_at=job.created_at,
        )
