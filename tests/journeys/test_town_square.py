"""What the town square is for, told twice: five minutes later somebody offers the pushchair, and a
shy father asks without his name and gets three answers."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import expect

from fedparents.db import UnitOfWork
from fedparents.groups.models import Group
from tests.journeys import telling
from tests.journeys.hands import Finger, Hands, Keyboard
from tests.journeys.mailbox import Mailroom
from tests.journeys.person import Person
from tests.journeys.telling import Telling, opens_as
from tests.journeys.way import Way
from tests.journeys.words import Typed, Words, exactly
from tests.rig.browser import RESULTS, Visits
from tests.rig.builders import a_device, join
from tests.rig.live import LivePlace
from tests.rig.push import PushService, Recipient, Taken, push_service

pytestmark = pytest.mark.anyio

WAYS = [
    Way("fr", 360),
    Way("en", 360, javascript=False, keyboard=True),
    Way("th", 1280, colours="dark"),
]
MORE_WAYS = [
    Way("fr", 1280, javascript=False),
    Way("en", 360, colours="dark"),
    Way("th", 360, javascript=False),
]
PLACE = "Parents du Corentin"
ASK = Typed("Cherche une poussette double pour samedi, nous gardons des jumeaux.")
OFFER = Typed("J'en ai une, elle est dans le garage.")
QUESTION = Typed("Ma fille ne dort plus depuis la rentrée. Que faites-vous ?")
ANSWERS = (Typed("Une veilleuse."), Typed("Chez nous aussi."), Typed("Parlez-en à la maîtresse."))
WHOLE = 60
"""Seconds from the ask to the accepted answer."""


every_way = pytest.mark.parametrize(
    "way",
    [
        *(pytest.param(way, id=str(way)) for way in WAYS),
        *(pytest.param(way, id=str(way), marks=pytest.mark.long) for way in MORE_WAYS),
    ],
)


@dataclass
class Pocket:
    """The phone in somebody's pocket, which rings."""

    service: PushService
    name: str
    keys: Recipient = field(default_factory=Recipient)

    async def rings(self, count: int) -> tuple[dict[str, str], float]:
        """What its push of this number says, and when it came by the stopwatch of the service."""
        while len(mine := self._mine()) < count:
            await self.service.wait_for(len(self.service.taken) + 1)
        said: dict[str, str] = json.loads(self.keys.open(mine[count - 1].body))
        return said, mine[count - 1].at

    def _mine(self) -> list[Taken]:
        return [taken for taken in self.service.taken if taken.path == self.name]


@dataclass
class Square:
    town: Telling
    visits: Visits
    way: Way
    pictures: Path | None
    service: PushService

    async def has(self, name: str) -> Person:
        """Somebody in the group, at home on a device of theirs."""
        person = await self.town.comes(name.lower(), language=self.way.language)
        await join(self.town.db, person.viewer, self.town.group, self.town.marie.viewer)
        page = await opens_as(self.visits, self.town, person, "/", self.way.device)
        hands: Hands = (
            Keyboard(page) if self.way.keyboard else Finger(touches=self.way.width < 1000)
        )
        words, post = Words(self.way.language), Mailroom(self.town.place.folder)
        return Person(name, page, words, hands, post, self.pictures)

    async def pocket(self, person: Person) -> Pocket:
        pocket = Pocket(self.service, person.name)
        viewer = self.town.people[person.name.lower()].viewer
        await a_device(self.town.db, viewer, self.service.endpoint(person.name), pocket.keys)
        return pocket


