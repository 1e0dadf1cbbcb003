"""The pages of groups from form to form, without scripts."""

from urllib.parse import urlsplit

import pytest

from fedparents.accounts.invites import InviteDraft
from fedparents.accounts.models import Role
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import invite_to_group
from fedparents.groups.models import Group, GroupRole
from fedparents.instance.models import GroupFounding, Registrations
from fedparents.instance.queries import get_instance
from tests.rig.builders import a_group, an_account, give_role, join, signed_in
from tests.rig.pages import found_in, submit
from tests.web.conftest import sign_in

pytestmark = pytest.mark.anyio


class Person:
    def __init__(self, account, viewer):
        self.account, self.viewer = account, viewer


@pytest.fixture
def person(place):
    async def make(handle, role=Role.MEMBER):
        account = await an_account(place.db, handle, role=role, language="en")
        return Person(account, await signed_in(place.db, account))

    return make


@pytest.fixture
async def marie(person):
    return await person("marie")


@pytest.fixture
async def ana(person):
    return await person("ana")


async def found(visitor, **answers):
    """Answer the five questions; the last answer."""
    page = await visitor.get("/groups/new")
    for step in ({}, {}, {}, {"name": "Chorale", "purpose": "Nous chantons."}, {}):
        given = {name: value for name, value in answers.items() if name in page.text}
        page = await submit(visitor, page, {**step, **given, "step": re_step(page)})
    return page


def re_step(page):
    return found_in(page.text, r'name="step" value="(\d)"')


async def test_a_group_is_closed_unless_somebody_says_otherwise(place, visitor, marie):
    await sign_in(place, visitor, marie.account)
    done = await found(visitor)
    assert done.status_code == 303
    assert done.headers["location"].endswith("/invite")
    number = int(done.headers["location"].split("/")[2])
    group = await place.db.read(lambda session: session.get(Group, number))
    assert (group.joining, group.audience) == ("approval", "members")
    assert (group.is_local_only, group.is_hidden, group.state) == (True, False, "active")


async def test_nothing_exists_before_the_last_question(place, visitor, marie):
    await sign_in(place, visitor, marie.account)
    page = await visitor.get("/groups/new")
    for answers in ({}, {}, {}, {"name": "Chorale", "purpose": "Nous chantons."}):
        page = await submit(visitor, page, {**answers, "step": re_step(page)})
    assert "Step 5 of 5" in page.text
    assert "Chorale" not in (await visitor.get("/groups")).text


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"name": "", "purpose": "x"}, "give the group a name"),
        ({"name": "🎈", "purpose": "x"}, "at least one letter"),
        ({"name": "x" * 61, "purpose": "x"}, "60"),
        ({"name": "Chorale", "purpose": ""}, "in one sentence"),
        ({"name": "Chorale", "purpose": "x" * 301}, "300"),
    ],
)
async def test_a_wrong_name_is_asked_again(place, visitor, marie, answers, words):
    await sign_in(place, visitor, marie.account)
    page = await visitor.get("/groups/new")
    for _ in range(3):
        page = await submit(visitor, page, step=re_step(page))
    page = await submit(visitor, page, {**answers, "step": "4"})
    assert page.status_code == 422
    assert words in page.text


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("questions", "a\nb\nc\nd", "3 lines"),
        ("rules", "\n".join(map(str, range(11))), "10 lines"),
        ("rules", "x" * 201, "200"),
    ],
)
async def test_too_many_rules_are_too_many(place, visitor, marie, field, text, words):
    await sign_in(place, visitor, marie.account)
    done = await found(visitor, **{field: text})
    assert done.status_code == 422
    assert words in done.text


