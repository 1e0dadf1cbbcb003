"""Every route for everybody who may knock: what each gets, without an unexplained cell.

Here it is one town in its usual state: nobody gets in where nobody meant them to. What a page does
with those it lets in, and states that are rare, are told by the tests of its room.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx2
import pysqlite3
import pytest
from starlette.routing import Route

from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.service import MessageDraft, write_to
from fedparents.db import UnitOfWork
from fedparents.db.sqlite import sqlite_path
from fedparents.groups.access import find_request
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member, invite_to_group
from fedparents.groups.models import Group, GroupState
from fedparents.groups.topics import add_topic
from fedparents.ids import ActorId
from fedparents.moderation.complaints import ComplaintDraft, file_complaint
from fedparents.moderation.models import Category, SubjectKind
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.lists import ListDraft, create_list
from fedparents.social.matching import Word
from fedparents.social.models import FilterAction, FilterContext
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_sign_up, a_viewer, an_account, join, signed_in
from tests.rig.pages import forms_of
from tests.rig.visitors import a_browser
from web.site import ROUTES

NAMED = [route for route in ROUTES if isinstance(route, Route)]

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

INVITE = InviteDraft(label="", uses=5, days=30, skips_approval=False)
PEOPLE = {
    "stranger": "chloe",
    "banned": "farid",
    "elsewhere": "ines",  # moderates another group
    "member": "bao",
    "author": "ana",  # a member, whose posts, letters, filter and invitation the addresses name
    "manager": "marie",
    "admin": "jeanne",  # of the place, and in no group
}
WHO = ("visitor", *PEOPLE)
ANSWERED = {200, 303, 400, 409, 422}
"""With what was asked for, or with what is wrong about it."""


SIGNED_IN = frozenset(PEOPLE)
MEMBERS = frozenset({"member", "author", "manager"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is answered. The others are told that there is nothing; or, where the address tells
    nothing about anybody, a visitor is led to the door."""

    lets_in: frozenset[str]
    has_door: bool = False

    def cell(self, who: str, method: str) -> str:
        if who in self.lets_in:
            return "in"
        if who == "visitor" and self.has_door:
            return "door" if method == "GET" else "401"
        return "404"


EVERYBODY = Rule(frozenset(WHO))
OWN = Rule(SIGNED_IN, has_door=True)
"""Everybody's own page."""
NEIGHBOURS = Rule(SIGNED_IN)
"""About somebody or something of this place, of which outside nothing is known."""
OTHERS = Rule(SIGNED_IN - {"author"})
"""With somebody else, here with the author."""
GROUP = Rule(MEMBERS)
DECIDING = Rule(frozenset({"manager"}))
AUTHOR = Rule(frozenset({"author"}))
MINE = Rule(frozenset({"author"}), has_door=True)
INVITER = Rule(frozenset({"author", "admin"}), has_door=True)
"""Whoever made it, and those who answer for who comes in."""
ANSWERING = Rule(frozenset({"member", "manager"}))
TALKING = Rule(frozenset({"author", "member"}))
DESK = Rule(frozenset({"admin"}))
REPORTING = Rule(MEMBERS | {"visitor"})
"""A visitor is led to the form for everybody, whatever there is."""
REPORTER = Rule(frozenset({"member"}))
NOBODY = Rule(frozenset())

