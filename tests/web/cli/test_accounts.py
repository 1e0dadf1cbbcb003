"""`fedparents account`: people that the operator makes, while the server runs or not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx2
import pytest
from sqlmodel import select

from fedparents.accounts.models import Account, AccountState, Role, SecondFactor
from fedparents.accounts.queries import find_account_by_handle
from fedparents.accounts.second_factor import has_factor
from fedparents.audit.models import AuditEntry
from fedparents.db import Database, open_database
from fedparents.jobs.models import JobRow
from tests.web.cli.conftest import Operator
from web.auth.passwords import is_password

T = TypeVar("T")


def ask(operator: Operator, query: Callable[..., T], *args: object) -> T:
    """What a query says about the operator's database."""
    return asyncio.run(_with(operator, lambda database: database.read(query, *args)))


def change(operator: Operator, service: Callable[..., T], **values: object) -> T:
    """What somebody did there in the browser."""
    return asyncio.run(_with(operator, lambda database: database.write(service, **values)))


async def _with(operator: Operator, work: Callable[[Database], Awaitable[T]]) -> T:
    database = open_database(operator.settings["DATABASE_URL"], pool=2)
    await database.start()
    try:
        return await work(database)
    finally:
        await database.close()


def account_of(operator, handle="ana") -> Account:
    view = ask(operator, find_account_by_handle, handle)
    assert view is not None
    return view.account


def names_of_jobs(session):
    return [job.name for job in session.exec(select(JobRow))]


def test_an_account_that_works_at_once(operator):
    result = operator.did(
        "account", "create", "ana", "--email", "Ana@Example.org", "--password", "petit-pont-42",
        "--role", "admin", "--confirmed", "--name", "Ana Ferreira",
    )  # fmt: skip
    assert result.lines[0] == "Created @ana (Ana Ferreira, admin)."
    account = account_of(operator)
    assert (account.email, account.role) == ("ana@example.org", Role.ADMIN)
    assert account.state == AccountState.ACTIVE
    assert is_password(account.password_hash or "", "petit-pont-42")


def test_an_account_that_has_to_confirm_its_address_gets_a_mail(operator):
    result = operator.did("account", "create", "ana", "--email", "ana@example.org")
    assert "A mail with a link to confirm" in result.lines[-1]
    account = account_of(operator)
    assert (account.state, account.password_hash) == (AccountState.EMAIL_PENDING, None)
    assert any("confirm" in name for name in ask(operator, names_of_jobs))


@pytest.mark.parametrize("password", ["x", "-x", "--role", "mot de passe", "pâté", "$HOME'\"", " "])
def test_a_password_is_taken_as_it_is_written(operator, password):
    create = ("account", "create", "ana", "--email", "a@example.org", "--password", password)
    assert operator(*create).status == 0
    assert is_password(account_of(operator).password_hash or "", password)


@pytest.mark.parametrize("typed", ["petit-pont-42\n", "petit-pont-42", "petit-pont-42\r\nmore\n"])
def test_a_password_may_come_from_the_input(operator, typed):
    create = ("account", "create", "ana", "--email", "a@example.org", "--password", "-")
    operator.did(*create, stdin=typed)
    assert is_password(account_of(operator).password_hash or "", "petit-pont-42")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("ana", "--email", "ana2@example.org"), "that name is or was somebody's; choose another"),
        (("ANA", "--email", "ana2@example.org"), "that name is or was somebody's; choose another"),
        (("bao", "--email", "nonsense"), "the email: it is not an address"),
        (("bao", "--email", ""), "the email: it is empty"),
        (("ba", "--email", "b@example.org"), "the handle: use at least 3 letters"),
        (("admin", "--email", "b@example.org"), "kept for the place itself; choose another"),
        (("b@o", "--email", "b@example.org"), "use the letters a to z, digits and _"),
        (("bao" * 30, "--email", "b@example.org"), "use at most 30 letters"),
        (("bao", "--email", "b@example.org", "--role", "admn"), "did you mean `admin`?"),
        (("bao", "--email", "b@example.org", "--role", "king"), "member, moderator, admin"),
        (("bao", "--email", "b@example.org", "--password", ""), "the password is empty"),
        (("bao", "--email", "b@example.org", "--name", "🙂"), "it needs a letter or a digit"),
        (("bao", "--email", "b@example.org", "--name", "x" * 10_000), "use at most 60 letters"),
    ],
)
def test_what_cannot_be_is_one_line(operator, words, complaint):
    operator("account", "create", "ana", "--email", "ana@example.org")
    result = operator("account", "create", *words)
    assert complaint in result.complaint
    assert result.out == ""


