"""The border: every document that leaves for another town passes here, whoever made it.

It does not believe its callers. It reads the finished document: each property has to be one that
its kind of thing may carry, and each thing of ours that it holds or names is looked up, and has to
be one that may be known elsewhere now. So a page, a job or a new feature that forgot to ask sends
nothing; it fails, loudly, where somebody sees it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlmodel import Session, col, select

from federation.audience import is_for_everybody, list_twins, may_leave
from federation.delivery.models import OutgoingActivity
from federation.group_audience import (
    find_group_said_in,
    is_ever_in_history,
    list_group_inboxes,
    may_leave_in_group,
)
from federation.models import ActorKey, RemoteActor
from federation.outside import find_away, find_group, find_person
from federation.posts import find_by_id, uri_of_actor
from federation.trust import is_ally
from federation.uris import (
    find_local_actor,
    find_local_note,
    followers_uri,
    host_of,
    is_same_origin,
    place_uri,
)
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.actors.models import Actor, ActorKind
from fedparents.posts.models import (
    AnonymousAuthor,
    Audience,
    PollBallot,
    PollOption,
    Post,
    PostRecipient,
    PostState,
)
from fedparents.social.models import Follow, FollowState

_ACTIVITY: Final = frozenset(
    ("@context", "id", "type", "actor", "object", "to", "cc", "published", "proof")
)
_NOTE: Final = frozenset(
    (
        *("@context", "id", "type", "attributedTo", "to", "cc", "content", "contentMap", "source"),
        *("summary", "sensitive", "published", "updated", "url", "inReplyTo", "attachment", "tag"),
        *("context", "conversation", "interactionPolicy", "replies", "likes", "shares", "proof"),
        *("audience", "directMessage", "acceptedAnswer"),
    )
)
_ACTOR: Final = frozenset(
    (
        *("@context", "id", "type", "preferredUsername", "name", "summary", "webfinger", "url"),
        *("inbox", "outbox", "followers", "following", "featured", "endpoints", "published"),
        *("icon", "image", "attachment", "tag", "publicKey", "assertionMethod"),
        *("manuallyApprovesFollowers", "discoverable", "indexable", "alsoKnownAs", "movedTo"),
        "suspended",
    )
)
_GROUP: Final = _ACTOR | {
    *("attributedTo", "moderators", "postingRestrictedToMods", "openness", "members"),
    *("memberCount", "source", "sensitive", "discussions", "upcomingEvents", "events", "posts"),
    *("resources", "todos", "rules", "questions"),
}
SHAPES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("Create", "Update", "Like", "Undo"), _ACTIVITY | {"audience"}),
    "Delete": _ACTIVITY | {"audience", "summary"},
    **dict.fromkeys(("Follow", "Accept", "TentativeAccept", "Leave", "Offer"), _ACTIVITY),
    "Flag": _ACTIVITY | {"content"},
    "Invite": _ACTIVITY | {"target"},
    "Join": _ACTIVITY | {"participationMessage", "answers"},
    "Move": _ACTIVITY | {"target"},
    "Reject": _ACTIVITY | {"summary"},
    "Lock": _ACTIVITY | {"audience"},
    "Add": _ACTIVITY | {"audience", "target"},
    "Remove": _ACTIVITY | {"audience", "origin", "summary", "target"},
    "Announce": _ACTIVITY | {"audience"},
    "Block": _ACTIVITY | {"target", "summary", "endTime"},
    "Note": _NOTE,
    "Question": _NOTE | {"oneOf", "anyOf", "endTime", "closed", "votersCount"},
    "Relationship": frozenset(("type", "subject", "relationship", "object")),
    "Tombstone": frozenset(("@context", "id", "type", "formerType", "deleted")),
    "Person": _ACTOR,
    "Application": _ACTOR,
    "Group": _GROUP,
    "Image": frozenset(
        ("type", "mediaType", "url", "name", "width", "height", "blurhash", "focalPoint")
    ),
    "Hashtag": frozenset(("type", "name", "href")),
    "Mention": frozenset(("type", "name", "href")),
    "Collection": frozenset(("id", "type", "totalItems", "first")),
    "PropertyValue": frozenset(("type", "name", "value")),
    "Multikey": frozenset(("id", "type", "controller", "publicKeyMultibase")),
    "DataIntegrityProof": frozenset(
        (
            *("@context", "type", "cryptosuite", "created"),
            *("verificationMethod", "proofPurpose", "proofValue"),
        )
    ),
}
"""What each kind of thing may carry. What is not named here does not leave."""

_CHOICE: Final = frozenset(("type", "name", "replies"))
"""An answer to choose from is a note with a name and a number, and nothing else."""
_VOTE: Final = frozenset(("id", "type", "name", "attributedTo", "to", "inReplyTo"))
"""Choosing one is a note with its name, and no words."""
_WORD: Final = frozenset(
    (
        *("id", "type", "attributedTo", "to", "cc", "content", "tag", "published"),
        "directMessage",
    )
)
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "source": frozenset(("content", "mediaType")),
    "endpoints": frozenset(("sharedInbox", "members", "discussions", "events")),
    "publicKey": frozenset(("id", "owner", "publicKeyPem")),
    "interactionPolicy": frozenset(("canLike", "canReply", "canAnnounce", "canQuote")),
    **dict.fromkeys(
        ("canLike", "canReply", "canAnnounce", "canQuote"),
        frozenset(("automaticApproval", "manualApproval")),
    ),
}
"""The same for what has no type, by the property that holds it."""
_WHERE_IDS_END: Final = re.compile("[/#?]")
_CONTENTS: Final = frozenset({"Note", "Question"})
_PROFILES: Final = frozenset({"Group", "Person"})
_OF_KNOWN: Final = frozenset({"Announce", "Create", "Follow", "Join", "Like", "Move"})
"""What only those say of whom others may know already."""
_TELLS: Final = frozenset({"Create", "Update"})
_TAKES_BACK: Final = frozenset({"Delete", "Undo"})
_WORDS: Final = frozenset(
    (
        *("content", "contentMap", "summary", "name", "source", "value"),
        *("participationMessage", "rules", "questions"),
    )
)
"""Free text: whoever writes an address into it has said it themself."""


LARGEST_PASSED_ON: Final = 256 * 1024
"""What one guest of a group says goes, whole, to every town that comes for it: many times its
size."""


class NeverLeaves(Exception):
    """Somebody tried to send what must stay here: a mistake of ours, of which nothing was sent."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One object inside a document, and how deep it is in what is being taken back."""

    value: Mapping[str, Any]
    held_by: str
    """The property whose value it is; empty for the whole."""
    verb: str
    """The type of the whole."""

    @property
    def kind(self) -> str:
        found = self.value.get("type", "")
        return found if isinstance(found, str) else ""

    @property
    def is_choice(self) -> bool:
        return self.held_by in {"oneOf", "anyOf"}

    @property
    def is_vote(self) -> bool:
        return self.kind == "Note" and not self.is_choice and self.value.keys() <= _VOTE


