"""A town with two groups, somebody in every role, and everything that was recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, Fact
from fedparents.groups.models import GroupRole
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.ids import GroupId
from fedparents.moderation.complaints import ComplaintDraft, file_complaint
from fedparents.moderation.deciding import DecisionDraft, decide
from fedparents.moderation.models import (
    Action,
    Category,
    Complaint,
    Decision,
    Ground,
    Report,
    SubjectKind,
)
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

FACTS = "Le message donne l'adresse d'une famille."
LONG_AGO = timedelta(days=60)


def seal(_report_id: int, data: bytes) -> bytes:
    """A lock that a test can open."""
    return b"sealed:" + data


@dataclass
class Town:
    """Marie manages the group, Bao moderates it; Ana, Chloé and Driss are in it, Emma is not.
    Hugo administers the place, Gita moderates it, Inès administers it too."""

    db: Database
    people: dict[str, Viewer]
    group: GroupId
    facts: list[Fact] = field(default_factory=list)

    def __getattr__(self, name: str) -> Viewer:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    async def say(self, who: Viewer, text: str = "Une poussette ?", **draft: Any) -> Post:
        draft.setdefault("group_id", self.group)
        return (await self.db.write(publish_post, who, PostDraft(text=text, **draft))).post

    async def complain(
        self,
        who: Viewer,
        subject: Post | Viewer | GroupId,
        category: Category = Category.HARASSMENT,
        text: str = "",
    ) -> Complaint:
        kind, number = _subject(subject)
        draft = ComplaintDraft(category, text)
        return await self.db.write(file_complaint, who, kind, number, draft, seal=seal)

    async def report_of(self, complaint: Complaint) -> Report:
        return await self.db.read(lambda session: session.get_one(Report, complaint.report_id))

    async def decide(
        self, who: Viewer, report_id: int, action: Action = Action.HIDE, **draft: Any
    ) -> Decision:
        return await self.db.write(decide, who, report_id, a_decision(action, **draft))

    async def row(self, post: Post) -> Post:
        return await self.db.read(lambda session: session.get_one(Post, post.id))

    async def age(self, *people: Viewer, by: timedelta = LONG_AGO) -> None:
        """They have been here for so long already."""

        def change(uow: Any) -> None:
            for viewer in people:
                account = uow.session.get_one(Account, viewer.account_id)
                account.confirmed_at = uow.now - by

        await self.db.write(change)


def a_decision(action: Action = Action.HIDE, **draft: Any) -> DecisionDraft:
    given = {
        "ground": Ground.RULE,
        "ground_text": "Nous protégeons les adresses.",
        "facts": FACTS,
    }
    return DecisionDraft(action=action, **{**given, **draft})


def _subject(subject: Post | Viewer | GroupId) -> tuple[SubjectKind, int]:
    if isinstance(subject, Post):
        return SubjectKind.POST, subject.id
    if isinstance(subject, Viewer):
        return SubjectKind.PERSON, subject.actor_id
    return SubjectKind.GROUP, subject


@pytest.fixture
async def town(bare_db: Database, clock: object) -> Town:
    db = bare_db
    await db.write(open_the_doors)
    roles = {"hugo": Role.ADMIN, "ines": Role.ADMIN, "gita": Role.MODERATOR}
    names = ("marie", "bao", "ana", "chloe", "driss", "emma", *roles)
    people = {name: await a_viewer(db, name, role=roles.get(name, Role.MEMBER)) for name in names}
    marie = people["marie"]
    group = await a_group(db, marie)
    await give_role(db, marie, group, people["bao"], GroupRole.MODERATOR)
    for name in ("ana", "chloe", "driss"):
        await join(db, people[name], group, marie)
    await db.write(change_switches, marie, group, SwitchesDraft(allows_anonymous=True))
    found = Town(db, people, group)
    db.hooks.before_commit = lambda uow: found.facts.extend(fact for fact, _ in uow.facts)
    return found