TABLE = {
    EVERYBODY: """
        home join sign_up sign_up_sent sign_up_waiting place_choices sign_in sign_in_password
        sign_in_code sign_in_app sign_in_recovery sign_out legal_page preferences manifest
        service_worker offline robots healthz readyz notice authorize
    """,
    OWN: """
        account profile email new_password proof own_picture second_factor set_up_factor factor_qr
        recovery_codes new_recovery_codes turn_off_factor devices end_devices end_device end_program
        leave stay new_group groups invites new_invite following followers follow_requests muted
        blocked filters new_filter upload_photos messages message_requests ignored_messages
        notifications notification_settings notification_kinds iphone_coach push_device try_push
        write compose town tag own_posts search find_elsewhere my_reports my_decisions
        moving name_former forget_former move_away move_back other_account own_lists
        followed_tags follow_tag unfollow_tag muted_towns unmute_town strangers kept_aside
        welcome_sender let_sender_go swaps own_swaps
    """,
    NEIGHBOURS: """
        person group join_group withdraw_request decline_invitation unfollow accept_follow
        reject_follow remove_follower unmute unblock
    """,
    OTHERS: "person_note follow mute block write_to",
    GROUP: """
        group_about group_members own_membership leave_group new_group_invite post thread
        post_history answer thank unthank pass_on pass_on_no_more accept_answer unaccept_answer
        close_post reopen_post vote still_there
    """,
    DECIDING: """
        end_group_invite take_invitation_back group_desk let_through hold_again
        refuse_post group_requests approve_join undo_join decline_join group_banned member_role
        put_out unban_member group_log group_settings group_privacy end_group keep_group
        group_switches group_topics group_topic move_topic remove_topic group_cover pin_post
        unpin_post hide_post show_post moderation_report decide_report find_nothing take_report
        put_report_back hand_report_up
    """,
    AUTHOR: "edit_post delete_post take_back swap_details",
    MINE: """
        filter delete_filter own_list add_to_own_list take_out_of_own_list delete_own_list
        read_own_list
    """,
    INVITER: "invite invite_qr invite_poster end_invite",
    ANSWERING: "write_about",
    TALKING: "conversation accept_conversation ignore_conversation leave_conversation",
    DESK: """
        setup_done admin admin_requests admin_approve admin_reconsider admin_decline admin_accounts
        admin_account admin_freeze admin_thaw admin_reset_factor admin_role admin_groups
        accept_group refuse_group admin_settings admin_place admin_joining admin_neighbours
        admin_founding admin_factor admin_mail admin_retention admin_communes admin_import_communes
        admin_texts admin_text admin_jobs admin_retry admin_discard admin_health admin_reports
        admin_notices admin_log admin_towns admin_call_town admin_ask_town admin_answer_town
        admin_town admin_town_list admin_own_list
    """,
    REPORTING: "report",
    REPORTER: "my_report",
}
NOTHING_THERE = {
    "setup": "the place is founded",
    "setup_step": "the place is founded",
    "setup_text": "the place is founded",
    "invitation": "an unknown token",
    "enter": "an unknown token",
    "confirm_email": "an unknown token",
    "change_email": "an unknown token",
    "fewer": "an unknown token",
    "unsubscribe": "an unknown token",
    "unsubscribe_at_once": "an unknown token",
    "notice_state": "an unknown token; see tests/web/moderation",
    "decision_by_mail": "an unknown token; see tests/web/moderation",
    "my_decision": "nothing was decided; see tests/web/moderation",
    "undo_decision": "nothing was decided; see tests/web/moderation",
    "lift_decision": "nothing was decided; see tests/web/moderation",
    "settle_appeal": "nobody objects; see tests/web/moderation",
    "sealed_copy": "no child is in danger; see tests/web/moderation",
    "reveal_author": "its author has a name; see tests/web/moderation",
    "picture": "an unknown file; see tests/web/pictures",
    "small_picture": "an unknown file; see tests/web/pictures",
    "invite_by_name": "this town talks to no other; see tests/federation/activities",
    "narrow_post": "nothing is narrower than the group; see tests/web/posts",
    "admin_version": "the text was never changed",
    "program_code": "no code is one; see tests/web/api",
    "group_invitation": "an unknown token, or no account yet",
    "recovery_codes_text": "nothing was set up",
    "forget_device": "no device takes pushes",
    "put_in_own_list": "its owner follows nobody; see tests/web/people",
    "person_lists": "nobody follows the author; see tests/web/people",
    "kept_aside_of": "nothing is kept aside; see tests/web/notifications",
}
"""Nobody gets in here, and why."""
DOORS = {
    "group_invitation",
    "recovery_codes_text",
    "forget_device",
    "kept_aside_of",
    "put_in_own_list",
}
"""Of these, which lead a visitor to the door."""
ENDLESS = {"events"}
"""Answers that go on for as long as somebody listens: tests/journeys/test_live_events.py."""


KINDS = (("/write/", "ask"), ("/report/", "post"))


