"""Three towns on the internet: two become twins and share a closed group, the third one stays
outside; and what was shared is taken back when they part."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from federation.models import RemotePost
from federation.objects.actor import find_remote
from federation.posts import find_post
from federation.twinning import accept_twinning, end_twinning, offer_twinning
from federation.uris import actor_uri, note_uri
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import ActorKind
from fedparents.authority import OPERATOR
from fedparents.errors import FedparentsError
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, ask_to_join
from fedparents.groups.members import ban_member
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Group, Joining, Membership, MembershipState, RequestState
from fedparents.ids import ActorId, GroupId, PostId
from fedparents.moderation.complaints import ComplaintDraft, file_complaint
from fedparents.moderation.models import Category, Complaint, SubjectKind
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from tests.journeys.test_towns import Side, is_quiet, settle_down, until
from tests.rig.builders import a_group
from tests.rig.databases import Databases
from tests.rig.secure import Neighbourhood, neighbourhood

# Two towns run in the short range, and three in one process (`test_three_towns` of federation).
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only, pytest.mark.long]

NAMES = ("parents-annecy.fr", "parents-rumilly.fr", "parents-thones.fr")
PEOPLE = ("lea", "marie", "max")
ACTIVE, BANNED = MembershipState.ACTIVE, MembershipState.BANNED


class Three:
    """Léa's Annecy, Marie's Rumilly, and Max's Thônes; the group is Marie's."""

    def __init__(self, towns: Neighbourhood, sides: list[Side]) -> None:
        self.towns, self.sides = towns, sides
        self.annecy, self.rumilly, self.thones = sides
        self.lea, self.marie, self.max = (
            side.viewers[name] for side, name in zip(sides, PEOPLE, strict=True)
        )
        self.group = self.there = GroupId(0)
        """As Rumilly and as Annecy number it."""

    async def calms(self) -> None:
        await until(self.towns, lambda: is_quiet(self.sides))

    async def become_twins(self) -> None:
        host, guest = self.annecy.place.name, self.rumilly.place.name
        async with self.annecy.calls() as calls:
            await calls.neighbours.look_at(guest)
        await self.annecy.does(offer_twinning, self.annecy.place.url, guest, by=OPERATOR)
        await self.calms()
        await self.rumilly.does(accept_twinning, self.rumilly.place.url, host, by=OPERATOR)
        await self.calms()

    async def found_group(self) -> None:
        async with self.rumilly.place.database() as db:
            self.group = await a_group(
                db,
                self.marie,
                joining=Joining.APPROVAL,
                audience=Reading.MEMBERS,
                is_local_only=False,
            )
            await db.write(_hold_nothing, self.group)
        self.there = await self.finds_group(self.annecy)

    async def finds_group(self, side: Side) -> GroupId:
        uri = actor_uri(self.rumilly.place.url, self.group, ActorKind.GROUP)
        async with side.calls() as calls:
            return GroupId((await calls.discovery.get(uri)).id)

    async def says(self, side: Side, viewer: Viewer, text: str, **draft: Any) -> Post:
        published = await side.does(publish_post, viewer, PostDraft(text=text, **draft))
        await self.calms()
        return published.post  # type: ignore[no-any-return]  # of a service by its name

    async def as_known(self, home: Side, post: Post, side: Side) -> Post | None:
        """How a town has what was said in another one."""
        uri = note_uri(home.place.url, post.id)
        return await side.reads(find_post, side.place.url, uri)  # type: ignore[no-any-return]

    async def lea_there(self) -> int:
        """As Rumilly numbers her."""
        uri = actor_uri(self.annecy.place.url, self.lea.actor_id)
        return int((await self.rumilly.reads(find_remote, uri)).actor_id)


def _hold_nothing(uow: Any, group_id: int) -> None:
    group = uow.session.get_one(Group, group_id)
    group.holds_first_posts = False
    uow.session.add(group)


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[Three]:
    urls = [databases.fresh() for _ in NAMES]
    with neighbourhood(tmp_path, NAMES, urls) as towns:
        sides = [
            await settle_down(place, (name,))
            for place, name in zip(towns.places, PEOPLE, strict=True)
        ]
        yield Three(towns, sides)
    for url in urls:
        databases.give_back(url)


async def test_two_share_a_group_and_part_while_the_third_looks_on(three: Three) -> None:
    await three.become_twins()
    await three.found_group()
    await comes_in(three)
    await is_refused(three)
    await talk(three)
    await report(three)
    await is_put_out(three)
    await part(three)


async def comes_in(three: Three) -> None:
    """Léa answers the question, and Marie lets her in."""
    await three.annecy.does(ask_to_join, three.lea, three.there, ("Ma fille y va.",))
    await three.calms()
    lea = await three.lea_there()
    request = await three.rumilly.reads(find_request, three.group, lea)
    assert [answer.text for answer in request.answered] == ["Ma fille y va."]
    await three.rumilly.does(approve_request, three.marie, three.group, request.id)
    await three.calms()
    assert await state(three.annecy, three.there, three.lea.actor_id) == ACTIVE
    assert await state(three.rumilly, three.group, lea) == ACTIVE


async def is_refused(three: Three) -> None:
    """Max's town is nobody's twin."""
    there = await three.finds_group(three.thones)
    with contextlib.suppress(FedparentsError):
        await three.thones.does(ask_to_join, three.max, there, ("Moi aussi.",))
    await three.calms()
    request = await three.thones.reads(find_request, there, three.max.actor_id)
    assert request is None or request.state == RequestState.DECLINED
    assert await state(three.thones, there, three.max.actor_id) is None


async def talk(three: Three) -> None:
    """Said, answered, said better and taken back, and none of it in the third town."""
    asked = await three.says(three.annecy, three.lea, "Qui garde mardi ?", group_id=three.there)
    here = await three.as_known(three.annecy, asked, three.rumilly)
    assert here is not None
    assert (here.group_id, here.audience) == (three.group, Audience.GROUP)
    answer = await three.says(
        three.rumilly, three.marie, "Moi !", group_id=three.group, in_reply_to_id=PostId(here.id)
    )
    back = await three.as_known(three.rumilly, answer, three.annecy)
    assert back is not None
    assert back.in_reply_to_id == asked.id
    await three.annecy.does(edit_post, three.lea, asked.id, "Qui garde mercredi ?")
    await three.calms()
    again = await three.as_known(three.annecy, asked, three.rumilly)
    assert again is not None
    assert again.text == "Qui garde mercredi ?"
    await three.annecy.does(delete_post, three.lea, asked.id)
    await three.calms()
    gone = await three.as_known(three.annecy, asked, three.rumilly)
    assert gone is None or gone.state == PostState.DELETED
    assert await three.thones.reads(count_foreign) == 0


async def report(three: Three) -> None:
    """Léa reports what Marie said: Rumilly hears of it from Annecy, and not from whom."""
    said = await three.says(three.rumilly, three.marie, "Des mots durs", group_id=three.group)
    known = await three.as_known(three.rumilly, said, three.annecy)
    assert known is not None
    draft = ComplaintDraft(Category.HARASSMENT, "Elle insulte ma fille", True)
    await three.annecy.does(
        file_complaint, three.lea, SubjectKind.POST, known.id, draft, seal=_as_it_is
    )
    await three.calms()
    (complaint,) = await three.rumilly.reads(list_complaints)
    assert (complaint.by_actor_id, complaint.name) == (None, three.annecy.place.name)


async def is_put_out(three: Three) -> None:
    lea = ActorId(await three.lea_there())
    await three.rumilly.does(ban_member, three.marie, three.group, lea, "Publicité.", until=None)
    await three.calms()
    assert await state(three.annecy, three.there, three.lea.actor_id) == BANNED
    with pytest.raises(FedparentsError):
        await three.says(three.annecy, three.lea, "Encore moi", group_id=three.there)


async def part(three: Three) -> None:
    """What was said for nearby goes from the other town."""
    said = await three.says(three.annecy, three.lea, "Au marché ?", audience=Audience.NEARBY)
    known = await three.as_known(three.annecy, said, three.rumilly)
    assert known is not None
    assert known.audience == Audience.NEARBY
    assert await three.as_known(three.annecy, said, three.thones) is None
    host = three.annecy.place.name
    await three.rumilly.does(end_twinning, three.rumilly.place.url, host, by=OPERATOR)
    await three.calms()
    gone = await three.as_known(three.annecy, said, three.rumilly)
    assert gone is None or gone.state == PostState.DELETED
    assert await three.thones.reads(count_foreign) == 0


async def state(side: Side, group_id: int, actor_id: int) -> MembershipState | None:
    def read(session: Session) -> MembershipState | None:
        row = session.get(Membership, (group_id, actor_id))
        return MembershipState(row.state) if row else None

    return await side.reads(read)  # type: ignore[no-any-return]


def count_foreign(session: Session) -> int:
    return len(session.exec(select(RemotePost.post_id)).all())


def list_complaints(session: Session) -> list[Complaint]:
    return list(session.exec(select(Complaint).order_by(col(Complaint.id))))


def _as_it_is(_report: int, data: bytes) -> bytes:
    return data
