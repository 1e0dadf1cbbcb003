"""What is wrong in the town: reports, decisions, objections, and the notice of a visitor."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from federation.sealing import seal
from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.groups.models import GroupRole
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.ids import GroupId, PostId
from fedparents.moderation.appeals import appeal_decision
from fedparents.moderation.complaints import (
    ComplaintDraft,
    NoticeDraft,
    Seal,
    file_complaint,
    file_notice,
)
from fedparents.moderation.deciding import DecisionDraft, decide
from fedparents.moderation.models import Action, Category, Complaint, Decision, Ground, SubjectKind
from fedparents.moderation.queries import list_decisions_on
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, a_viewer, give_role, join
from web.moderation.tokens import letter_token
from web.site.moderation.addresses import find_addressed

_RULE = "Nous ne vendons rien, et nous ne faisons pas de publicité."
_FACTS = "Le message vend des crèmes, malgré deux rappels."


class Desk:
    """A group that the member looks after, in which not everybody behaves."""

    def __init__(self, db: Database, group: GroupId, karim: Viewer, zoe: Viewer, seal: Seal):
        self.db, self.group, self.karim, self.zoe, self.seal = db, group, karim, zoe, seal

    async def says(self, text: str, **draft: object) -> Post:
        said = PostDraft(text=text, group_id=self.group, **draft)  # type: ignore[arg-type]
        return (await self.db.write(publish_post, self.karim, said)).post

    async def complains(
        self, by: Viewer, kind: SubjectKind, number: int, category: Category, text: str = ""
    ) -> Complaint:
        draft = ComplaintDraft(category, text)
        return await self.db.write(file_complaint, by, kind, number, draft, seal=self.seal)

    async def decides(self, by: Viewer, complaint: Complaint, action: Action) -> Decision:
        draft = DecisionDraft(action=action, ground=Ground.RULE, ground_text=_RULE, facts=_FACTS)
        return await self.db.write(decide, by, complaint.report_id, draft)


async def report(
    db: Database, secret: bytes, url: str, *, member: Viewer, moderator: Viewer, hidden: int
) -> dict[str, str]:
    group = await a_group(db, member, name="Parc du dimanche", questions="")
    karim, zoe = [await a_viewer(db, name, role=Role.MEMBER) for name in ("karim", "zoe")]
    await db.write(_came_last_week, karim, zoe)
    for each in (karim, zoe):
        await join(db, each, group, member)
    await give_role(db, member, group, moderator, GroupRole.MODERATOR)
    await db.write(change_switches, member, group, SwitchesDraft(allows_anonymous=True))
    desk = Desk(db, group, karim, zoe, partial(_seal, secret))
    things = await _in_the_group(desk, moderator)
    things |= await _for_the_place(desk, secret, url)
    things |= await _about_the_member(desk, secret, member, moderator, hidden)
    return things | {"desk_group": str(group), "karim": str(karim.actor_id)}


def _came_last_week(uow: UnitOfWork, *people: Viewer) -> None:
    """So that the town lets others ask to join today."""
    for viewer in people:
        account = uow.session.get_one(Account, viewer.account_id)
        account.decided_at = account.created_at = uow.now - timedelta(days=7)


async def _in_the_group(desk: Desk, moderator: Viewer) -> dict[str, str]:
    """One waits, one is grave, and one was decided by a colleague."""
    post, person = SubjectKind.POST, SubjectKind.PERSON
    sale = await desk.says("Mes crèmes au lait d'ânesse, 40 € le pot, livraison gratuite !")
    first = await desk.complains(
        desk.zoe, post, sale.id, Category.SCAM, "C'est la troisième fois cette semaine."
    )
    grave = await desk.says("Je cherche des petits modèles pour des photos, sans les parents.")
    danger = await desk.complains(desk.zoe, post, grave.id, Category.CHILD_DANGER)
    other = await desk.says("Encore une promotion, la dernière, promis !")
    done = await desk.complains(desk.zoe, post, other.id, Category.SPAM)
    decision = await desk.decides(moderator, done, Action.HIDE)
    appeal = await desk.db.write(
        appeal_decision, decision.id, "C'était une blague.", by=desk.karim.actor_id
    )
    asked = await desk.says("Comment dire à sa belle-mère que non ?", is_anonymous=True)
    about = await desk.complains(desk.zoe, person, desk.karim.actor_id, Category.HARASSMENT)
    return {
        "report": str(first.report_id),
        "danger": str(danger.report_id),
        "appealed": str(done.report_id),
        "appeal": str(appeal.id),
        "person_report": str(about.report_id),
        "sale": str(sale.id),
        "to_reveal": str(asked.id),
    }


async def _for_the_place(desk: Desk, secret: bytes, url: str) -> dict[str, str]:
    """A visitor has found something on the open part of the place."""
    notice = NoticeDraft(
        category=Category.ILLEGAL,
        text="Le message menace un commerçant que je connais.",
        address=f"{url}/@zoe",
        name="Zacharie Martin",
        email="zacharie@example.org",
        language="fr",
        is_good_faith=True,
    )

    def give(uow: UnitOfWork) -> Complaint:
        subject = find_addressed(uow.session, notice.address)
        return file_notice(uow, None, subject, notice, seal=desk.seal)

    given = await desk.db.write(give)
    return {
        "notice": letter_token(secret, "notice", given.id),
        "noticed": str(given.report_id),
    }


async def _about_the_member(
    desk: Desk, secret: bytes, member: Viewer, moderator: Viewer, hidden: int
) -> dict[str, str]:
    """What she has reported, and what was decided about her."""
    post = SubjectKind.POST
    first = await desk.says("Vends aussi des bougies parfumées.")
    done = await desk.complains(member, post, first.id, Category.SCAM)
    await desk.decides(moderator, done, Action.REMOVE)
    waits = await desk.complains(member, SubjectKind.PERSON, desk.zoe.actor_id, Category.OTHER, "?")
    decisions = await desk.db.read(list_decisions_on, member)
    mine = next(each.decision for each in decisions if each.report.subject_id == PostId(hidden))
    return {
        "own_report": str(waits.id),
        "decided_report": str(done.id),
        "own_decision": str(mine.id),
        "by_mail": letter_token(secret, "decision", mine.id, member.actor_id),
    }


def _seal(secret: bytes, report_id: int, data: bytes) -> bytes:
    return seal(secret, "report", data, owner=str(report_id))