@every_way
async def test_five_minutes_later_somebody_offers_the_pushchair(
    shared_live: LivePlace,
    visits: Visits,
    pictures: Path | None,
    way: Way,
) -> None:
    async with push_service() as service, telling.telling(shared_live) as town:
        square = Square(town, visits, way, pictures, service)
        ana, bao = [await square.has(name) for name in ("Ana", "Bao")]
        in_anas, in_baos = [await square.pocket(person) for person in (ana, bao)]
        begun = time.monotonic()
        sent = await asks(ana, ASK)
        push, rang = await in_baos.rings(1)
        times = [rang - sent]
        await bao.goes_to(push["url"])
        await bao.reads(ASK)
        sent = await answers(bao, OFFER)
        push, rang = await in_anas.rings(1)
        times.append(rang - sent)
        await ana.goes_to(push["url"])
        await ana.reads(OFFER)
        await ana.presses("This helped")
        helped = ana.page.get_by_role("region", name=exactly(ana.words("This helped")))
        await expect(helped.get_by_text(exactly(OFFER))).to_be_visible()
        await ana.takes_picture("solved")
        push, _ = await in_baos.rings(2)
        times.append(time.monotonic() - begun)
        assert times[-1] < WHOLE
        note(way, *times)
        await bao.goes_to(push["url"])
        await bao.reads("Solved")


@every_way
async def test_somebody_shy_asks_without_a_name(
    shared_live: LivePlace, visits: Visits, pictures: Path | None, way: Way
) -> None:
    async with push_service() as service, telling.telling(shared_live) as town:
        await town.db.write(allow_anonymous, town.group)
        square = Square(town, visits, way, pictures, service)
        names = ("Driss", "Ana", "Bao", "Chloe")
        driss, *others = [await square.has(name) for name in names]
        in_his = await square.pocket(driss)
        await asks_without_a_name(driss, town.group)
        for person, words in zip(others, ANSWERS, strict=True):
            await finds_the_question(person, town.group)
            assert "driss" not in (await person.page.content()).lower()
            await answers(person, words)
            await person.goes_to("/")
            assert "driss" not in (await person.page.content()).lower()
        push, _ = await in_his.rings(1)
        await driss.goes_to(push["url"])
        for words in ANSWERS:
            await driss.reads(words)
        private = driss.words("Write privately")
        await expect(driss.page.get_by_role("link", name=private)).to_have_count(0)
        await driss.takes_picture("three-answers")


def note(way: Way, ask: float, answer: float, whole: float) -> None:
    """For whoever wants to see how long it took."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (RESULTS / "stopwatch.txt").open("a", encoding="utf-8") as file:
        file.write(
            f"{way}: ask to push {ask:.2f} s, answer to push {answer:.2f} s,"
            f" ask to accepted answer {whole:.1f} s\n"
        )


async def asks(person: Person, words: str) -> float:
    """From home to the sentence that it is out; the moment of sending it, by the stopwatch."""
    await person.sees("Hello %(name)s", name=person.name)
    await person.presses("What do you need?")
    await person.sees("What do you need?")
    await person.writes("What do you need?", words)
    sent = time.monotonic()
    await person.presses("Send")
    await person.reads("Your ask is out. You hear of it as soon as somebody answers.")
    return sent


async def answers(person: Person, words: str) -> float:
    """The moment of sending it, by the stopwatch."""
    await person.writes("Your answer", words)
    sent = time.monotonic()
    await person.presses("Send the answer")
    await person.reads(Typed(words))
    await person.takes_picture("answered")
    return sent


async def asks_without_a_name(person: Person, group: int) -> None:
    say = person.words
    await person.goes_to(f"/groups/{group}")
    await person.presses("Offer, ask something, write")
    await person.sees("What would you like to do?")
    choice = say("Put a question"), say("Somebody here knows the answer.")
    await person.presses(Typed(" ".join(choice)))
    await person.sees("What would you like to know?")
    await person.writes("What would you like to know?", QUESTION)
    await person.hands.press(person.page.locator("summary", has_text=exactly(say("More"))))
    await person.ticks("Without my name")
    await person.takes_picture("without-my-name")
    await person.presses("Send")
    await person.reads("Your question is out. You hear of it as soon as somebody answers.")
    await person.sees("Somebody from the group has a question")


async def finds_the_question(person: Person, group: int) -> None:
    await person.goes_to(f"/groups/{group}")
    await person.reads(QUESTION)
    assert "driss" not in (await person.page.content()).lower()
    asked = person.page.get_by_role("article").filter(has_text=QUESTION)
    await person.hands.press(asked.get_by_role("link").last)
    await person.sees("Somebody from the group has a question")


def allow_anonymous(uow: UnitOfWork, group_id: int) -> None:
    uow.session.get_one(Group, group_id).allows_anonymous = True
