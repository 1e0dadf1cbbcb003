"""`fedparents token`: tokens with which programs act for an account."""

from __future__ import annotations

from sqlmodel import Session

from fedparents.applications.models import AccessToken
from fedparents.applications.scopes import Scope, parse_scopes
from fedparents.applications.tokens import TokenView, create_token, list_tokens, revoke_token
from fedparents.authority import OPERATOR
from fedparents.db import Database, UnitOfWork
from fedparents.settings import Settings
from web.cli.accounts import find_account, require_usable
from web.cli.failures import Failed
from web.cli.output import moment, say, table
from web.cli.parsing import nearest
from web.cli.place import with_place


def create(settings: Settings, *, account: str, scopes: str, label: str) -> None:
    """Make a token; it is alone on the last line, for scripts to take."""
    wanted = _scopes(scopes)

    async def work(database: Database) -> tuple[AccessToken, str]:
        return await database.write(_create, account, wanted, label)

    token, text = with_place(settings, work)
    handle = account.strip().removeprefix("@").lower()
    say(f"Created token {token.id} for @{handle}, which may: {token.scopes}")
    say("It is shown only now:")
    say(text)


def list_all(settings: Settings, *, account: str | None) -> None:
    """A table of the tokens, newest first."""
    tokens = with_place(settings, lambda database: database.read(_list, account))
    if not tokens:
        say("There is no token yet: `fedparents token create` makes one.")
        return
    headings = ("ID", "ACCOUNT", "SCOPES", "LABEL", "CREATED", "LAST USED", "REVOKED")
    say(table(headings, map(_line, tokens)))


def revoke(settings: Settings, *, id: int) -> None:
    """End a token."""
    with_place(settings, lambda database: database.write(revoke_token, id, by=OPERATOR))
    say(f"Token {id} is revoked: programs that have it are refused from now on.")


def _create(
    uow: UnitOfWork, account: str, scopes: frozenset[Scope], label: str
) -> tuple[AccessToken, str]:
    found = find_account(uow.session, account)
    require_usable(found)
    return create_token(uow, found.account, scopes, label=label, by=OPERATOR)


def _list(session: Session, account: str | None) -> list[TokenView]:
    if account is None:
        return list_tokens(session)
    return list_tokens(session, account_id=find_account(session, account).account.id)


def _scopes(text: str) -> frozenset[Scope]:
    words = text.replace(",", " ").split()
    for word in words:
        if word not in frozenset(Scope):
            hint = nearest(word, Scope) or "; `fedparents token create --help` lists them"
            raise Failed(f"there is no scope `{word}`{hint}", status=2)
    if not words:
        raise Failed("the token has no scope: say for example --scopes read", status=2)
    return parse_scopes(" ".join(words))


def _line(view: TokenView) -> tuple[str, ...]:
    token = view.token
    return (
        str(token.id),
        f"@{view.handle}",
        token.scopes,
        token.label,
        moment(token.created_at),
        moment(token.last_used_at),
        moment(view.ended_at) if view.ended_at else "",
    )
