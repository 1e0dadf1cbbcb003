"""Magic links, six digits, sessions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.accounts.deciding import freeze_account
from fedparents.accounts.facts import (
    NewDeviceSignedIn,
    SignInAddressUnknown,
    SignInLinksIssued,
    SignInRequested,
)
from fedparents.accounts.links import CODE_TRIES, issue_sign_in, request_sign_in, use_code, use_link
from fedparents.accounts.models import Account, LinkPurpose, Role
from fedparents.accounts.service import change_password
from fedparents.accounts.sessions import (
    end_all_sessions,
    end_session,
    find_viewer,
    list_sessions,
    open_session,
    touch_session,
)
from fedparents.accounts.tokens import digest, link_code, link_token, read_link_token
from fedparents.errors import NotAllowed, NotFound
from tests.rig.builders import a_viewer, an_account, list_links, signed_in

pytestmark = pytest.mark.anyio
SECRET = b"of the tests, thirty-two bytes long"


@pytest.fixture
async def ana(db, facts):
    account = await an_account(db, "ana")
    facts.clear()
    return account


async def ask_link(db, facts, login="ana@example.org", browser="phone", request_id=1):
    """What a page and then the worker do; the ids of the links."""
    await db.write(request_sign_in, login, browser=browser, language="fr")
    await db.write(issue_sign_in, facts[-1], request_id)
    return facts[-1].link_ids if isinstance(facts[-1], SignInLinksIssued) else []


async def use(db, link_id):
    token = link_token(SECRET, link_id)
    return await db.write(use_link, SECRET, token, LinkPurpose.SIGN_IN)


@pytest.mark.parametrize("login", ["ana@example.org", "ANA@example.org ", "ana", "@Ana"])
async def test_an_address_or_a_name_gets_a_link_that_works_once(db, facts, ana, login):
    (link_id,) = await ask_link(db, facts, login)
    assert (await use(db, link_id)).id == ana.id
    with pytest.raises(NotAllowed) as refused:
        await use(db, link_id)
    assert refused.value.code == "link_used"


async def test_a_link_is_too_old_after_a_quarter_of_an_hour(db, facts, ana, clock):
    (link_id,) = await ask_link(db, facts)
    clock.advance(minutes=15)
    with pytest.raises(NotAllowed) as refused:
        await use(db, link_id)
    assert refused.value.code == "link_expired"


async def test_a_repeated_job_issues_nothing_twice(db, facts, ana):
    await ask_link(db, facts, request_id=7)
    asked = SignInRequested("ana@example.org", "phone", "fr")
    await db.write(issue_sign_in, asked, 7)
    assert len(await db.read(list_links)) == 1


async def test_nobody_gets_no_link_but_a_mail_that_says_so(db, facts, ana):
    assert await ask_link(db, facts, "nobody@example.org") == []
    assert facts[-1] == SignInAddressUnknown("nobody@example.org", "fr")


async def test_an_unknown_name_gets_nothing(db, facts, ana):
    assert await ask_link(db, facts, "nobody") == []
    assert isinstance(facts[-1], SignInRequested)


async def test_a_shared_mailbox_gets_a_link_for_each(db, facts, ana):
    await an_account(db, "bao", email="ana@example.org")
    assert len(await ask_link(db, facts)) == 2


async def test_a_link_for_something_else_does_not_sign_in(db, facts, ana):
    (link_id,) = await ask_link(db, facts)
    token = link_token(SECRET, link_id)
    with pytest.raises(NotFound):
        await db.write(use_link, SECRET, token, LinkPurpose.CONFIRM_EMAIL)


async def test_digits_work_in_the_browser_that_asked(db, facts, ana):
    (link_id,) = await ask_link(db, facts, browser="phone")
    code = link_code(SECRET, link_id)
    assert await db.write(use_code, SECRET, code, browser="elsewhere") is None
    typed = f" {code[:3]} {code[3:]} "
    assert (await db.write(use_code, SECRET, typed, browser="phone")).id == ana.id
    assert await db.write(use_code, SECRET, code, browser="phone") is None


async def test_five_wrong_digits_end_the_link(db, facts, ana):
    (link_id,) = await ask_link(db, facts)
    code = link_code(SECRET, link_id)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(CODE_TRIES):
        assert await db.write(use_code, SECRET, wrong, browser="phone") is None
    assert await db.write(use_code, SECRET, code, browser="phone") is None


@given(st.text(max_size=60))
def test_no_text_but_ours_is_a_link(text):
    assert read_link_token(SECRET, text) is None


@given(st.integers(0, 2**63 - 1))
def test_links_and_digits_belong_to_one_secret(link_id):
    token = link_token(SECRET, link_id)
    assert read_link_token(SECRET, token) == link_id
    assert read_link_token(b"another secret of some other place", token) is None
    assert len(link_code(SECRET, link_id)) == 6


async def test_a_session_is_found_by_its_token_until_it_ends(db, ana, clock):
    viewer = await signed_in(db, ana)
    assert (viewer.handle, viewer.role, viewer.is_moderator) == ("ana", Role.MEMBER, False)
    assert await db.read(find_viewer, "something else", clock()) is None
    await db.write(end_session, viewer, viewer.session_id)
    assert await db.read(list_sessions, viewer, clock()) == []


async def test_tokens_are_stored_as_digests_only(db, ana, clock):
    def sign_in(uow):
        account = uow.session.get_one(Account, ana.id)
        return open_session(uow, account, browser="phone", device="Firefox, Linux")

    token = await db.write(sign_in)
    viewer = await db.read(find_viewer, token, clock())
    (stored,) = await db.read(list_sessions, viewer, clock())
    assert stored.token_digest == digest(token) != token


async def test_a_session_that_is_used_lasts_and_an_unused_one_ends(db, ana, clock):
    viewer = await signed_in(db, ana)
    clock.advance(days=59)
    await db.write(touch_session, viewer)
    clock.advance(days=59)
    assert len(await db.read(list_sessions, viewer, clock())) == 1
    clock.advance(days=2)
    assert await db.read(list_sessions, viewer, clock()) == []


async def test_somebody_elses_session_does_not_exist(db, ana):
    bao = await a_viewer(db, "bao")
    mine = await signed_in(db, ana)
    with pytest.raises(NotFound):
        await db.write(end_session, bao, mine.session_id)


async def test_a_new_password_signs_out_every_other_browser(db, ana, clock):
    here, elsewhere = [await signed_in(db, ana, browser=name) for name in ("phone", "library")]
    await db.write(change_password, here, "$argon2id$new")
    (left,) = await db.read(list_sessions, here, clock())
    assert left.id == here.session_id != elsewhere.session_id


async def test_ending_all_sessions_ends_all(db, ana, clock):
    viewer = await signed_in(db, ana)
    await db.write(end_all_sessions, ana.id)
    assert await db.read(list_sessions, viewer, clock()) == []


async def test_an_unknown_browser_is_reported_and_a_known_one_is_not(db, ana, facts):
    await signed_in(db, ana, browser="phone")
    assert facts == []
    await signed_in(db, ana, browser="phone")
    assert facts == []
    library = await signed_in(db, ana, browser="library")
    assert facts == [NewDeviceSignedIn(library.session_id)]


async def test_a_frozen_account_is_out_at_once_and_cannot_come_back(db, ana, facts, clock):
    admin = await a_viewer(db, "marie", role=Role.ADMIN)
    viewer = await signed_in(db, ana)
    await db.write(freeze_account, ana.id, "Une pause.", by=admin)
    assert await db.read(list_sessions, viewer, clock()) == []
    with pytest.raises(NotAllowed) as refused:
        await signed_in(db, ana)
    assert refused.value.code == "account_frozen"
    assert await ask_link(db, facts) == []