def test_a_mailbox_has_two_accounts_at_most(operator):
    for name in ("ana", "bao"):
        create = ("account", "create", name, "--email", "both@example.org", "--confirmed")
        operator.did(*create)
    result = operator("account", "create", "chloe", "--email", "both@example.org")
    assert result.complaint.startswith("this address has 2 accounts already")


def test_accounts_are_listed(operator):
    assert "no account yet" in operator.did("account", "list").out
    for name, shown in (("chloe", "Chloé"), ("pui", "ปุ้ย")):
        email = f"{name}@example.org"
        operator.did("account", "create", name, "--email", email, "--name", shown)
    heading, first, second = operator.did("account", "list").lines
    assert heading.split()[0] == "NAME"
    assert first.split()[:5] == ["@chloe", "Chloé", "chloe@example.org", "member", "address"]
    assert second.startswith("@pui")
    assert second.index("pui@") - first.index("chloe@") == 2, "two marks take no room of their own"


def test_a_role_is_given_and_taken(operator):
    for name in ("ana", "bao"):
        email = f"{name}@example.org"
        create = ("account", "create", name, "--email", email, "--role", "admin", "--confirmed")
        operator.did(*create)
    result = operator.did("account", "role", "@bao", "moderator")
    assert result.lines == ["@bao was admin and is moderator now."]
    assert account_of(operator, "bao").role == Role.MODERATOR
    again = operator.did("account", "role", "bao", "moderator")
    assert again.lines == ["@bao was moderator already."]
    assert "the only admin" in operator("account", "role", "ana", "member").complaint
    assert account_of(operator).role == Role.ADMIN


def test_nobody_has_a_role(operator):
    complaint = operator("account", "role", "nobody", "admin").complaint
    assert complaint == "there is no account @nobody; `fedparents account list` shows them"


def test_accounts_are_made_while_the_server_runs(live, beside):
    """Before the wizard is finished, and the server takes the mail up within a moment."""
    operator = beside(live)
    made = operator.program("account", "create", "ana", "--email", "ana@example.org", "--confirmed")
    assert (made.status, made.err) == (0, "")
    token = operator.program("token", "create", "--account", "ana").lines[-1]
    who = f"{live.url}/api/v1/accounts/verify_credentials"
    answer = httpx2.get(who, headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["username"] == "ana"


def test_somebody_who_is_locked_out_is_let_in_again(operator):
    create = ("account", "create", "marie", "--email", "marie@example.org", "--role", "admin")
    operator.did(*create, "--confirmed")
    reset = ("account", "reset-second-factor", "@Marie")
    assert operator.did(*reset).lines == ["@marie has no second step: nothing was changed."]
    change(operator, protect, account_id=account_of(operator, "marie").id)
    assert operator.did(*reset).lines == [
        "@marie signs in without a second step now, and is signed out everywhere.",
        "A mail that says so is on its way to marie@example.org.",
    ]
    assert not ask(operator, has_factor, account_of(operator, "marie").id)
    jobs = ask(operator, lambda session: [job.name for job in session.exec(select(JobRow))])
    assert jobs.count("mail.factor_reset") == 1
    entries = ask(operator, lambda session: list(session.exec(select(AuditEntry))))
    [entry] = [each for each in entries if each.action == "account.factor_reset"]
    assert (entry.by_actor_id, entry.reason) == (None, "operator")
    unknown = operator("account", "reset-second-factor", "nobody")
    assert "there is no account @nobody" in unknown.complaint


def protect(uow, account_id):
    uow.session.add(
        SecondFactor(
            account_id=account_id, sealed_secret=b"sealed", last_step=0, turned_on_at=uow.now
        )
    )