class Town:
    def __init__(self, place, stack):
        self.place, self.db, self.stack = place, place.db, stack
        self.viewers: dict[str, Viewer] = {}
        self.browsers: dict[str, httpx2.AsyncClient] = {}
        self.tokens: dict[str, str] = {}

    async def build(self):
        for who, handle in PEOPLE.items():
            role = Role.ADMIN if who == "admin" else Role.MEMBER
            account = await an_account(self.db, handle, role=role, language="en")
            self.viewers[who] = await signed_in(self.db, account)
            await self.lets_in(who, account)
        await self.lets_in("visitor", None)
        await self.fills_the_group()
        await self.talks()
        return self

    async def lets_in(self, who: str, account: Account | None) -> None:
        browser = await self.stack.enter_async_context(a_browser(self.place, account=account))
        self.browsers[who] = browser
        page = await browser.get("/preferences")
        self.tokens[who] = forms_of(page.text)[-1].answers["csrf_token"][0]

    async def fills_the_group(self):
        write, who = self.db.write, self.viewers
        marie = who["manager"]
        self.group = await a_group(self.db, marie)
        for name in ("author", "member", "banned"):
            await join(self.db, who[name], self.group, marie)
        banned = ActorId(who["banned"].actor_id)
        await write(ban_member, marie, self.group, banned, "Pub.", until=None)
        await a_group(self.db, who["elsewhere"], name="Chorale")
        asking = await a_viewer(self.db, "lou")
        await write(ask_to_join, asking, self.group, ["Parce que."])
        self.request = await self.db.read(find_request, self.group, asking.actor_id)
        self.topic = await write(add_topic, marie, self.group, "Cantine")
        self.invite = await write(invite_to_group, who["author"], self.group, INVITE)
        self.own_invite = await write(create_invite, who["author"], INVITE)
        self.proposed = await a_group(self.db, who["elsewhere"], name="Couture")
        await write(propose, self.proposed)
        self.waiting = await write(wait_at_the_door)

    async def talks(self):
        write, who = self.db.write, self.viewers
        ask = SwapDraft(PostDraft(text="Une poussette ?", group_id=self.group), Direction.ASK)
        self.post = (await write(publish_swap, who["author"], ask)).post
        answer = PostDraft(text="Oui !", in_reply_to_id=self.post.id)
        self.answer = (await write(publish_post, who["member"], answer)).post
        complaint = ComplaintDraft(Category.SCAM)
        about = (who["member"], SubjectKind.POST, self.post.id, complaint)
        self.complaint = await write(file_complaint, *about, seal=lambda _report, data: data)
        letter = MessageDraft(text="Bonjour")
        self.letter = await write(write_to, who["author"], [who["member"].actor_id], letter)
        words = FilterDraft("Loto", [FilterContext.HOME], FilterAction.WARN, None, [Word("loto")])
        self.filter = await write(create_filter, who["author"], words)
        self.list = await write(create_list, who["author"], ListDraft("Chorale"))

    def path(self, route):
        values = {
            "id": self.number(route.path),
            "handle": "ana",
            "kind": next((kind for start, kind in KINDS if route.path.startswith(start)), "rules"),
            "tag": "issy",
            "token": "unknown",
            "post": self.answer.id,
            "request": self.request.id,
            "member": self.viewers["member"].actor_id,
            "person": self.viewers["member"].actor_id,
            "topic": self.topic.id,
            "invite": self.invite.id,
            "letter": self.letter.post.id,
            "file": "unknown.jpg",
            "step": "place",
            "decision": 1,
            "appeal": 1,
            "language": "fr",
        }
        return self.place.urls.path(
            route.name, **{name: values[name] for name in route.param_convertors}
        )

    def number(self, path: str) -> int:
        """What a number in an address is, by how the address begins."""
        things = {
            "/groups/": self.group,
            "/p/": self.post.id,
            "/report/": self.post.id,
            "/reports/": self.complaint.id,
            "/moderation/": self.complaint.report_id,
            "/@": self.post.id,
            "/messages/": self.letter.conversation_id,
            "/invites/": self.own_invite.id,
            "/settings/filters/": self.filter.id,
            "/settings/lists/": self.list.id,
            "/lists/": self.list.id,
            "/admin/requests/": self.waiting,
            "/admin/accounts/": self.viewers["author"].account_id,
            "/admin/groups/": self.proposed,
        }
        return next((number for start, number in things.items() if path.startswith(start)), 1)

    async def knocks(self, who, method, route):
        browser, path = self.browsers[who], self.path(route)
        if method == "GET":
            answer = await browser.get(path)
        else:
            answer = await browser.post(path, data={"csrf_token": self.tokens[who]})
        leads_to_door = answer.headers.get("location", "").partition("?")[0] == "/sign-in"
        if leads_to_door and not route.path.startswith("/sign-in"):
            return "door"
        return "in" if answer.status_code in ANSWERED else str(answer.status_code)


def wait_at_the_door(uow: UnitOfWork) -> int:
    account = sign_up(uow, a_sign_up("gita"), None)
    assert account is not None
    uow.session.flush()
    confirm_account(uow, account)
    return account.id


def propose(uow: UnitOfWork, group_id: int) -> None:
    """As it is where the place's moderators have a word first."""
    uow.session.get_one(Group, group_id).state = GroupState.PROPOSED


class Snapshot:
    """The database as it was before somebody was let in and changed something."""

    def __init__(self, live: Path) -> None:
        self._live = live
        self._kept = pysqlite3.connect(":memory:")
        with closing(pysqlite3.connect(live)) as now:
            now.backup(self._kept)

    def restore(self) -> None:
        with closing(pysqlite3.connect(self._live)) as now:
            self._kept.backup(now)

    def close(self) -> None:
        self._kept.close()


@pytest.fixture
async def town(place):
    async with AsyncExitStack() as stack:
        yield await Town(place, stack).build()


def rule_of(name: str) -> Rule:
    found = [rule for rule, names in TABLE.items() if name in names.split()]
    if name in NOTHING_THERE:
        found.append(Rule(frozenset(), has_door=name in DOORS))
    assert len(found) == 1, f"{name} has {len(found)} lines in the table"
    return found[0]


async def test_nobody_gets_in_where_nobody_meant_them_to(town):
    unexplained = []
    with closing(Snapshot(sqlite_path(town.place.settings.database))) as snapshot:
        for route in NAMED:
            if route.name in ENDLESS:
                continue
            rule = rule_of(route.name)
            for method, who in product(sorted((route.methods or set()) - {"HEAD"}), WHO):
                cell = await town.knocks(who, method, route)
                if method == "POST" and cell == "in":
                    snapshot.restore()
                if cell != rule.cell(who, method):
                    unexplained.append(f"{method} {route.name} as {who}: {cell}")
    assert not unexplained, "\n".join(unexplained)


def test_the_table_names_no_route_that_is_gone():
    names = {name for names in TABLE.values() for name in names.split()} | set(NOTHING_THERE)
    assert names | ENDLESS == {route.name for route in NAMED}
