"""Which facts people are told of, and the clock by which what waits begins to ring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlmodel import Session

from federation.facts import TownSpoke
from federation.telling import on_town_spoke
from fedparents.accounts.facts import NewDeviceSignedIn
from fedparents.conversations.facts import MessageReceived, MessageRequested
from fedparents.db import Database, Fact, UnitOfWork
from fedparents.groups.facts import (
    GroupHandedOver,
    Invited,
    JoinRequested,
    MemberPutOut,
    RequestDecided,
    RequestExpired,
    RoleChanged,
)
from fedparents.jobs import Job, JobKind
from fedparents.moderation.facts import (
    AppealMade,
    ChildDangerRaised,
    DecisionMade,
    ReportLeft,
    ReportRaised,
)
from fedparents.notifications import (
    occasions,
    post_occasions,
    report_occasions,
    swap_occasions,
)
from fedparents.notifications.digests import plan_digests
from fedparents.notifications.rings import ring_held
from fedparents.posts.facts import (
    AnswerAccepted,
    PollEnded,
    PostDecided,
    PostEdited,
    PostHeld,
    PostPublished,
    Shared,
    Thanked,
)
from fedparents.social.facts import Blocked, Followed, FollowRequested
from fedparents.swaps.facts import SwapAging, SwapExpired
from web.live import Hub

F = TypeVar("F", bound=Fact)
Occasion = Callable[[UnitOfWork, F], list[int]]
"""Tells whom it concerns, and gives their accounts."""
Concern = Callable[[Session, F], bool]
"""Whether there may be anybody."""

_EVERY: Final = timedelta(minutes=1)
_HALF_AN_HOUR: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HeldDue(Fact):
    """A minute is over; the fact of the periodic job, which carries nothing."""


@dataclass(frozen=True, slots=True)
class DigestsDue(Fact):
    """Half an hour is over; in the hour of the digests they are planned."""


def notification_jobs(db: Database, hub: Hub) -> tuple[JobKind[Any], ...]:
    def kind(
        name: str,
        fact: type[F],
        occasion: Occasion[F],
        concerns: Concern[F] | None = None,
        *,
        tells_one: bool = False,
    ) -> JobKind[F]:
        """`tells_one` person, each time: then many share a commit, where many wait."""

        async def run(job: Job[F]) -> None:
            hub.tell(await db.write(occasion, job.fact))

        def of_all(uow: UnitOfWork, jobs: Sequence[Job[F]]) -> list[int]:
            told: list[int] = []
            for job in jobs:
                told += occasion(uow, job.fact)
                uow.session.flush()  # the next one may look for it
            return told

        async def run_all(jobs: Sequence[Job[F]]) -> Sequence[Job[F]]:
            hub.tell(await db.write(of_all, jobs))
            return ()

        name, many = f"notifications.{name}", run_all if tells_one else None
        return JobKind(name, fact, run, concerns, is_urgent=True, run_all=many)

    async def let_ring(_job: Job[HeldDue]) -> None:
        while await db.write(ring_held):
            pass

    async def plan(_job: Job[DigestsDue]) -> None:
        after: int | None = 0
        while after is not None:
            after = await db.write(plan_digests, after)

    return (
        kind("join_request", JoinRequested, occasions.on_join_requested),
        kind("join_decision", RequestDecided, occasions.on_request_decided),
        kind("join_expired", RequestExpired, occasions.on_request_expired),
        kind("invitation", Invited, occasions.on_invited),
        kind("role", RoleChanged, occasions.on_role_changed),
        kind("handed_over", GroupHandedOver, occasions.on_handed_over),
        kind("put_out", MemberPutOut, occasions.on_put_out),
        kind("follow_request", FollowRequested, occasions.on_follow_requested, tells_one=True),
        kind("follow", Followed, occasions.on_followed, tells_one=True),
        kind(
            "post",
            PostPublished,
            post_occasions.on_post_published,
            post_occasions.is_for_somebody,
        ),
        kind("post_edited", PostEdited, post_occasions.on_post_edited),
        kind("accepted", AnswerAccepted, post_occasions.on_answer_accepted),
        kind("thanked", Thanked, post_occasions.on_thanked, tells_one=True),
        kind("shared", Shared, post_occasions.on_shared),
        kind("poll", PollEnded, post_occasions.on_poll_ended),
        kind("still_there", SwapAging, swap_occasions.on_swap_aging),
        kind("swap_expired", SwapExpired, swap_occasions.on_swap_expired),
        kind("post_held", PostHeld, post_occasions.on_post_held),
        kind("post_decided", PostDecided, post_occasions.on_post_decided),
        kind("post_hidden", DecisionMade, post_occasions.on_decision_made),
        kind("report", ReportRaised, report_occasions.on_report_raised),
        kind("report_left", ReportLeft, report_occasions.on_report_left),
        kind("child_danger", ChildDangerRaised, report_occasions.on_report_raised),
        kind("appeal", AppealMade, report_occasions.on_appeal_made),
        kind("message", MessageReceived, post_occasions.on_message_received),
        kind("message_request", MessageRequested, post_occasions.on_message_requested),
        kind("blocked", Blocked, occasions.on_blocked),
        kind("town", TownSpoke, on_town_spoke),
        kind("new_device", NewDeviceSignedIn, occasions.on_new_device),
        JobKind("notifications.digests", DigestsDue, plan, next_run=every(_HALF_AN_HOUR)),
        JobKind("notifications.held", HeldDue, let_ring, next_run=every(_EVERY)),
    )


def every(step: timedelta) -> Callable[[datetime], datetime]:
    """Again and again, this long after the last time."""
    return lambda after: after + step
