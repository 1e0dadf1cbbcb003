"""Every page of reports and decisions for everybody who may knock, without an unexplained cell."""

from dataclasses import dataclass

import pytest
from sqlmodel import col, delete

from fedparents.accounts.models import Role
from fedparents.groups.members import ban_member
from fedparents.groups.models import GroupRole
from fedparents.moderation.appeals import appeal_decision
from fedparents.moderation.complaints import (
    ComplaintDraft,
    NoticeDraft,
    file_complaint,
    file_notice,
)
from fedparents.moderation.deciding import DecisionDraft, decide
from fedparents.moderation.models import (
    Action,
    Category,
    Complaint,
    Decision,
    DecisionState,
    Ground,
    Report,
    ReportState,
    SubjectKind,
)
from fedparents.moderation.policy import GROUP_HAS
from fedparents.moderation.subjects import Subject
from fedparents.posts.models import Post, PostState
from tests.rig.builders import a_group
from tests.rig.pages import forms_of
from tests.web.posts.conftest import square as square  # noqa: PLC0414 - the same town
from web.moderation.tokens import Purpose, letter_token
from web.site.moderation.routes import routes

pytestmark = pytest.mark.anyio

WHO = (
    *("visitor", "stranger", "banned", "author", "reporter", "member", "moderator", "manager"),
    *("moderator of another group", "moderator of the place", "admin of the place"),
)
EVERYBODY = WHO
SIGNED_IN = WHO[1:]
IN_GROUP = ("author", "reporter", "member", "moderator", "manager")
DECIDING = ("moderator", "manager")
LOOKING_AGAIN = ("manager",)  # the moderator has taken the decision
OF_PLACE = ("moderator of the place", "admin of the place")
NOBODY = ()

# Of a matter of a closed group that waits, and of another that was decided and is objected to: who
# gets a page; all others are told that there is nothing, or are led to the form for everybody.
GETS = {
    "report": (IN_GROUP, 404),
    "my_reports": (SIGNED_IN, 303),
    "my_report": (("reporter",), 404),
    "notice": (EVERYBODY, 404),
    "notice_state": (EVERYBODY, 404),  # whoever holds the link has given the notice
    "my_decisions": (SIGNED_IN, 303),
    "my_decision": (("author",), 404),
    "decision_by_mail": (EVERYBODY, 404),  # the same
    "moderation_report": (DECIDING, 404),
    "decide_report": (DECIDING, 404),
    "settle_appeal": (LOOKING_AGAIN, 404),
    "sealed_copy": (NOBODY, 404),  # no child is in danger; see test_pages
    "hide_post": (DECIDING, 404),
    "reveal_author": (NOBODY, 404),  # it has a name; see test_pages
    "admin_reports": (OF_PLACE, 404),
    "group_log": (DECIDING, 404),
    "admin_log": (("admin of the place",), 404),
    "admin_notices": (OF_PLACE, 404),
}
# Who may press, and what changes something.
POSTS = {
    "take_report": DECIDING,
    "put_report_back": ("manager",),  # who has taken it
    "hand_report_up": DECIDING,
    "find_nothing": DECIDING,
    "undo_decision": ("moderator",),  # whose it is
    "lift_decision": DECIDING,
    "show_post": DECIDING,
}
OF_DECIDED = {"undo_decision", "lift_decision", "show_post", "my_decision", "settle_appeal"}
FORMS = GETS.keys() & {
    *("report", "my_report", "notice", "notice_state", "my_decision", "decision_by_mail"),
    *("decide_report", "settle_appeal", "sealed_copy", "hide_post", "reveal_author"),
}


def seal(_report_id, data):
    return data


@dataclass
class Matter:
    post_id: int
    complaint: Complaint


