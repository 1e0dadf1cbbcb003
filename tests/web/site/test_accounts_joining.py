"""From the invitation to the mailbox, and all that may come between."""

import asyncio

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from fedparents.accounts.deciding import approve_account
from fedparents.accounts.invites import InviteDraft, create_invite, revoke_invite
from fedparents.accounts.models import Account, AccountState, Consent, InviteLink, Role
from fedparents.accounts.queries import find_account_by_handle
from fedparents.instance.models import Instance, LegalPage, Registrations
from tests.rig.builders import a_viewer, an_account, signed_in
from tests.rig.mailbox import link_in, mails_to, newest_to
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in
from web.tables import METADATA

ADDRESS = {"email": "bao@example.org", "birth_year": "1990"}
NAME = {"name": "Bao N."}
AGREED = {"rules": "yes", "privacy": "yes"}
LAST = {"reason": "We have just moved here.", **AGREED}
NASTY = [
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE account;--",
    "{{ 7 * 7 }}",
    "\u202eevil\u202c",
    "x" * 10_000,
    "\x00",
    "é" * 61,
    "🎈🎈🎈",
    "ภาษาไทย",
]


def count_rows(session):
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in METADATA.sorted_tables
    }


async def change_place(place, **changes):
    def change(uow):
        instance = uow.session.get_one(Instance, 1)
        for name, value in changes.items():
            setattr(instance, name, value)
        uow.session.add(instance)

    await place.db.write(change)


async def an_invite(place, **changes):
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    draft = {"label": "", "uses": None, "days": None, "skips_approval": False} | changes
    return marie, await place.db.write(create_invite, marie, InviteDraft(**draft))


async def last_page(visitor, *, start="/join/new", address=ADDRESS, name=NAME):
    """The first three questions as most people answer them."""
    page = await submit(visitor, start, address)
    page = await submit(visitor, page, name)
    return await submit(visitor, page, place="", go="skip")


async def answer_all(visitor, *, last=LAST, **earlier):
    """What comes after the last question."""
    return await submit(visitor, await last_page(visitor, **earlier), last)


async def bao_of(place, handle="bao_n"):
    return await place.db.read(find_account_by_handle, handle)


async def test_four_questions_and_a_mail_lead_to_the_queue(place, visitor):
    answer = await answer_all(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/mail")
    page = await visitor.get("/join/mail")
    assert "bao@example.org" in page.text
    assert 'href="/dev/mail"' in page.text
    bao = await bao_of(place)
    assert (bao.account.state, bao.actor.display_name) == (AccountState.EMAIL_PENDING, "Bao N.")
    assert bao.account.language == "en"
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    answer = await submit(visitor, link)
    assert answer.headers["location"] == "/join/waiting"
    assert "volunteer" in (await visitor.get("/join/waiting")).text
    assert (await bao_of(place)).account.state == AccountState.APPROVAL_PENDING


async def test_where_nobody_decides_the_same_browser_is_signed_in(place, visitor):
    await change_place(place, registrations=Registrations.OPEN)
    await answer_all(visitor, last=AGREED)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    answer = await submit(visitor, link)
    assert answer.headers["location"] == "/"
    home = await visitor.get("/")
    assert "Hello Bao N." in home.text
    assert "Welcome! You are in." in home.text


async def test_another_browser_has_to_sign_in(place, visitor, new_visitor):
    await change_place(place, registrations=Registrations.OPEN)
    await answer_all(visitor, last=AGREED)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    elsewhere = await new_visitor()
    answer = await submit(elsewhere, link)
    assert answer.headers["location"] == "/sign-in"
    page = await elsewhere.get("/sign-in")
    assert "Your address is confirmed." in page.text
    assert form_with(page.text, {"login"}).answers["login"] == ["bao@example.org"]


async def test_looking_at_a_link_confirms_nothing(place, visitor, new_visitor):
    await answer_all(visitor)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    scanner = await new_visitor()
    for method in ("GET", "HEAD", "GET"):
        assert (await scanner.request(method, link)).status_code == 200
    assert (await bao_of(place)).account.state == AccountState.EMAIL_PENDING
    assert (await submit(visitor, link)).status_code == 303


async def test_what_was_agreed_to_is_kept_with_its_version(place, visitor):
    await answer_all(visitor)
    bao = await bao_of(place)
    consents = await place.db.read(
        lambda session: session.exec(
            select(Consent.kind, LegalPage.kind)
            .join(LegalPage, col(Consent.version) == LegalPage.id)
            .where(Consent.account_id == bao.account.id)
        ).all()
    )
    assert sorted(consents) == [("privacy", "privacy"), ("rules", "rules")]


async def test_back_loses_nothing(visitor):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, {"name": "Bao N.", "handle": "bao"})
    page = await submit(visitor, page, place="", go="skip")
    page = await submit(visitor, page, {"reason": "Un bébé.", "rules": "yes"}, go="back")
    page = await submit(visitor, page, place="", go="back")
    assert form_with(page.text, {"handle"}).answers["handle"] == ["bao"]
    page = await submit(visitor, page, go="back")
    assert form_with(page.text, {"email"}).answers["email"] == ["bao@example.org"]
    page = await submit(visitor, page)
    page = await submit(visitor, page)
    page = await submit(visitor, page, place="", go="skip")
    shown = form_with(page.text, {"reason"}).answers
    assert (shown["reason"], shown["rules"], shown.get("privacy")) == (["Un bébé."], ["yes"], None)


