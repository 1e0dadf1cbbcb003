"""What our own API gives: groups, their members and requests, places, and posts with our key."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from fedparents.groups.models import Audience, GroupKind, GroupRole, GroupState, Joining
from fedparents.groups.queries import GroupView
from fedparents.groups.requests import RequestView
from fedparents.groups.seats import MemberLine, SeatOf
from fedparents.places.queries import PlaceView
from fedparents.posts.models import Audience as PostAudience
from fedparents.posts.models import PostKind
from fedparents.swaps.models import Direction
from fedparents.timelines.faces import Face
from web.api.entities.entity import Entity, Id, Moment, spelled
from web.api.entities.reader import Json, Reader


class Join(StrEnum):
    """How one comes into a group."""

    OPEN = "open"
    REQUEST = "request"
    INVITE = "invite"


JOINING: Final = {
    Join.OPEN: Joining.OPEN,
    Join.REQUEST: Joining.APPROVAL,
    Join.INVITE: Joining.INVITE,
}
_JOIN: Final = {joining: join for join, joining in JOINING.items()}


class Empty(Entity):
    """It is done."""


class GroupSummary(Entity):
    """A group as one line of a list."""

    id: Id
    account_id: Id = Field(description="The group as an account of Mastodon's API.")
    acct: str
    title: str
    description: str
    url: str
    avatar: str
    kind: GroupKind
    join: Join
    closed: bool = Field(description="Only members read what is said in it.")
    members_count: int = Field(description="Of a group that one is not in, rounded down.")
    my_role: GroupRole | None
    requested: bool = Field(description="The caller has asked to join and waits for an answer.")
    muted: bool

    @classmethod
    def of(cls, face: Face, seat: SeatOf, reader: Reader) -> GroupSummary:
        return cls(**_summary(face, seat, reader))


class Group(GroupSummary):
    """All that the caller may know of a group."""

    state: GroupState
    audience: Annotated[Audience, spelled(Audience)]
    """Who reads it: its members, everybody here, or everybody."""
    hidden: bool = Field(description="Known to its members alone.")
    local_only: bool = Field(description="Unknown to visitors and to other towns.")
    rules: list[str]
    questions: list[str] = Field(description="Put to those who ask to join.")
    place: str = Field(description="Its commune, or empty.")
    place_id: Id | None
    can_moderate: bool
    can_manage: bool
    requests_count: int = Field(description="Who waits to be let in, for those who decide.")
    ends_at: Moment | None = Field(description="When it will be gone, after its days of grace.")

    @classmethod
    def whole(cls, view: GroupView, face: Face, seat: SeatOf, reader: Reader) -> Group:
        group = view.group
        return cls(
            **_summary(face, seat, reader),
            state=group.state,
            audience=group.audience,
            hidden=group.is_hidden,
            local_only=group.is_local_only,
            rules=view.rules,
            questions=view.questions,
            place=view.place,
            place_id=group.place_id,
            can_moderate=view.can_moderate,
            can_manage=view.can_manage,
            requests_count=view.waiting if view.can_moderate else 0,
            ends_at=group.ends_at,
        )


def _summary(face: Face, seat: SeatOf, reader: Reader) -> dict[str, object]:
    return {
        "id": face.id,
        "account_id": face.id,
        "acct": face.address,
        "title": face.name,
        "description": face.summary,
        "url": reader.page_of(face.address),
        "avatar": reader.picture(face.avatar) if face.avatar else reader.no_avatar,
        "kind": face.group_kind,
        "join": _JOIN[Joining(face.joining or Joining.APPROVAL)],
        "closed": face.audience == Audience.MEMBERS,
        "members_count": face.members,
        "my_role": face.group_role,
        "requested": seat.has_asked,
        "muted": seat.is_muted,
    }


class Question(Entity):
    """Put to those who ask to join; answers are sent in the same order."""

    number: int
    text: str


class PersonExtension(Entity):
    """What we say of a person beside Mastodon's words."""

    kind: Literal["person"]


class GroupExtension(Entity):
    """What we say of a group beside Mastodon's words."""

    kind: Literal["group", "association"]
    join: Join
    closed: bool
    members_count: int
    my_role: GroupRole | None


class Account(BaseModel):
    """Mastodon's Account, with one key more."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    acct: str
    display_name: str
    group: bool
    fedparents: PersonExtension | GroupExtension


class GroupOfPost(Entity):
    """The group in which something was said."""

    id: str
    account_id: str
    acct: str
    title: str
    closed: bool


class SwapExtension(Entity):
    """Of an ask or offer."""

    direction: Direction
    state: Literal["open", "closed"]
    urgent_until: str | None = Field(json_schema_extra={"format": "date-time"})


class StatusExtension(Entity):
    """What we say of a post beside Mastodon's words."""

    type: Literal["post", "swap"]
    kind: PostKind | Direction
    audience: Annotated[PostAudience, spelled(PostAudience)]
    group: GroupOfPost | None
    closed: bool = Field(description="No more answers are needed.")
    answer_id: str | None = Field(description="The answer that helped.")
    event: None
    swap: SwapExtension | None


class Status(BaseModel):
    """Mastodon's Status, with one key more."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    content: str
    visibility: Literal["public", "unlisted", "private", "direct"]
    account: Account
    fedparents: StatusExtension

    @classmethod
    def list_of(cls, statuses: Sequence[Json]) -> list[Status]:
        return [cls.model_validate(each) for each in statuses]


class Member(Entity):
    """Somebody in a group."""

    account: Account
    role: GroupRole
    since: Moment

    @classmethod
    def of(cls, line: MemberLine, account: Json) -> Member:
        return cls(account=Account.model_validate(account), role=line.role, since=line.since_at)


class Answered(Entity):
    """A question as it stood, and what was answered to it."""

    question: str
    answer: str


class JoinRequest(Entity):
    """Somebody who asks to be let in."""

    id: Id
    account: Account
    answers: list[Answered]
    place: str
    invited_by: str = Field(description="The name of whoever invited them, or empty.")
    created_at: Moment

    @classmethod
    def of(cls, view: RequestView, account: Json) -> JoinRequest:
        return cls(
            id=view.request.id,
            account=Account.model_validate(account),
            answers=[
                Answered(question=each.question, answer=each.text) for each in view.request.answered
            ],
            place=view.place,
            invited_by=view.inviter,
            created_at=view.request.created_at,
        )


class Place(Entity):
    """A commune."""

    id: Id
    name: str
    label: str = Field(description="The name with what tells it from others of the same name.")
    country: str
    code: str
    postcodes: list[str]

    @classmethod
    def of(cls, view: PlaceView) -> Place:
        return cls(
            id=view.id,
            name=view.name,
            label=view.label,
            country=view.country,
            code=view.code,
            postcodes=list(view.postcodes),
        )