def check_activity(
    session: Session, base_url: str, document: Mapping[str, Any], *, sender_id: int
) -> None:
    """Raises NeverLeaves for one that must not leave, or not in the name of this sender."""
    _check_actor(session, base_url, document, sender_id)
    sender = str(document["actor"])
    if document["type"] == "Announce" and find_group(session, sender_id) is not None:
        _check_announced(session, base_url, document, sender_id)
    if (said := _said_elsewhere(base_url, document)) is not None:
        _check_passed_on(session, base_url, sender, said)
        document = {**document, "object": str(said["id"])}
    elif document["type"] == "Announce":
        _check_shared(session, base_url, document)
    _check(session, base_url, document, sender)
    found = find_local_actor(base_url, sender)
    if found is None or _is_known(session, *found):
        return
    if document["type"] in _OF_KNOWN or not _was_known(session, found[1]):
        raise NeverLeaves(f"nobody elsewhere may know of {sender}")


def check_where(session: Session, document: Mapping[str, Any], inboxes: Collection[str]) -> None:
    """Raises NeverLeaves for words that are not for everybody, on their way to a town that nobody
    has chosen. What takes them back may always follow them."""
    if not _is_said_to_members(document):
        return
    for url in inboxes:
        if not is_ally(session, host_of(url)):
            raise NeverLeaves(f"{document['id']} is for members, and {url} is in no allied town")