class World:
    """Bao has reported what Ana wrote: once it waits, once Emma has hidden it."""

    def __init__(self, square):
        self.square, self.db, self.appeal_id = square, square.db, 1

    async def build(self):
        square = self.square
        self.names = {
            "visitor": None,
            "stranger": "chloe",
            "author": "ana",
            "reporter": "bao",
            "manager": "marie",
        }
        for who, handle, role in (
            ("member", "driss", GroupRole.MEMBER),
            ("moderator", "emma", GroupRole.MODERATOR),
            ("banned", "farid", GroupRole.MEMBER),
        ):
            await square.role(handle, role)
            self.names[who] = handle
        banned = square.viewers["farid"].actor_id
        await self.db.write(
            ban_member, square.viewers["marie"], square.group, banned, "Pub.", until=None
        )
        for who, handle, office in (
            ("moderator of another group", "ines", Role.MEMBER),
            ("moderator of the place", "gita", Role.MODERATOR),
            ("admin of the place", "jeanne", Role.ADMIN),
        ):
            await square.person(handle, office)
            self.names[who] = handle
        await a_group(self.db, square.viewers["ines"], name="Chorale")
        await self.give_notice()
        self.waits = await self.matter("Une poussette ?")
        self.done = await self.matter("Une poussette encore ?")
        draft = DecisionDraft(
            action=Action.HIDE, ground=Ground.RULE, ground_text="Nous partageons.", facts="Pub."
        )
        emma = square.viewers["emma"]
        self.decision = await self.db.write(decide, emma, self.done.complaint.report_id, draft)
        return self

    async def matter(self, text):
        post = await self.square.asks("ana", text)
        draft = ComplaintDraft(Category.SCAM, "Encore.")
        bao = self.square.viewers["bao"]
        filing = (SubjectKind.POST, post.id, draft)
        return Matter(post.id, await self.db.write(file_complaint, bao, *filing, seal=seal))

    async def appeal(self):
        """Ana objects to what Emma has decided."""
        ana = self.square.viewers["ana"].actor_id
        made = await self.db.write(appeal_decision, self.decision.id, "Non.", by=ana)
        self.appeal_id = made.id

    def path(self, name):
        matter = self.done if name in OF_DECIDED else self.waits
        complaint, ana = matter.complaint, self.square.viewers["ana"].actor_id
        numbers = {
            **dict.fromkeys(("report", "hide_post", "reveal_author", "show_post"), matter.post_id),
            "my_report": complaint.id,
            "my_decision": self.decision.id,
            "group_log": self.square.group,
        }
        is_notice = name == "notice_state"
        purpose: Purpose = "notice" if is_notice else "decision"
        number = self.notice if is_notice else self.decision.id
        secret = self.square.place.secret
        given = {
            "kind": "post",
            "id": numbers.get(name, complaint.report_id),
            "decision": self.decision.id,
            "appeal": self.appeal_id,
            "token": letter_token(secret, purpose, number, 0 if is_notice else ana),
        }
        route = next(route for route in routes if route.name == name)
        params = {key: value for key, value in given.items() if key in route.param_convertors}
        return self.square.place.urls.path(name, **params)

    async def prepare(self, name):
        """As it was in the beginning, or as somebody has taken it."""

        def change(uow):
            waits = uow.session.get_one(Report, self.waits.complaint.report_id)
            uow.session.exec(delete(Decision).where(col(Decision.report_id) == waits.id))
            is_taken = name == "put_report_back"
            waits.state = ReportState.ASSIGNED if is_taken else ReportState.RECEIVED
            marie = self.square.viewers["marie"].actor_id
            waits.assigned_to_actor_id = marie if is_taken else None
            waits.is_for_place, waits.decided_at = False, None
            done = uow.session.get_one(Report, self.done.complaint.report_id)
            done.state, done.closed_at = ReportState.DECIDED, None
            uow.session.get_one(Decision, self.decision.id).state = DecisionState.STANDS
            uow.session.get_one(Post, self.done.post_id).state = PostState.HIDDEN

        await self.db.write(change)

    async def state(self):
        def read(session):
            reports = [
                session.get_one(Report, matter.complaint.report_id)
                for matter in (self.waits, self.done)
            ]
            return [
                (each.state, each.assigned_to_actor_id, each.is_for_place) for each in reports
            ] + [session.get_one(Post, each.post_id).state for each in (self.waits, self.done)]

        return await self.db.read(read)

    async def give_notice(self):
        """A visitor's, about an address that leads to nothing."""
        draft = NoticeDraft(
            category=Category.ILLEGAL,
            text="Une menace.",
            address="https://issy.localhost/nowhere",
            name="Zoé",
            email="zoe@example.org",
            is_good_faith=True,
        )
        nothing = Subject(SubjectKind.ADDRESS, None, address=draft.address)
        self.notice = (await self.db.write(file_notice, None, nothing, draft, seal=seal)).id