async def test_hostile_names_are_shown_as_they_are(place, visitor, marie):
    await sign_in(place, visitor, marie.account)
    group = await a_group(place.db, marie.viewer, name="<script>alert(1)</script>\u202e")
    page = await visitor.get(f"/groups/{group}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "\u202e" not in page.text


async def test_from_a_question_to_a_member_and_out_again(place, visitor, marie, ana):
    group = await a_group(place.db, marie.viewer, questions="Quelle rue ?\nDepuis quand ?")
    await sign_in(place, visitor, ana.account)
    incomplete = await submit(visitor, f"/groups/{group}", answer_1="Diderot", answer_2="")
    assert incomplete.status_code == 422
    assert "Diderot" in incomplete.text
    await submit(visitor, incomplete, answer_2="Un an")
    assert "Your request is on its way" in (await visitor.get(f"/groups/{group}")).text
    await sign_in(place, visitor, marie.account)
    queue = await visitor.get(f"/groups/{group}/desk")
    assert "Diderot" in queue.text
    assert "1 thing waits in Parents du Corentin" in (await visitor.get("/")).text
    action = found_in(queue.text, r'action="(/groups/\d+/requests/\d+/approve)"')
    done = await post(visitor, place, queue, action)
    decided = await visitor.get(done.headers["location"])
    assert "Ana is in the group now." in decided.text
    undone = await post(visitor, place, decided, action.replace("approve", "undo"))
    assert "is back in the queue" in (await visitor.get(undone.headers["location"])).text
    await post(visitor, place, decided, action)
    await sign_in(place, visitor, ana.account)
    home = await visitor.get(f"/groups/{group}")
    assert "Nobody has said anything yet" in home.text
    assert "Soyons aimables." in (await visitor.get(f"/groups/{group}/about")).text
    left = await submit(visitor, f"/groups/{group}/leave")
    assert left.headers["location"] == "/groups"
    assert (await visitor.get(f"/groups/{group}/members")).status_code == 404


async def post(visitor, place, page, action):
    token = found_in(page.text, r'name="csrf_token" value="([^"]+)"')
    return await visitor.post(
        action, data={"csrf_token": token}, headers={"Origin": place.settings.base_url}
    )


async def test_a_link_brings_somebody_who_is_here_straight_in(place, visitor, marie, ana):
    group = await a_group(place.db, marie.viewer, is_hidden=True)
    draft = InviteDraft("", None, None, False, admits_to_group=True)
    link = await place.db.write(invite_to_group, marie.viewer, group, draft)
    await sign_in(place, visitor, ana.account)
    door = await visitor.get(f"/join/{link.token}")
    assert door.headers["location"] == f"/groups/by/{link.token}"
    done = await submit(visitor, door.headers["location"], token=link.token)
    assert done.headers["location"] == f"/groups/{group}"
    assert "Welcome! You are in the group now." in (await visitor.get(f"/groups/{group}")).text


async def test_a_link_shows_a_stranger_what_it_leads_to(place, visitor, marie):
    group = await a_group(place.db, marie.viewer)
    draft = InviteDraft("", None, None, False)
    link = await place.db.write(invite_to_group, marie.viewer, group, draft)
    page = await visitor.get(f"/join/{link.token}")
    assert "Marie invites you to Parents du Corentin" in page.text


async def test_a_sign_up_by_a_link_lands_in_the_group(place, visitor, marie):
    from tests.web.groups.signing_up import confirm_by_mail, sign_up_by

    group = await a_group(place.db, marie.viewer)
    draft = InviteDraft("", 1, None, True, admits_to_group=True)
    place_admin = marie.viewer
    link = await place.db.write(_straight_link, place_admin, group, draft)
    await sign_up_by(visitor, link.token, "bao")
    done = await confirm_by_mail(place, visitor)
    there = await visitor.get(done.headers["location"])
    assert there.headers["location"] == f"/groups/{group}"
    assert "Nobody has said anything yet" in (await visitor.get(f"/groups/{group}")).text
    assert urlsplit(done.headers["location"]).path == f"/groups/by/{link.token}"


def _straight_link(uow, viewer, group, draft):
    instance = get_instance(uow.session)
    instance.registrations = Registrations.OPEN
    uow.session.add(instance)
    uow.session.flush()
    link = invite_to_group(uow, viewer, group, InviteDraft("", 1, None, False, None, True))
    return link


async def test_only_makers_and_deciders_see_a_links_page(place, visitor, marie, person):
    group = await a_group(place.db, marie.viewer, is_hidden=True)
    link = await place.db.write(
        invite_to_group, marie.viewer, group, InviteDraft("", None, None, False)
    )
    admin = await person("hugo", Role.ADMIN)
    await sign_in(place, visitor, admin.account)
    assert (await visitor.get(f"/invites/{link.id}")).status_code == 404
    assert link.token not in (await visitor.get("/invites")).text
    await sign_in(place, visitor, marie.account)
    assert "Parents du Corentin" in (await visitor.get(f"/invites/{link.id}/poster")).text


async def test_the_place_sees_hidden_groups_by_name_and_counts_and_it_is_logged(
    place, visitor, marie, person
):
    from sqlmodel import select

    from fedparents.audit.models import AuditEntry

    group = await a_group(place.db, marie.viewer, name="Secret", is_hidden=True)
    admin = await person("hugo", Role.ADMIN)
    await sign_in(place, visitor, admin.account)
    page = await visitor.get("/admin/groups")
    assert "Secret" in page.text
    assert "1 member" in page.text
    assert "Les parents du quartier." not in page.text
    seen = select(AuditEntry).where(AuditEntry.action == "group.seen_by_place")
    entries = await place.db.read(lambda session: list(session.exec(seen)))
    assert [(each.by_actor_id, each.subject_id) for each in entries] == [
        (admin.viewer.actor_id, group)
    ]


async def _set_founding(place, founding):
    def change(uow):
        get_instance(uow.session).group_founding = founding

    await place.db.write(change)


async def test_where_the_place_looks_first_a_group_waits_for_its_word(
    place, visitor, marie, person
):
    await _set_founding(place, GroupFounding.APPROVAL)
    await sign_in(place, visitor, marie.account)
    done = await found(visitor)
    path = done.headers["location"]
    assert "A moderator of this place looks" in (await visitor.get(path)).text
    admin = await person("hugo", Role.ADMIN)
    await sign_in(place, visitor, admin.account)
    assert (await visitor.get(path)).status_code == 404
    page = await visitor.get("/admin/groups")
    action = found_in(page.text, r'action="(/admin/groups/\d+/accept)"')
    assert (await post(visitor, place, page, action)).status_code == 303
    assert (await visitor.get(path)).status_code == 200


async def test_where_only_moderators_found_groups_others_are_told(place, visitor, marie):
    await _set_founding(place, GroupFounding.MODERATORS)
    await sign_in(place, visitor, marie.account)
    assert (await visitor.get("/groups/new")).status_code == 403
    assert "/groups/new" not in (await visitor.get("/groups")).text


async def test_a_group_ends_after_days_of_grace(place, visitor, marie, ana):
    group = await a_group(place.db, marie.viewer)
    await join(place.db, ana.viewer, group, marie.viewer)
    await sign_in(place, visitor, marie.account)
    await submit(visitor, f"/groups/{group}/end")
    page = await visitor.get(f"/groups/{group}")
    assert "This group ends on" in page.text
    await post(visitor, place, page, f"/groups/{group}/keep")
    assert "This group ends on" not in (await visitor.get(f"/groups/{group}")).text


async def test_two_who_decide_at_once(place, visitor, marie, ana, person):
    group = await a_group(place.db, marie.viewer)
    bao = await person("bao")
    await give_role(place.db, marie.viewer, group, bao.viewer, GroupRole.MODERATOR)
    await place.db.write(ask_to_join, ana.viewer, group, ["Oui."])
    await sign_in(place, visitor, marie.account)
    open_tab = await visitor.get(f"/groups/{group}/desk")
    action = found_in(open_tab.text, r'action="(/groups/\d+/requests/\d+/approve)"')
    await sign_in(place, visitor, bao.account)
    await post(visitor, place, await visitor.get(f"/groups/{group}/desk"), action)
    await sign_in(place, visitor, marie.account)
    answer = await post(visitor, place, open_tab, action)
    page = await visitor.get(answer.headers["location"])
    assert "Bao has let Ana in already. Thank you!" in page.text


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 30, "before=-1"])
async def test_a_list_that_begins_nowhere_is_not_found(place, visitor, marie, query):
    await sign_in(place, visitor, marie.account)
    assert (await visitor.get(f"/groups?{query}")).status_code == 404


@pytest.mark.parametrize("query", ["after=x", "after=2026-01-01", "after=2026-01-01T00:00:00"])
async def test_members_that_begin_nowhere_are_not_found(place, visitor, marie, query):
    group = await a_group(place.db, marie.viewer)
    await sign_in(place, visitor, marie.account)
    assert (await visitor.get(f"/groups/{group}/members?{query}")).status_code == 404