def check_inboxes(session: Session, base_url: str, post_id: int, urls: Collection[str]) -> None:
    """Raises NeverLeaves where something that is for some would go to nobody of them."""
    post = session.get_one(Post, post_id)
    if post.audience == Audience.PUBLIC:
        return
    if post.group_id is not None:
        _check_members_inboxes(session, base_url, post, urls)
        return
    reading = _readers(session, post)
    rows = list(session.exec(select(RemoteActor).where(col(RemoteActor.actor_id).in_(reading))))
    allowed = {row.inbox for row in rows}
    if post.audience == Audience.NEARBY:
        twins = list_twins(session)
        allowed = {url for twin in twins for url in (twin.inbox, twin.shared_inbox)}
    if post.audience == Audience.FOLLOWERS:
        following = (
            select(RemoteActor)
            .join(Follow, col(Follow.follower_actor_id) == col(RemoteActor.actor_id))
            .where(
                Follow.followed_actor_id == post.author_actor_id,
                Follow.state == FollowState.ACCEPTED,
            )
        )
        rows += session.exec(following)
        allowed = {url for row in rows for url in (row.inbox, row.shared_inbox)}
    if wrong := {*urls} - allowed:
        raise NeverLeaves(f"post {post_id} is not for {min(wrong)}")


def _check_members_inboxes(
    session: Session, base_url: str, post: Post, urls: Collection[str]
) -> None:
    """What only the members of a group read goes to the group, or to where these are by now."""
    group = find_group_said_in(session, base_url, post.group_id or 0)
    if group is None:
        raise NeverLeaves(f"nobody elsewhere is in the group of post {post.id}")
    allowed = (
        list_group_inboxes(session, group, post.author_actor_id) if group.is_ours else [group.inbox]
    )
    if not group.is_public and (wrong := {*urls} - {*allowed}):
        raise NeverLeaves(f"post {post.id} is not for {min(wrong)}")


def check_document(session: Session, base_url: str, document: Mapping[str, Any]) -> None:
    """Raises NeverLeaves for what must not leave, neither sent nor asked for."""
    is_of_somebody = document.get("type") in _PROFILES
    _check(session, base_url, document, str(document.get("id", "")) if is_of_somebody else "")


def _is_said_to_members(document: Mapping[str, Any]) -> bool:
    """Whether it carries words for the members of a group."""
    inner = document.get("object")
    verbs = [document.get("type"), inner.get("type") if isinstance(inner, Mapping) else ""]
    is_for_members = any(str(each).endswith("/members") for each in _list(document, "to"))
    return is_for_members and not {"Delete", "Undo"} & {*map(str, verbs)}


