"""The addresses under which other towns know what is ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from fedparents.actors.models import ActorKind

_LONGEST_NUMBER: Final = 18
_OF_A_COUNTRY: Final = 2
_SHARED: Final = frozenset(
    """ac ad asn asso biz co com ed edu firm gen go gob gouv gov govt gr gv id in info k12 lg ltd me
    mi mil mod muni ne net nhs nic nom or org plc police presse res sc sch school tm web""".split()  # noqa: SIM905 - read as words
)
"""Under these, countries let others register: `parents.co.th`, `parents.asso.fr`."""
_LENT: Final = frozenset(
    """ddns.net duckdns.org dynv6.net eu.org fly.dev freeddns.org github.io gitlab.io herokuapp.com
    masto.host netlify.app ngrok-free.app no-ip.org nohost.me noho.st onrender.com pages.dev ynh.fr
    sytes.net trycloudflare.com vercel.app workers.dev zapto.org""".split()  # noqa: SIM905 - the same
)
"""Below these, each name is another one's, who has not had to buy it: small towns are there."""
_ROOMS: Final = {ActorKind.PERSON: "users", ActorKind.GROUP: "groups"}


def actor_uri(base_url: str, actor_id: int, kind: ActorKind = ActorKind.PERSON) -> str:
    """The id of a person or group of this place; it never changes, whatever they are called."""
    return f"{base_url}/{_ROOMS[ActorKind(kind)]}/{actor_id}"


def place_uri(base_url: str) -> str:
    """The id of the place itself, which signs what nobody in particular says."""
    return f"{base_url}/actor"


def shared_inbox_uri(base_url: str) -> str:
    """Where other towns leave what is for several of us."""
    return f"{base_url}/inbox"


def picture_uri(base_url: str, file: str) -> str:
    return f"{base_url}/media/{file}"


def group_word_uri(group: str, number: int) -> str:
    """Of what a group writes to one person; nothing is to be had there."""
    return f"{group}/words/{number}"


def profile_url(base_url: str, handle: str) -> str:
    """The page of a person or group, for people."""
    return f"{base_url}/@{handle}"


def find_local_actor(base_url: str, uri: str) -> tuple[ActorKind, int] | None:
    """Which of our actors an id names; None for what is elsewhere, and for what can be none."""
    rest = uri.removeprefix(f"{base_url}/")
    room, _, number = rest.partition("/")
    if rest == uri or not is_number(number):
        return None
    return next(((kind, int(number)) for kind, name in _ROOMS.items() if name == room), None)


def host_of(uri: str) -> str:
    """The host of an address, in lower case, with its port if it has one of its own."""
    return urlsplit(uri).netloc.lower()


def site_of(host: str) -> str:
    """The name that somebody has had to register, of a host with or without its port: whoever has
    one makes as many below it as they like. Endings of two words that are common are told apart; of
    all others, two words count."""
    labels = (urlsplit(f"//{host}").hostname or host).rstrip(".").split(".")
    if labels[-1].isdecimal():
        return ".".join(labels)  # a number has no names below it
    is_of_country = labels[-2:-1] and labels[-2] in _SHARED and len(labels[-1]) == _OF_A_COUNTRY
    is_double = is_of_country or ".".join(labels[-2:]) in _LENT
    return ".".join(labels[-3 if is_double else -2 :])


def is_same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one server: only then may one speak for the other (FEP-fe34)."""
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:  # one of them is none
        return False
    return (first.scheme, first.netloc.lower()) == (second.scheme, second.netloc.lower())


def followers_uri(actor: str) -> str:
    """Who stands for all who follow an actor of ours; forums insist on this form for groups."""
    return f"{actor}/followers"


def note_uri(base_url: str, post_id: int) -> str:
    """The id of something that was said here."""
    return f"{base_url}/notes/{post_id}"


def context_uri(base_url: str, root_id: int) -> str:
    """The id of a thread that began with something that was said here."""
    return f"{base_url}/contexts/{root_id}"


def activity_uri(base_url: str, activity_id: int) -> str:
    return f"{base_url}/activities/{activity_id}"


def post_url(base_url: str, post_id: int) -> str:
    """The page of a post, for people."""
    return f"{base_url}/p/{post_id}"


def tag_url(base_url: str, tag: str) -> str:
    return f"{base_url}/tags/{quote(tag)}"


def find_local_note(base_url: str, uri: str) -> int | None:
    """Which of our posts an id or the address of a page names; None for anything else."""
    for room in ("notes", "p"):
        rest = uri.removeprefix(f"{base_url}/{room}/")
        if rest != uri and is_number(rest):
            return int(rest)
    _, _, number = uri.removeprefix(f"{base_url}/@").partition("/")
    return int(number) if uri.startswith(f"{base_url}/@") and is_number(number) else None


def find_local_activity(base_url: str, uri: str) -> int | None:
    rest = uri.removeprefix(f"{base_url}/activities/")
    return int(rest) if rest != uri and is_number(rest) else None


def is_number(text: str) -> bool:
    """Whether it is one of our ids as they stand in addresses."""
    is_decimal = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return is_decimal and not text.startswith("0")