@pytest.mark.parametrize(("number", "field"), [("1", "email"), ("2", "name"), ("3", "place")])
async def test_every_answer_can_be_changed_from_the_last_page(visitor, number, field):
    page = await last_page(visitor)
    assert "@bao_n" in page.text
    page = await submit(visitor, page, {"reason": "Hello"}, go=number)
    assert form_with(page.text, {field, "reason"}).answers["reason"] == ["Hello"]


@pytest.mark.parametrize("year", ["2015", "2009"])
async def test_who_is_too_young_leaves_nothing(place, visitor, clock, year):
    before = await place.db.read(count_rows)
    answer = await submit(visitor, "/join/new", ADDRESS | {"birth_year": year})
    assert answer.status_code == 403
    assert "when you are 18" in answer.text
    assert "bao@example.org" not in answer.text
    assert await place.db.read(count_rows) == before


@pytest.mark.parametrize("year", ["2008", "2551"])
async def test_in_the_year_of_the_birthday_the_person_is_asked(place, visitor, clock, year):
    before = await place.db.read(count_rows)
    page = await submit(visitor, "/join/new", ADDRESS | {"birth_year": year})
    assert page.status_code == 200
    assert "I have already turned 18" in page.text
    assert (await submit(visitor, page)).status_code == 403
    assert await place.db.read(count_rows) == before
    page = await submit(visitor, page, is_old_enough="yes")
    assert "What may neighbours call you?" in page.text
    page = await submit(visitor, page, NAME)
    page = await submit(visitor, page, place="", go="skip")
    assert (await submit(visitor, page, LAST)).status_code == 303


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"email": ""}, "Please write your e-mail address."),
        ({"email": "bao"}, "should look like"),
        ({"email": "bao@" + "x" * 10_000}, "254 characters or fewer"),
        ({"email": "bao@exa\x00mple.org"}, "cannot be stored"),
        ({"email": "bao@example.org\r\nBcc: all@example.org"}, "should look like"),
        ({"birth_year": ""}, "the year in which you were born"),
        ({"birth_year": "nineteen"}, "four digits"),
        ({"birth_year": "1700"}, "four digits"),
        ({"birth_year": "99999"}, "four digits"),
        ({"birth_year": "9" * 5000}, "four digits"),
        ({"birth_year": "-5"}, "four digits"),
    ],
)
async def test_what_is_wrong_with_the_address_is_said_beside_it(visitor, clock, answers, says):
    answer = await submit(visitor, "/join/new", ADDRESS | answers)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="error-summary"' in answer.text


async def test_a_hidden_year_that_is_none_harms_nothing(visitor, clock):
    answers = ADDRESS | {"birth_year": "2008"}
    page = await submit(visitor, "/join/new", answers)
    assert (await submit(visitor, page, asked_of="9" * 5000)).status_code == 200


@pytest.mark.parametrize("year", ["๑๙๙๐", "2533", "๒๕๓๓"])
async def test_years_may_be_written_as_in_thailand(visitor, year):
    answer = await submit(visitor, "/join/new", ADDRESS | {"birth_year": year})
    assert "What may neighbours call you?" in answer.text


@pytest.mark.parametrize("name", NASTY)
async def test_names_are_shown_as_typed_or_refused(place, visitor, name):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, name=name)
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    assert "49" not in form_with(page.text, {"name"}).answers["name"]
    if page.status_code == 200:
        page = await submit(visitor, page, place="", go="skip")
        assert (await submit(visitor, page, LAST)).status_code == 303


