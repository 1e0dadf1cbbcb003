"""What groups of this place write to people of other towns whose programs know no members: how they
stand, why, and what they are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from federation.activities.words import send_words
from federation.facts import Plight, WordsWanted
from fedparents.actors.models import Actor
from fedparents.db import Database
from fedparents.groups.access import find_request
from fedparents.groups.models import Group, Membership, MembershipState, RequestState
from fedparents.instance.queries import get_instance
from fedparents.jobs import Job, JobKind
from web.i18n import Languages, gettext
from web.i18n.reading import reading_in


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to be said."""

    group: str
    place: str
    language: str
    questions: tuple[str, ...]
    """Of those that were not answered."""
    reason: str


def group_words_jobs(db: Database, base_url: str, languages: Languages) -> tuple[JobKind[Any], ...]:
    async def wanted(job: Job[WordsWanted]) -> None:
        fact = job.fact
        found = await db.read(read_standing, fact)
        if found is not None:
            with reading_in(languages.get(found.language)):
                words = in_words(found, Plight(fact.plight))
            await db.write(send_words, base_url, fact.group_id, fact.actor_id, words, job.id)

    return (JobKind("towns.words", WordsWanted, wanted),)


def read_standing(session: Session, fact: WordsWanted) -> Standing | None:
    """None where it is otherwise by now."""
    actor, group = session.get(Actor, fact.group_id), session.get(Group, fact.group_id)
    if actor is None or group is None or not _is_so(session, fact):
        return None
    request = find_request(session, fact.group_id, fact.actor_id)
    membership = session.get(Membership, (fact.group_id, fact.actor_id))
    waits = request is not None and request.state == RequestState.PENDING
    answered = request.answered if request is not None and waits else []
    reason = request.reason if request is not None and fact.plight == Plight.REFUSED else ""
    if membership is not None and fact.plight == Plight.ENDED:
        reason = membership.reason
    place = get_instance(session)
    return Standing(
        group=actor.display_name,
        place=place.name,
        language=place.language,
        questions=tuple(each.question for each in answered if not each.text),
        reason=reason,
    )


def in_words(found: Standing, plight: Plight) -> list[str]:
    """In paragraphs."""
    names = {"group": found.group, "place": found.place}
    match plight:
        case Plight.WAITS:
            said = [gettext("You have asked to join %(group)s (%(place)s).", **names)]
            said += _questions(found)
            said.append(gettext("Those who look after the group decide, which may take some days."))
            return said
        case Plight.OF_NO_TWIN:
            return [
                gettext("%(group)s (%(place)s) is for its members only.", **names),
                gettext(
                    "One comes in from towns that are twins of ours, on a server for parents like"
                    " ours: an account there, or here, opens the door."
                ),
            ]
        case Plight.ENDED:
            said = [gettext("You are no longer in %(group)s (%(place)s).", **names)]
        case Plight.REFUSED:
            said = [gettext("%(group)s (%(place)s) cannot take you in.", **names)]
    return [*said, *([found.reason] if found.reason else [])]


def _questions(found: Standing) -> list[str]:
    if not found.questions:
        return []
    asked = "\n".join(f"– {each}" for each in found.questions)
    return [gettext("Please answer in a reply to the group alone:"), asked]


def _is_so(session: Session, fact: WordsWanted) -> bool:
    membership = session.get(Membership, (fact.group_id, fact.actor_id))
    is_in = membership is not None and membership.state == MembershipState.ACTIVE
    request = find_request(session, fact.group_id, fact.actor_id)
    waits = request is not None and request.state == RequestState.PENDING
    return waits and not is_in if fact.plight == Plight.WAITS else not is_in and not waits