@pytest.fixture
async def world(square):
    return await World(square).build()


def test_every_route_is_in_the_table():
    gets = {route.name for route in routes if "GET" in (route.methods or ())}
    posts = {route.name for route in routes if "POST" in (route.methods or ())}
    assert gets == GETS.keys()
    assert posts == POSTS.keys() | FORMS


@pytest.mark.parametrize("who", WHO)
async def test_who_sees_what(world, who):
    await world.appeal()
    browser = await world.square.browser(world.names[who])
    wrong: list[object] = []
    for name, (may, otherwise) in GETS.items():
        answer = await browser.get(world.path(name))
        expected = 200 if who in may else otherwise
        if (name, who) == ("report", "visitor"):
            expected = 303  # to the form for everybody, whatever there is
        if answer.status_code != expected:
            wrong.append((name, answer.status_code, expected))
        if who not in may and name != "notice" and "poussette" in answer.text:
            wrong.append((name, "tells what was said"))
    assert wrong == []


@pytest.mark.parametrize("who", WHO)
async def test_who_presses_what(world, who):
    browser = await world.square.browser(world.names[who])
    token = forms_of((await browser.get("/preferences")).text)[0].answers["csrf_token"]
    wrong: list[object] = []
    for name, may in POSTS.items():
        await world.prepare(name)
        before = await world.state()
        key = f"press-{name}"
        answer = await browser.post(world.path(name), data={"csrf_token": token, "_key": key})
        expected = 303 if who in DECIDING else 404
        if answer.status_code != expected:
            wrong.append((name, answer.status_code, expected))
        has_changed = await world.state() != before
        if has_changed != (who in may):
            wrong.append((name, "changed" if has_changed else "did nothing"))
    assert wrong == []


@pytest.mark.parametrize("who", [who for who in WHO if who not in DECIDING])
async def test_who_sends_what(world, who):
    """The forms of those who decide, as somebody sends them who knows their address."""
    await world.appeal()
    browser = await world.square.browser(world.names[who])
    token = forms_of((await browser.get("/preferences")).text)[0].answers["csrf_token"]
    before = await world.state()
    fields = {
        **{"action": "hide", "ground": "rule", "ground_text": "Une règle", "facts": "Pub."},
        **{"outcome": "overturned", "answer": "Non.", "reason": "Pour voir", "csrf_token": token},
    }
    answers = [
        (await browser.post(world.path(name), data=fields)).status_code
        for name in ("decide_report", "settle_appeal", "hide_post", "sealed_copy", "reveal_author")
    ]
    assert answers == [404] * 5
    assert await world.state() == before


async def test_after_a_day_and_when_asked_the_place_decides_too(world, clock):
    """Its administrators only: a moderator of the place has no part in closed groups."""
    clock.advance(seconds=GROUP_HAS.total_seconds())
    seen = {}
    for who in OF_PLACE:
        browser = await world.square.browser(world.names[who])
        seen[who] = (await browser.get(world.path("moderation_report"))).status_code
    assert seen == {"moderator of the place": 404, "admin of the place": 200}
