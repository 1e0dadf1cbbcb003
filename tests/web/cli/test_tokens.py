"""`fedparents token`: what programs carry to act for somebody."""

import re
from datetime import timedelta

import httpx2
import pytest

from fedparents.applications.tokens import list_tokens
from fedparents.instance.queries import get_instance
from tests.rig.builders import open_the_doors
from tests.web.cli.test_accounts import ask, change


@pytest.fixture
def ana(operator):
    operator("account", "create", "ana", "--email", "ana@example.org", "--confirmed")
    return operator


def test_a_token_is_alone_on_the_last_line(ana):
    result = ana.did("token", "create", "--account", "@Ana", "--scopes", "write read")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", result.lines[-1])
    assert "for @ana, which may: read write" in result.lines[0]


def test_what_is_stored_does_not_work(ana):
    token = ana.did("token", "create", "--account", "ana").lines[-1]
    (view,) = ask(ana, list_tokens)
    assert token not in str(view)
    assert view.token.scopes == "read"


def test_tokens_are_listed_and_ended(ana):
    assert "no token yet" in ana.did("token", "list").out
    ana.did("account", "create", "bao", "--email", "bao@example.org", "--confirmed")
    create = ("token", "create", "--account", "ana", "--label", "-my script")
    first = ana.did(*create).lines[-1]
    ana.did("token", "create", "--account", "bao", "--scopes", "read:accounts,push")
    listed = ana.did("token", "list")
    assert first not in listed.out
    heading, newest, oldest = listed.lines
    assert "LABEL" in heading
    assert "@bao" in newest
    assert "read:accounts push" in newest
    assert "-my script" in oldest
    assert len(ana.did("token", "list", "--account", "ana").lines) == 2
    number = oldest.split()[0]
    assert number in ana.did("token", "revoke", number).out
    assert "no token of that number" in ana("token", "revoke", number).complaint
    assert "Z" in ana.did("token", "list", "--account", "ana").lines[1].split()[-1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--account", "nobody"), "there is no account @nobody"),
        (("--account", "ana", "--scopes", "raed"), "no scope `raed`; did you mean `read`?"),
        (("--account", "ana", "--scopes", "read everything"), "`fedparents token create --help`"),
        (("--account", "ana", "--scopes", " "), "the token has no scope"),
        (("--account", "ana", "--scopes", "admin:read"), "admin scopes are for moderators"),
        (("--scopes", "read"), "--account"),
    ],
)
def test_what_cannot_be_is_one_line(ana, words, complaint):
    result = ana("token", "create", *words)
    assert complaint in result.complaint
    assert result.out == ""
    assert not ask(ana, list_tokens)


def test_admins_may_have_tokens_for_administration(ana):
    ana.did("account", "role", "ana", "admin")
    ana.did(
        "token", "create", "--account", "ana", "--scopes", "read admin:read admin:write:reports"
    )


def test_after_the_first_week_they_need_a_second_step(ana):
    ana.did("account", "role", "ana", "admin")
    change(ana, open_the_doors)
    change(ana, begin, days_ago=6)
    create = ("token", "create", "--account", "ana", "--scopes", "read admin:read")
    ana.did(*create)
    change(ana, begin, days_ago=7)
    result = ana(*create)
    assert result.complaint == (
        "the scopes: admin scopes are for accounts with a second step; its owner sets it up under"
        " Me, Second step"
    )
    assert len(ask(ana, list_tokens)) == 1
    ana.did("token", "create", "--account", "ana", "--scopes", "read write")


def begin(uow, days_ago):
    place = get_instance(uow.session)
    place.set_up_at = uow.now - timedelta(days=days_ago)
    uow.session.add(place)


def test_who_may_not_sign_in_gets_no_token(operator):
    operator.did("account", "create", "ana", "--email", "ana@example.org")
    result = operator("token", "create", "--account", "ana")
    assert result.complaint == "@ana may not be used: address not confirmed"


def test_a_token_ends_at_once_while_the_server_runs(live, beside):
    operator = beside(live)
    operator.did("account", "create", "ana", "--email", "ana@example.org", "--confirmed")
    created = operator.did("token", "create", "--account", "ana", "--scopes", "read").lines
    number = created[0].split()[2]

    def status() -> int:
        return httpx2.get(
            f"{live.url}/api/v1/accounts/verify_credentials",
            headers={"Authorization": f"Bearer {created[-1]}"},
        ).status_code

    assert status() == 200
    assert operator.program("token", "revoke", number).status == 0
    assert status() == 401
