"""The words of pages about posts: what kind of post it is, and what somebody may write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from babel import Locale

from fedparents.posts.models import Audience, PostKind
from fedparents.swaps.models import Direction
from fedparents.timelines.cards import PostCard
from web.i18n import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of post as people know it."""

    key: str
    icon: str
    word: str
    says: str
    """What somebody does with it, after their name."""
    somebody_says: str
    """The same of somebody without a name."""
    post_kind: PostKind
    direction: Direction | None = None


ASK: Final = Kind(
    "ask",
    "hand-helping",
    N_("Wanted"),
    N_("%(name)s asks"),
    N_("Somebody from the group asks"),
    PostKind.SWAP,
    Direction.ASK,
)
OFFER: Final = Kind(
    "offer",
    "gift",
    N_("Offered"),
    N_("%(name)s offers"),
    N_("Somebody from the group offers"),
    PostKind.SWAP,
    Direction.OFFER,
)
QUESTION: Final = Kind(
    "question",
    "circle-help",
    N_("Question"),
    N_("%(name)s has a question"),
    N_("Somebody from the group has a question"),
    PostKind.QUESTION,
)
MESSAGE: Final = Kind(
    "message",
    "message-circle",
    N_("Message"),
    N_("%(name)s writes"),
    N_("Somebody from the group writes"),
    PostKind.MESSAGE,
)
ANNOUNCEMENT: Final = Kind(
    "announcement",
    "megaphone",
    N_("Announcement"),
    N_("%(name)s announces"),
    N_("Somebody from the group announces"),
    PostKind.ANNOUNCEMENT,
)
ANSWER: Final = Kind(
    "answer",
    "message-circle",
    N_("An answer"),
    N_("%(name)s answers"),
    N_("Somebody from the group answers"),
    PostKind.MESSAGE,
)
EVENT: Final = Kind(
    "event",
    "calendar-days",
    N_("Event"),
    N_("%(name)s invites"),
    N_("Somebody from the group invites"),
    PostKind.EVENT,
)
KINDS: Final[Mapping[str, Kind]] = {
    kind.key: kind for kind in (ASK, OFFER, QUESTION, MESSAGE, ANNOUNCEMENT)
}


def kind_of(card: PostCard) -> Kind:
    """What a card is called."""
    if card.is_reply:
        return ANSWER
    if card.kind == PostKind.SWAP:
        return OFFER if card.direction == Direction.OFFER else ASK
    if card.kind == PostKind.EVENT:
        return EVENT
    return KINDS[card.kind]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The empty page on which something of one kind is written."""

    choice: str
    choice_hint: str
    title: str
    examples: tuple[str, ...]
    empty: str
    """What is said when nothing was written."""
    done: str
    """What is said when it has been sent."""


SHEETS: Final[Mapping[str, Sheet]] = {
    ASK.key: Sheet(
        N_("Ask"),
        N_("You need something, or a hand."),
        N_("What do you need?"),
        (
            N_("Looking for a double pushchair for this weekend."),
            N_("Who could take two children to school on Thursday morning?"),
            N_("We need winter boots, size 26."),
        ),
        N_("Tell your neighbours what you need."),
        N_("Your ask is out. You hear of it as soon as somebody answers."),
    ),
    OFFER.key: Sheet(
        N_("Offer"),
        N_("You give, lend, swap or sell."),
        N_("What do you offer?"),
        (
            N_("To give away: a cot with its mattress, very good condition."),
            N_("I lend our bicycle trailer at the weekend."),
            N_("I can explain maths to somebody from time to time."),
        ),
        N_("Tell your neighbours what you offer."),
        N_("Your offer is out. You hear of it as soon as somebody answers."),
    ),
    QUESTION.key: Sheet(
        N_("Put a question"),
        N_("Somebody here knows the answer."),
        N_("What would you like to know?"),
        (
            N_("Which doctor takes new patients at the moment?"),
            N_("How does one sign up for the school canteen?"),
            N_("Where do you go with a two-year-old when it rains?"),
        ),
        N_("Tell your neighbours what you would like to know."),
        N_("Your question is out. You hear of it as soon as somebody answers."),
    ),
    MESSAGE.key: Sheet(
        N_("Write"),
        N_("You have something to tell."),
        N_("What would you like to say?"),
        (
            N_("A big thank you to whoever brought back the blue scarf!"),
            N_("The playground in the park is open again."),
            N_("Hello! We have just moved into the neighbourhood."),
        ),
        N_("Please write a few words."),
        N_("Your message is out."),
    ),
    ANNOUNCEMENT.key: Sheet(
        N_("Announce"),
        N_("Something that all members should know."),
        N_("What should everybody know?"),
        (
            N_("The group meets on the first Tuesday of the month, at the library."),
            N_("Our rules have changed: please have a look."),
            N_("Thank you for a wonderful year together."),
        ),
        N_("Please write a few words."),
        N_("Your announcement is out."),
    ),
}
AUDIENCES: Final[Mapping[Audience, tuple[str, str]]] = {
    Audience.GROUP: (N_("Only the members of the group"), ""),
    Audience.HERE: (N_("All parents of this place"), N_("Everybody who is signed in here.")),
    Audience.NEARBY: (
        N_("Also neighbouring towns"),
        N_("Those that are twins of this town; as long as there is none, nobody else."),
    ),
    Audience.PUBLIC: (
        N_("Everybody, also on the open web"),
        N_("Without signing in, and under your name."),
    ),
}
BEGINNINGS: Final[Mapping[str, str]] = {
    "have": N_("I have one."),
    "know": N_("I know somebody:"),
    "want": N_("I would like it."),
}
"""What an answer begins with, by the button that was pressed."""
_TONGUES: Final = [
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "it",
    "pt",
    "ro",
    "ru",
    "th",
    "tr",
    "uk",
    "vi",
    "zh",
]


def tongues() -> list[tuple[str, str]]:
    """Languages in which parents write, each by its own name."""
    return [(tag, (Locale.parse(tag).get_display_name() or tag).capitalize()) for tag in _TONGUES]
