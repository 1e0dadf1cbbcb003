"""A town that has talked for years: accounts, groups and posts by the hundred thousand, as the
services would have left them. `tests/core/posts/test_bench_fill.py` holds the two equal."""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import SQLModel

from fedparents import clock
from fedparents.accounts.models import Account, AccountState, BrowserSession
from fedparents.accounts.tokens import digest
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import table_of
from fedparents.db.sqlite import sqlite_path
from fedparents.groups.models import Group, GroupKind, GroupState, Membership
from fedparents.ids import first_id_at
from fedparents.posts.content import compose
from fedparents.posts.models import Audience, Post, PostKind
from fedparents.search.models import SearchDocument
from fedparents.search.service import marks_of, scope_of
from fedparents.search.terms import terms_of
from fedparents.swaps.details import as_far_as_possible
from fedparents.swaps.guessing import guess
from fedparents.swaps.lasting import LASTS
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.service import KEEPS

GROUP_SIZE: Final = 250
REPLIES_OF_TEN: Final = 7
"""Of ten posts so many answer another one."""
_A_BITE: Final = 50_000
_SEED: Final = 20_261_123
_THINGS: Final = (
    *("une poussette double", "un siège auto", "des vêtements 4 ans", "un lit pliant"),
    *("un vélo 14 pouces", "des livres", "une baby-sitter", "un pédiatre", "des rollers"),
    *("un porte-bébé", "une draisienne", "un déguisement", "des puzzles", "un rehausseur"),
)
_OPENINGS: Final = ("Je cherche", "Je donne", "Qui aurait", "Je prête", "Connaissez-vous")
_ENDINGS: Final = ("pour samedi", "près de la mairie", "au Corentin", "merci !", "dès demain")


@dataclass(frozen=True, slots=True)
class Said:
    """One text with all that is made of it once."""

    text: str
    html: str
    terms: str


def texts() -> list[Said]:
    """Some hundred things that neighbours say."""
    found = []
    for opening in _OPENINGS:
        for thing in _THINGS:
            for ending in _ENDINGS:
                text = f"{opening} {thing} {ending}"
                content = compose(text, lambda _handles: {})
                found.append(Said(text, content.html, " ".join(terms_of(text))))
    return found


def post_row(
    post_id: int, at: datetime, author_id: int, group_id: int | None, said: Said, root_id: int
) -> dict[str, Any]:
    """What `publish_post` and `publish_swap` write for a message; a reply when there is a root."""
    is_reply = root_id != post_id
    return {
        "id": post_id,
        "author_actor_id": author_id,
        "is_anonymous": False,
        "is_from_elsewhere": False,
        "group_id": group_id,
        "topic_id": None,
        "kind": (PostKind.MESSAGE if is_reply else PostKind.SWAP).value,
        "audience": (Audience.HERE if group_id is None else Audience.GROUP).value,
        "is_quiet": False,
        "state": "visible",
        "text": said.text,
        "html": said.html,
        "warning": "",
        "is_sensitive": False,
        "language": "fr",
        "photo_count": 0,
        "has_poll": False,
        "is_reply": is_reply,
        "in_reply_to_id": root_id if is_reply else None,
        "root_id": root_id,
        "reply_count": 0,
        "thanks_count": 0,
        "share_count": 0,
        "accepted_reply_id": None,
        "closed_at": None,
        "pinned_at": None,
        "edited_at": None,
        "reason": "",
        "decided_by_actor_id": None,
        "decided_at": None,
        "deleted_at": None,
        "created_at": at,
    }


def swap_row(post_id: int, at: datetime, text: str) -> dict[str, Any]:
    details = as_far_as_possible(guess(text, Direction.ASK), Direction.ASK)
    return {
        "post_id": post_id,
        "direction": Direction.ASK.value,
        **asdict(details),
        "expires_at": at + LASTS[Direction.ASK],
        "urgent_reason": "",
        "urgent_until_at": None,
    }


def fill(url: str, *, posts: int, accounts: int, say: bool = True) -> None:
    """Add so many accounts and posts to a place that is set up and not running."""
    began = time.perf_counter()
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        _add_people(connection, accounts)
        for done in _add_posts(connection, posts):
            if say:
                part = f"{done:,} of {posts:,} posts, {time.perf_counter() - began:.0f} s"
                print(f"\r  filling: {part}", end="", file=sys.stderr, flush=True)
        _count_replies(connection)
        _fill_homes(connection)
        connection.execute("ANALYZE")
        connection.commit()
    if say:
        print(f"\r  filled in {time.perf_counter() - began:.0f} s{' ' * 40}", file=sys.stderr)


