"""`Create` of a note to one person, by a group: what it tells those whose programs know no members,
and would show nothing of how they stand. No post of this place: nobody else ever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from federation.activities.envelope import activity
from federation.activities.memberships import find_own_group
from federation.activities.pairs import find_party, queue
from federation.audience import Addressed
from federation.models import MembershipActivity
from federation.reading import JsonObject, moment
from federation.uris import activity_uri, actor_uri, group_word_uri
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork

FOLLOWS = "Follow"


def needs_words(asked: MembershipActivity) -> bool:
    """Whether somebody came as those do whose programs know no members."""
    return asked.verb == FOLLOWS


def send_words(
    uow: UnitOfWork,
    base_url: str,
    group_id: int,
    actor_id: int,
    paragraphs: Sequence[str],
    activity_id: int,
) -> None:
    """Write to somebody elsewhere, as microblogs write letters."""
    group = find_own_group(uow.session, base_url, actor_uri(base_url, group_id, ActorKind.GROUP))
    person = find_party(uow.session, base_url, actor_id)
    if group is None or person is None or not person.inbox or person.row is None:
        return
    name = f"@{person.actor.handle}@{person.actor.domain}"
    page = escape(person.row.url or person.uri)
    greeting = (
        f'<span class="h-card"><a href="{page}" class="u-url mention">'
        f"@<span>{escape(person.actor.handle)}</span></a></span>"
    )
    lines = [escape(each).replace("\n", "<br>") for each in paragraphs]
    html = f"<p>{greeting} {'</p><p>'.join(lines)}</p>"
    by = group.party
    note: JsonObject = {
        "id": group_word_uri(by.uri, activity_id),
        "type": "Note",
        "attributedTo": by.uri,
        "to": [person.uri],
        "cc": [],
        "directMessage": True,
        "content": html,
        "published": moment(uow.now),
        "tag": [{"type": "Mention", "name": name, "href": person.uri}],
    }
    uri = activity_uri(base_url, activity_id)
    document = activity(uri, "Create", by.uri, note, Addressed((person.uri,)))
    queue(uow, base_url, document, by=by, to=person)