def _said_elsewhere(base_url: str, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What somebody of another town said, whole, which a group passes on."""
    said = document.get("object")
    if document.get("type") != "Announce" or not isinstance(said, Mapping):
        return None
    is_ours = is_same_origin(str(said.get("actor", "")), base_url)
    return None if is_ours else said


def _check_announced(
    session: Session, base_url: str, document: Mapping[str, Any], group_id: int
) -> None:
    """What a group tells is for those who read it: of one that only members read, for them."""
    group = find_group_said_in(session, base_url, group_id)
    if group is None:
        raise NeverLeaves(f"nobody elsewhere is in {document['actor']}")
    if group.is_public:
        return
    told, said = [document], document.get("object")
    if isinstance(said, Mapping) and _said_elsewhere(base_url, document) is None:
        told.append(said)
    for each in told:
        if _list(each, "cc") or _list(each, "to") != [group.members]:
            raise NeverLeaves(f"{document['id']} is for the members of {group.uri}")


def _check_passed_on(session: Session, base_url: str, sender: str, said: Mapping[str, Any]) -> None:
    """A group of ours passes on what others said, as they said it: that is not ours to look
    through. It is theirs where its id is on their own server."""
    found = find_local_actor(base_url, sender)
    if found is None or found[0] != ActorKind.GROUP or find_group(session, found[1]) is None:
        raise NeverLeaves(f"{sender} is no group that passes on anything")
    if not is_same_origin(str(said.get("id", "")), str(said.get("actor", ""))):
        raise NeverLeaves(f"{said.get('id')} is not by {said.get('actor')}")
    if len(orjson.dumps(said)) > LARGEST_PASSED_ON:
        raise NeverLeaves(f"{said['id']} is too large to be passed on")


def _check_shared(session: Session, base_url: str, document: Mapping[str, Any]) -> None:
    """People pass on by its address what everybody may read, and nobody asked without their name;
    what was said in a group, the group alone."""
    found = find_local_actor(base_url, str(document["actor"]))
    if found is None or found[0] != ActorKind.PERSON:
        return
    named = str(document["object"])
    number, row = find_local_note(base_url, named), find_by_id(session, named)
    post = session.get(Post, number if number is not None else row.post_id if row else 0)
    is_theirs = post is not None and post.is_from_elsewhere and post.group_id is None
    if post is None or not (is_for_everybody(post) or (is_theirs and _is_public(post))):
        raise NeverLeaves(f"{named} is not for everybody")
    if PUBLIC not in {*_list(document, "to"), *_list(document, "cc")}:
        raise NeverLeaves(f"{document['id']} is addressed to some")


def _is_public(post: Post) -> bool:
    return post.audience == Audience.PUBLIC and post.state == PostState.VISIBLE


def _check(session: Session, base_url: str, document: Mapping[str, Any], sender: str) -> None:
    for part in _parts(document, "", str(document.get("type", ""))):
        _check_shape(part)
        if _is_word(base_url, part):
            _check_word(session, base_url, part.value, document, sender)
        elif part.is_vote:
            _check_vote(session, base_url, part.value)
        elif part.kind in _CONTENTS and not part.is_choice:
            _check_content(session, base_url, part.value, document)
        elif part.kind in _PROFILES:
            _check_profile(session, base_url, str(part.value.get("id", "")))
        for name, text in _texts(part.value):
            _check_named(session, base_url, part, name, text)
            if name not in _WORDS:
                _check_somebody(session, base_url, name, text, sender)


def _check_actor(
    session: Session, base_url: str, document: Mapping[str, Any], sender_id: int
) -> None:
    said = document.get("actor")
    if said == place_uri(base_url) and sender_id == 0:
        return
    found = find_local_actor(base_url, said) if isinstance(said, str) else None
    if found is None or found[1] != sender_id:
        raise NeverLeaves(f"{said} is not who sends it")
    actor = session.get(Actor, sender_id)
    if actor is None or actor.domain or ActorKind(actor.kind) != found[0]:
        raise NeverLeaves(f"{said} is nobody here")


def _check_shape(part: _Part) -> None:
    """An allow-list: whatever was handed on whole, a row of a table or a form, stops here."""
    if part.is_choice:
        allowed: frozenset[str] | None = _CHOICE
    elif part.is_vote:
        allowed = _VOTE
    elif part.kind:
        allowed = SHAPES.get(part.kind)
    else:
        allowed = PARTS.get(part.held_by)
    if allowed is None:
        raise NeverLeaves(f"a {part.kind or part.held_by or 'thing without a type'} never leaves")
    if unknown := part.value.keys() - allowed:
        raise NeverLeaves(f"{', '.join(sorted(unknown))} of a {part.kind or part.held_by}")


def _check_content(
    session: Session, base_url: str, note: Mapping[str, Any], whole: Mapping[str, Any]
) -> None:
    """Words of somebody leave only as the post that they are, to those for whom they were said."""
    number = find_local_note(base_url, str(note.get("id", "")))
    post = session.get(Post, number) if number is not None else None
    if post is None:
        raise NeverLeaves(f"{note.get('id')} is no post of this place")
    if not _may_leave(session, base_url, post):
        raise NeverLeaves(f"post {post.id} is for {post.audience}")
    author = find_local_actor(base_url, str(note.get("attributedTo", "")))
    if author is None or author[1] != post.author_actor_id:
        raise NeverLeaves(f"post {post.id} is not by {note.get('attributedTo')}")
    if find_person(session, author[1], today=clock.now().date()) is None:
        raise NeverLeaves(f"nobody elsewhere may know of the author of post {post.id}")
    source = note.get("source")
    if isinstance(source, Mapping) and source.get("content") != post.text:
        raise NeverLeaves(f"post {post.id} says something else")
    followers = followers_uri(str(note["attributedTo"]))
    _check_addressed(session, base_url, post, note, followers)
    if whole.get("type") in _TELLS:
        _check_addressed(session, base_url, post, whole, followers)


def _is_word(base_url: str, part: _Part) -> bool:
    """Whether it is what a group writes to one person, which is no post."""
    group, _, number = str(part.value.get("id", "")).rpartition("/words/")
    found = find_local_actor(base_url, group)
    return bool(number) and found is not None and found[0] == ActorKind.GROUP


def _check_word(
    session: Session,
    base_url: str,
    word: Mapping[str, Any],
    whole: Mapping[str, Any],
    sender: str,
) -> None:
    """A group speaks for itself, to one person elsewhere and nobody else."""
    by, to = word.get("attributedTo"), word.get("to")
    found = find_local_actor(base_url, sender)
    if word.keys() - _WORD or whole.get("type") != "Create":
        raise NeverLeaves(f"{word.get('id')} is more than words to one person")
    if by != sender or found is None or not _is_known(session, *found):
        raise NeverLeaves(f"{word.get('id')} is not by {by}")
    if not isinstance(to, list) or len(to) != 1 or whole.get("to") != to:
        raise NeverLeaves(f"{word.get('id')} is not for one person")
    if word.get("cc") or whole.get("cc"):
        raise NeverLeaves(f"{word.get('id')} is for others, too")
    reader = select(Actor.kind).join(RemoteActor, col(RemoteActor.actor_id) == col(Actor.id))
    if session.exec(reader.where(RemoteActor.uri == to[0])).first() != ActorKind.PERSON:
        raise NeverLeaves(f"{to[0]} is no person elsewhere")


def _check_addressed(
    session: Session, base_url: str, post: Post, told: Mapping[str, Any], followers: str
) -> None:
    """What is for some names nobody who is none of them; that alone keeps others from it."""
    to, cc = _list(told, "to"), _list(told, "cc")
    readers = {uri_of_actor(session, base_url, each) for each in _readers(session, post)}
    group = _members_of(session, base_url, post)
    is_wrong = {
        Audience.PUBLIC: PUBLIC not in {*to, *cc} or (post.is_quiet and PUBLIC in to),
        Audience.FOLLOWERS: not {*to, *cc} <= {followers, *readers},
        Audience.GROUP: bool(cc) or to != [group],
        Audience.DIRECT: not to or not {*to, *cc} <= readers,
        Audience.NEARBY: not to or not _is_nearby(session, base_url, to, cc),
    }
    if is_wrong.get(Audience(post.audience), True):
        raise NeverLeaves(f"post {post.id} is addressed otherwise than it was said")


def _is_nearby(session: Session, base_url: str, to: list[str], cc: list[str]) -> bool:
    """Whether twins, as places, are those to whom it goes, and nobody is named but people of
    theirs and ours."""
    twins = {twin.uri for twin in list_twins(session)}
    elsewhere = {host_of(each) for each in cc if not each.startswith(f"{base_url}/")}
    return {*to} <= twins and all(is_ally(session, host) for host in elsewhere)


def _check_profile(session: Session, base_url: str, uri: str) -> None:
    """Who somebody is leaves as long as others may know of them, or that they are away."""
    found = find_local_actor(base_url, uri)
    if found is None:
        raise NeverLeaves(f"{uri} is nobody here")
    is_away = found[0] == ActorKind.PERSON and find_away(
        session, found[1], today=clock.now().date()
    )
    if not (is_away or _is_known(session, *found)):
        raise NeverLeaves(f"nobody elsewhere may know of {uri}")


def _check_vote(session: Session, base_url: str, vote: Mapping[str, Any]) -> None:
    """A choice leaves as it was made, to the one who asked, and nobody else."""
    voter = find_local_actor(base_url, str(vote.get("attributedTo", "")))
    row = find_by_id(session, str(vote.get("inReplyTo", "")))
    post = session.get(Post, row.post_id) if row is not None else None
    ballot = session.get(PollBallot, (post.id, voter[1])) if post is not None and voter else None
    if post is None or ballot is None:
        raise NeverLeaves("nobody has voted so")
    names = select(PollOption.text).where(
        PollOption.post_id == post.id,
        col(PollOption.position).in_([int(each) for each in ballot.choices.split(",")]),
    )
    if vote.get("name") not in session.exec(names).all():
        raise NeverLeaves(f"nobody has chosen {vote.get('name')}")
    if vote.get("to") != [uri_of_actor(session, base_url, post.author_actor_id)]:
        raise NeverLeaves("a vote is for who has asked")


def _check_named(session: Session, base_url: str, part: _Part, name: str, text: str) -> None:
    """Nor is anything of ours named that nobody elsewhere may know of."""
    number = find_local_note(base_url, text.partition("#")[0])
    if number is None or name in _WORDS:
        return
    post = session.get(Post, number)
    if {part.verb, part.kind} & _TAKES_BACK and _may_be_had(session, base_url, number, post):
        return
    # What a note says of itself has been looked at with its words.
    is_own = part.kind in _CONTENTS and find_local_note(base_url, str(part.value["id"])) == number
    if post is None or not (
        is_own or _is_shown(session, base_url, post) or _was_sent(session, number)
    ):
        raise NeverLeaves(f"{name} names post {number}")


def _check_somebody(session: Session, base_url: str, name: str, text: str, sender: str) -> None:
    """Nor anybody of ours of whom nobody elsewhere may know; who sends it names themself."""
    uri = "/".join(_WHERE_IDS_END.split(text.removeprefix(f"{base_url}/"))[:2])
    found = find_local_actor(base_url, f"{base_url}/{uri}") if text.startswith(base_url) else None
    if found is None or f"{base_url}/{uri}" == sender:
        return
    if not _is_known(session, *found):
        raise NeverLeaves(f"{name} names {uri}")


def _is_known(session: Session, kind: ActorKind, number: int) -> bool:
    """Whether anybody elsewhere may know of somebody of ours."""
    if kind == ActorKind.GROUP:
        return find_group(session, number) is not None
    return find_person(session, number, today=clock.now().date()) is not None


def _was_known(session: Session, number: int) -> bool:
    """Whether anybody elsewhere can have heard of somebody of ours: only then is there anything
    that could end."""
    for column in (ActorKey.actor_id, OutgoingActivity.actor_id):
        if session.exec(select(column).where(column == number).limit(1)).first() is not None:
            return True
    return False


def _may_leave(session: Session, base_url: str, post: Post) -> bool:
    """The flag and the row both say that somebody asked without their name; either is enough."""
    if session.get(AnonymousAuthor, post.id) is not None:
        return False
    return may_leave(post) or may_leave_in_group(session, base_url, post)


def _is_shown(session: Session, base_url: str, post: Post) -> bool:
    """Whether those who read this know of it: everybody, or those who are in its group."""
    return is_for_everybody(post) or may_leave_in_group(session, base_url, post)


def _members_of(session: Session, base_url: str, post: Post) -> str:
    group = find_group_said_in(session, base_url, post.group_id or 0)
    return group.members if group is not None else ""


def _readers(session: Session, post: Post) -> list[int]:
    """Who may read it beside its audience."""
    reading = select(PostRecipient.actor_id).where(PostRecipient.post_id == post.id)
    return list(session.exec(reading))


def _was_sent(session: Session, post_id: int) -> bool:
    sent = select(OutgoingActivity.id).where(OutgoingActivity.post_id == post_id)
    return session.exec(sent.limit(1)).first() is not None


def _may_be_had(session: Session, base_url: str, number: int, post: Post | None) -> bool:
    """Whether it was sent, or could be read in the history of a group."""
    if _was_sent(session, number):
        return True
    group = find_group_said_in(session, base_url, post.group_id or 0) if post is not None else None
    return post is not None and group is not None and is_ever_in_history(session, group, post)


def _parts(value: object, held_by: str, verb: str) -> Iterator[_Part]:
    """Every object of a document, the whole first; anything that is no JSON is refused."""
    if isinstance(value, Mapping):
        yield _Part(value, held_by, verb)
        for name, each in value.items():
            if not isinstance(name, str):
                raise NeverLeaves(f"a property is called {name!r}")
            if name == "contentMap" and isinstance(each, Mapping):
                yield from _parts(list(each.values()), name, verb)
            elif name != "@context":
                yield from _parts(each, name, verb)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _parts(each, held_by, verb)
    elif value is not None and not isinstance(value, str | bool | int | float):
        raise NeverLeaves(f"{held_by} holds a {type(value).__name__}")


def _texts(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        for text in each if isinstance(each, list | tuple) else (each,):
            if isinstance(text, str):
                yield name, text


def _list(value: Mapping[str, Any], name: str) -> list[str]:
    found = value.get(name)
    if not isinstance(found, list):
        raise NeverLeaves(f"{name} is no list")
    return found
