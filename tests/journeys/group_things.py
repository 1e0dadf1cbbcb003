"""Groups for the tour of a town: one that its member looks after, some seen from outside."""

from __future__ import annotations

from fedparents.accounts.invites import InviteDraft
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.groups.access import find_request
from fedparents.groups.facts import JoinRequested
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member, invite_to_group
from fedparents.groups.models import Group, GroupState
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.groups.topics import add_topic
from fedparents.ids import ActorId, GroupId
from fedparents.notifications.occasions import on_join_requested
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, join

_REASON = "Des messages qui en ont blessé d'autres."
_TOPICS = ("Baby-sitting", "Cantine et goûters", "Vélos, trottinettes et poussettes")
_FIRST_WORDS = (
    "Bonjour à tous ! Nous cherchons une **poussette double** pour samedi : qui en prête ?"
)
_INVITE = InviteDraft(label="Affiche de la crèche", uses=50, days=30, skips_approval=False)


async def found_groups(
    db: Database, *, member: Viewer, moderator: Viewer, admin: Viewer
) -> dict[str, str]:
    """What the addresses of the pages about groups need, by name."""
    own = await a_group(db, member)
    await join(db, moderator, own, member)
    await db.write(ask_to_join, admin, own, ["Pour aider le mercredi."])
    request = await db.read(find_request, own, admin.actor_id)
    assert request is not None
    await db.write(on_join_requested, JoinRequested(request.id))
    topics = [await db.write(add_topic, member, own, name) for name in _TOPICS]
    await db.write(change_switches, member, own, SwitchesDraft(holds_first_posts=True))
    draft = PostDraft(text=_FIRST_WORDS, group_id=own)
    held = await db.write(publish_post, moderator, draft)
    strange = await a_group(db, moderator, name="Couture du mardi", questions="")
    invite = await db.write(invite_to_group, moderator, strange, _INVITE)
    asked = await a_group(db, moderator, name="Marche à pied")
    await db.write(ask_to_join, member, asked, ["J'habite tout près."])
    banned = await a_group(db, admin, name="Ludothèque")
    await join(db, moderator, banned, admin)
    await db.write(ban_member, admin, banned, ActorId(moderator.actor_id), _REASON, until=None)
    proposed = await a_group(db, member, name="Petits lecteurs")
    await db.write(_propose, proposed)
    return {
        "group": str(own),
        "group_member": str(moderator.actor_id),
        "group_topic": str(topics[0].id),
        "held_post": str(held.post.id),
        "group_request": str(request.id),
        "group_invitation": invite.token,
        "strange_group": str(strange),
        "asked_group": str(asked),
        "banned_group": str(banned),
        "proposed_group": str(proposed),
    }


def _propose(uow: UnitOfWork, group_id: GroupId) -> None:
    """As it is where the place's moderators have a word first."""
    uow.session.get_one(Group, group_id).state = GroupState.PROPOSED