@pytest.mark.parametrize(
    ("handle", "says"),
    [
        ("ana", "Somebody has this name already"),
        ("admin", "kept for the place itself"),
        ("Bao Nguyen", "only the letters a to z"),
        ("b", "at least 3"),
        ("b" * 40, "30"),
    ],
)
async def test_user_names_have_rules(place, visitor, handle, says):
    await an_account(place.db, "ana")
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, {"name": "Bao", "handle": handle})
    assert page.status_code == 422
    assert says in page.text
    assert form_with(page.text, {"handle"}).answers["handle"] == [handle]


async def test_a_name_that_is_taken_gets_another_handle(place, visitor):
    await an_account(place.db, "bao_n")
    await answer_all(visitor)
    assert (await bao_of(place, "bao_n_2")).account.email == "bao@example.org"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_those_who_decide_hear_why(visitor, reason):
    answer = await answer_all(visitor, last=LAST | {"reason": reason})
    assert answer.status_code == 422
    assert "reason" in form_with(answer.text, {"reason"}).answers


async def test_both_boxes_have_to_be_ticked(visitor):
    answer = await answer_all(visitor, last={"reason": "Hello", "rules": [], "privacy": []})
    assert answer.status_code == 422
    assert "2 answers need another look" in answer.text


async def test_no_reason_is_asked_where_nobody_reads_it(place, visitor):
    await change_place(place, asks_reason=False)
    answer = await answer_all(visitor, last=AGREED)
    assert answer.status_code == 303


@pytest.mark.both_engines
async def test_a_form_sent_twice_makes_one_account(place, visitor):
    page = await last_page(visitor)
    first, second = await asyncio.gather(submit(visitor, page, LAST), submit(visitor, page, LAST))
    assert first.headers["location"] == second.headers["location"] == "/join/mail"
    assert len(await mails_to(place, "bao@example.org")) == 1
    assert await bao_of(place, "bao_n_2") is None


@pytest.mark.both_engines
async def test_two_people_of_one_address_at_once_are_two_accounts(place, visitor, new_visitor):
    other = await new_visitor()
    await asyncio.gather(answer_all(visitor), answer_all(other))
    assert await bao_of(place) is not None
    assert await bao_of(place, "bao_n_2") is not None
    assert len(await mails_to(place, "bao@example.org")) == 2


async def test_a_mailbox_that_is_used_up_looks_the_same_and_gets_a_mail(place, visitor):
    for handle in ("ana", "driss"):
        await an_account(place.db, handle, email="bao@example.org")
    answer = await answer_all(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/mail")
    words = await newest_to(place, "bao@example.org")
    assert "@ana" in words
    assert "/confirm/" not in words


async def test_a_used_up_mailbox_gets_the_same_complaints_as_any_other(place, visitor):
    for handle in ("ana", "driss"):
        await an_account(place.db, handle, email="bao@example.org")
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, {"name": "Bao", "handle": "driss"})
    assert page.status_code == 422


async def test_the_mail_can_be_sent_again(place, visitor):
    await answer_all(visitor)
    await newest_to(place, "bao@example.org")
    answer = await submit(visitor, "/join/mail")
    assert answer.headers["location"] == "/join/mail"
    mails = await mails_to(place, "bao@example.org")
    assert len(mails) == 2
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    assert (await submit(visitor, link)).headers["location"] == "/join/waiting"


async def test_programs_that_fill_in_everything_get_nowhere(place, visitor):
    before = await place.db.read(count_rows)
    answer = await submit(visitor, "/join/new", ADDRESS | {"homepage": "https://spam.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/mail")
    assert await place.db.read(count_rows) == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"registrations": Registrations.CLOSED}, "No new accounts at the moment"),
        ({"registrations": Registrations.INVITED}, "You need an invitation"),
        ({"waiting_at_most": 0}, "A little patience, please"),
    ],
)
async def test_a_closed_door_says_why(place, visitor, changes, says):
    page = await submit(visitor, "/join/new", ADDRESS)
    await change_place(place, **changes)
    for path in ("/join", "/join/new"):
        assert says in (await visitor.get(path)).text
    answer = await submit(visitor, page, NAME)
    assert answer.status_code == 403
    assert says in answer.text


async def test_a_place_without_its_pages_is_not_ready(place, visitor):
    await place.db.write(lambda uow: uow.session.exec(sa.delete(LegalPage)))
    assert "Not open yet" in (await visitor.get("/join")).text