def _add_people(connection: sqlite3.Connection, accounts: int) -> None:
    """Groups of 250, and everybody in one of them."""
    first, at = first_id_at(_years_ago()), _years_ago()
    groups = range(first, first + -(-accounts // GROUP_SIZE))
    people = range(groups.stop, groups.stop + accounts)
    actors = [
        *(_actor_row(number, ActorKind.GROUP, at) for number in groups),
        *(_actor_row(number, ActorKind.PERSON, at) for number in people),
    ]
    insert(connection, Actor, actors)
    insert(connection, Group, (_group_row(number, at) for number in groups))
    insert(connection, Account, (_account_row(number, at) for number in people))
    insert(
        connection,
        Membership,
        (
            {
                "group_id": groups[number % len(groups)],
                "actor_id": person,
                "role": "member",
                "state": "active",
                "is_muted": False,
                "reason": "",
                "banned_until": None,
                "since_at": at,
                "changed_at": at,
            }
            for number, person in enumerate(people)
        ),
    )


def _add_posts(connection: sqlite3.Connection, posts: int) -> Iterator[int]:
    """In every group, by its members, and now and then to the whole town."""
    dice, said = random.Random(_SEED), texts()  # noqa: S311 - the same town every time
    members = members_of(connection)
    groups = sorted(members)
    begin, step = _years_ago() + timedelta(days=1), timedelta(days=3 * 365) / (posts + 1)
    roots: dict[int | None, int] = {}
    for bite in range(0, posts, _A_BITE):
        rows = []
        for number in range(bite, min(posts, bite + _A_BITE)):
            at = begin + step * number
            post_id = first_id_at(at) + number % 1024
            group = dice.choice(groups)
            place = None if number % 100 == 0 else group
            is_reply = place in roots and dice.randrange(10) < REPLIES_OF_TEN
            root = roots[place] if is_reply else post_id
            author = dice.choice(members[group])
            rows.append(post_row(post_id, at, author, place, dice.choice(said), root))
            if not is_reply:
                roots[place] = post_id
        insert(connection, Post, rows)
        asked = [each for each in rows if not each["is_reply"]]
        insert(
            connection,
            Swap,
            (swap_row(each["id"], each["created_at"], each["text"]) for each in asked),
        )
        found = {each.text: each.terms for each in said}
        insert(
            connection,
            SearchDocument,
            (
                {
                    "post_id": each["id"],
                    "terms": " ".join((*_marks(each), found[each["text"]])),
                }
                for each in rows
            ),
        )
        connection.commit()
        yield bite + len(rows)


def _marks(row: dict[str, Any]) -> list[str]:
    kind = PostKind(row["kind"])
    direction = Direction.ASK if kind == PostKind.SWAP else None
    return [scope_of(row["group_id"]), *marks_of(kind, direction)]


def _count_replies(connection: sqlite3.Connection) -> None:
    connection.execute(
        "UPDATE post SET reply_count = counted.n FROM (SELECT root_id, count(*) AS n FROM post"
        " WHERE is_reply GROUP BY root_id) AS counted WHERE post.id = counted.root_id"
    )


def _fill_homes(connection: sqlite3.Connection) -> None:
    """The newest of each group for each of its members, as `fill_homes` and `trim_homes` leave."""
    connection.execute(
        "INSERT OR IGNORE INTO home_entry (account_id, entry_id, post_id)"
        " SELECT account.id, post.id, post.id FROM membership"
        " JOIN account ON account.actor_id = membership.actor_id"
        " JOIN (SELECT id, group_id, row_number() OVER (PARTITION BY group_id ORDER BY id DESC)"
        " AS place FROM post WHERE NOT is_reply AND group_id IS NOT NULL) AS post"
        " ON post.group_id = membership.group_id AND post.place <= ?"
        " WHERE membership.state = 'active' ORDER BY account.id, post.id",
        (KEEPS // 4,),
    )


def sign_in(connection: sqlite3.Connection, people: Iterable[int]) -> None:
    """People who were filled in, each in one browser."""
    now = clock.now()
    at = {"created_at": now, "last_seen_at": now, "expires_at": now + timedelta(days=7)}
    browser = {"browser": "bench", "device": "Firefox, Android"}
    insert(
        connection,
        BrowserSession,
        (
            {**defaults(BrowserSession), **at, **browser, "id": person, "account_id": person}
            | {"token_digest": digest(token_of(person))}
            for person in people
        ),
    )


def token_of(person: int) -> str:
    """22 letters, as browsers have too."""
    return f"{person:022}"


def members_of(connection: sqlite3.Connection) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    rows = connection.execute("SELECT group_id, actor_id FROM membership WHERE state = 'active'")
    for group_id, actor_id in rows:
        members.setdefault(group_id, []).append(actor_id)
    return members


def _actor_row(number: int, kind: ActorKind, at: datetime) -> dict[str, Any]:
    return {**defaults(Actor), "id": number, "kind": kind.value, "handle": f"z{number}",
            "display_name": f"Z {number}", "created_at": at}  # fmt: skip


def _group_row(number: int, at: datetime) -> dict[str, Any]:
    return {**defaults(Group), "actor_id": number, "kind": GroupKind.SCHOOL.value,
            "state": GroupState.ACTIVE.value, "created_at": at}  # fmt: skip


def _account_row(number: int, at: datetime) -> dict[str, Any]:
    return {**defaults(Account), "id": number, "actor_id": number, "created_at": at,
            "email": f"z{number}@example.org", "state": AccountState.ACTIVE.value,
            "confirmed_at": at, "decided_at": at, "last_seen_at": at}  # fmt: skip


def defaults(model: type[SQLModel]) -> dict[str, Any]:
    """What a row of the model holds when nobody says anything."""
    return {
        name: getattr(field.default, "value", field.default)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }


def insert(
    connection: sqlite3.Connection, model: type[SQLModel], rows: Iterable[dict[str, Any]]
) -> None:
    columns = list(table_of(model).columns)
    names = ", ".join(column.name for column in columns)
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table_of(model).name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    connection.executemany(statement, (_stored(columns, row) for row in rows))


def _stored(columns: Sequence[sa.Column[Any]], row: dict[str, Any]) -> list[Any]:
    return [_plain(row[column.name]) for column in columns]


def _plain(value: object) -> object:
    """Times as whole microseconds, the way `UTCDateTime` keeps them on SQLite."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return value


def _years_ago() -> datetime:
    return datetime(2023, 9, 1, tzinfo=UTC)


def size_mib(folder: Path) -> float:
    """What the town weighs on the disk."""
    return sum(path.stat().st_size for path in folder.glob("place.db*")) / 2**20