async def test_a_door_that_closes_at_the_last_moment_keeps_everybody_out(place, visitor):
    page = await last_page(visitor)
    await change_place(place, registrations=Registrations.CLOSED)
    assert (await submit(visitor, page, LAST)).status_code == 403
    assert await bao_of(place) is None


async def test_an_invitation_says_from_whom_and_leads_in(place, visitor):
    await change_place(place, registrations=Registrations.INVITED)
    _marie, invite = await an_invite(place, skips_approval=True, uses=1)
    page = await visitor.get(f"/join/{invite.token}")
    assert "Marie invites you to" in page.text
    assert f"/join/new?invite={invite.token}" in page.text
    answer = await answer_all(
        visitor,
        start=f"/join/new?invite={invite.token}",
        last=AGREED,
    )
    assert answer.status_code == 303
    bao = await bao_of(place)
    assert bao.account.invite_id == invite.id
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    assert (await submit(visitor, link)).headers["location"] == "/"


@pytest.mark.parametrize("how", ["used up", "too old", "ended"])
async def test_an_invitation_that_is_over_says_so(place, visitor, clock, how):
    marie, invite = await an_invite(place, uses=1, days=7)
    if how == "used up":
        await answer_all(visitor, start=f"/join/new?invite={invite.token}")
    elif how == "too old":
        clock.advance(days=7)
    else:
        await place.db.write(revoke_invite, marie, invite.id)
    page = await visitor.get(f"/join/{invite.token}")
    assert page.status_code == 410
    assert "This invitation is over" in page.text
    assert "Ask to join instead" in page.text
    await change_place(place, registrations=Registrations.INVITED)
    assert "Ask to join instead" not in (await visitor.get(f"/join/{invite.token}")).text


@pytest.mark.parametrize("token", ["zzzzzzzzzzzz", "x" * 3000, "%00", "%ff%fe", "'; DROP TABLE--"])
async def test_an_unknown_invitation_is_not_found(place, visitor, token):
    answer = await visitor.get(f"/join/{token}")
    assert answer.status_code in (400, 404)


@pytest.mark.both_engines
async def test_two_people_with_the_last_use_are_one_too_many(place, visitor, new_visitor):
    _marie, invite = await an_invite(place, uses=1)
    other = await new_visitor()
    start = f"/join/new?invite={invite.token}"
    one = await last_page(visitor, start=start)
    two = await last_page(other, start=start, address=ADDRESS | {"email": "driss@example.org"})
    answers = await asyncio.gather(submit(visitor, one, LAST), submit(other, two, LAST))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    used = await place.db.read(lambda session: session.get_one(InviteLink, invite.id))
    assert (used.uses_left, used.use_count) == (0, 1)


async def test_somebody_signed_in_sees_what_guests_see(place, visitor):
    marie, invite = await an_invite(place)
    account = await place.db.read(lambda session: session.get_one(Account, marie.account_id))
    await sign_in(place, visitor, account)
    page = await visitor.get(f"/join/{invite.token}")
    assert "This is the page that your guests see." in page.text
    assert "Create my account" not in page.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"email=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"email=" + b"x" * 2_000_000, "application/x-www-form-urlencoded", 413),
        (b'{"email": "bao@example.org"}', "application/json", 415),
        (b"email=bao%40example.org", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_what_no_browser_sends_is_refused(place, visitor, body, kind, status):
    before = await place.db.read(count_rows)
    await visitor.get("/join/new")
    answer = await visitor.post("/join/new", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert await place.db.read(count_rows) == before


@pytest.mark.parametrize("field", ["step", "go"])
@pytest.mark.parametrize("value", ["0", "5", "-1", "abc", "9" * 400])
async def test_steps_that_do_not_exist_are_refused(visitor, field, value):
    answer = await submit(visitor, "/join/new", ADDRESS | {field: value})
    assert answer.status_code == 400


async def test_hidden_answers_are_looked_at_again(place, visitor):
    page = await last_page(visitor)
    for changed in ({"email": "no address"}, {"name": "🎈"}, {"birth_year": "2015"}):
        answer = await submit(visitor, page, LAST | changed)
        assert answer.status_code in (403, 422)
    assert await bao_of(place) is None


async def test_a_week_later_the_link_is_too_old(place, visitor, clock):
    await answer_all(visitor)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    clock.advance(days=7)
    page = await visitor.get(link)
    assert page.status_code == 410
    assert "Please begin again." in page.text


async def test_a_link_that_was_used_says_that_all_is_well(place, visitor):
    await answer_all(visitor)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    page = await visitor.get(link)
    await submit(visitor, page)
    assert (await submit(visitor, page)).status_code == 410
    answer = await visitor.get(link)
    assert answer.status_code == 410
    assert "Your address is confirmed already." in answer.text


@pytest.mark.parametrize("token", ["x", "A" * 32, "%00", "é", "A" * 3000])
@pytest.mark.parametrize("path", ["/confirm", "/sign-in", "/confirm-email"])
async def test_links_that_were_never_sent_are_not_found(visitor, path, token):
    assert (await visitor.get(f"{path}/{token}")).status_code in (400, 404)


async def test_a_mailbox_that_filled_up_meanwhile_is_told(place, visitor):
    await answer_all(visitor)
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    for handle in ("ana", "driss"):
        await an_account(place.db, handle, email="bao@example.org")
    answer = await submit(visitor, link)
    assert answer.status_code == 409
    assert "Two accounts use this address already." in answer.text


@pytest.mark.communes
async def test_a_commune_is_chosen_from_a_list_without_scripts(place, visitor):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, NAME)
    page = await submit(visitor, page, place="saint-den", go="next")
    assert (page.status_code, "Saint-Denis (La Réunion)" in page.text) == (200, True)
    again = await submit(visitor, page, go="next")
    assert again.status_code == 422
    assert "Please choose your commune from the list." in again.text
    chosen = place_id_of(page.text, "Saint-Denis (Seine-Saint-Denis)")
    page = await submit(visitor, page, place_id=chosen)
    assert "Saint-Denis (Seine-Saint-Denis)" in page.text
    await submit(visitor, page, LAST)
    assert (await bao_of(place)).place.id == int(chosen)


@pytest.mark.communes
async def test_one_answer_is_taken_at_once(place, visitor):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, NAME)
    page = await submit(visitor, page, place="92130 Issy", go="next")
    assert "Issy-les-Moulineaux (Hauts-de-Seine)" in page.text
    await submit(visitor, page, LAST)
    assert (await bao_of(place)).place.name == "Issy-les-Moulineaux"


@pytest.mark.communes
async def test_a_choice_belongs_to_what_was_typed(place, visitor):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, NAME)
    page = await submit(visitor, page, place="saint-den", go="next")
    chosen = place_id_of(page.text, "Saint-Denis (La Réunion)")
    page = await submit(visitor, page, place="92130 Issy", place_id=chosen)
    assert "Issy-les-Moulineaux (Hauts-de-Seine)" in page.text


@pytest.mark.parametrize("typed", ["", "Nowhere-sur-Rien", *NASTY])
async def test_communes_that_are_not_found_are_said_to_be(visitor, typed):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, NAME)
    page = await submit(visitor, page, place=typed, go="next")
    assert page.status_code == 422
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("chosen", ["1", "-1", "abc", "9" * 18, "9" * 19, "x" * 5000])
async def test_communes_that_were_not_offered_are_not_taken(visitor, chosen):
    page = await submit(visitor, "/join/new", ADDRESS)
    page = await submit(visitor, page, NAME)
    answers = {"place": "Issy", "place_searched": "Issy", "place_id": chosen}
    form = form_with(page.text, {"place"})
    answer = await visitor.post("/join/new", data=form.answers | answers)
    assert answer.status_code == 422


@pytest.mark.communes
async def test_communes_are_offered_while_one_types(visitor):
    part = await visitor.get("/join/places", params={"place": " issy-les-m "})
    assert "Issy-les-Moulineaux" in part.text
    assert "<html" not in part.text
    assert "no commune" in (await visitor.get("/join/places?place=qqqqq")).text
    assert 'type="radio"' not in (await visitor.get("/join/places")).text


@given(words=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300))
async def test_no_text_breaks_the_search_for_communes(visitor, words):
    answer = await visitor.get("/join/places", params={"place": words})
    assert answer.status_code == 200


async def test_after_a_yes_one_signs_in(place, visitor):
    await answer_all(visitor)
    await submit(visitor, link_in(await newest_to(place, "bao@example.org"), "/confirm"))
    marie = await signed_in(place.db, await an_account(place.db, "marie", role=Role.ADMIN))
    bao = await bao_of(place)
    await place.db.write(approve_account, bao.account.id, by=marie)
    assert "/sign-in" in await newest_to(place, "bao@example.org")


def place_id_of(html, label):
    """The value of the radio button that has this label."""
    before = html.split(f">{label}<", maxsplit=1)[0]
    return before.rsplit('value="', maxsplit=1)[1].split('"', maxsplit=1)[0]
