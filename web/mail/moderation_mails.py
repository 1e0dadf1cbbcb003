"""Every mail about reports and decisions, each as one function of what it says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from fedparents.moderation.models import Action, Category
from web.mail.message import Mail
from web.mail.words import Words


def report_receipt(words: Words, *, to: str, name: str, category: Category, link: str) -> Mail:
    """To whoever complained, or gave a notice: it has arrived, and what follows."""
    return words.letter("report_receipt", to, name=name, category=category, link=link)


def report_outcome(
    words: Words, *, to: str, name: str, outcome: str, facts: str, link: str
) -> Mail:
    """To the same: how it ended. `facts` are words for them, where nothing was found."""
    return words.letter("report_outcome", to, name=name, outcome=outcome, facts=facts, link=link)


def child_danger(words: Words, *, to: str, group: str, is_hidden: bool, link: str) -> Mail:
    """To everybody who can act: no names and no words of what it is about."""
    return words.letter("child_danger", to, group=group, is_hidden=is_hidden, link=link)


def post_out_of_sight(words: Words, *, to: str, name: str, group: str) -> Mail:
    """To the author of a post that several people reported."""
    return words.letter("post_out_of_sight", to, name=name, group=group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What whom a decision concerns has to know of it."""

    title: str
    group: str
    """In which it was decided; empty for the place."""
    about_group: str
    """The group that it is about."""
    action: Action
    facts: str
    ground: str
    until: date | None
    """The last day of a ban."""
    was_hidden: bool
    is_own: bool


def statement_of_reasons(
    words: Words, statement: Statement, *, to: str, name: str, link: str
) -> Mail:
    """To whom a decision concerns: what, why, by which rule, by whom, and how to object."""
    return words.letter("statement_of_reasons", to, name=name, link=link, **asdict(statement))


def decision_lifted(words: Words, *, to: str, name: str, title: str, link: str) -> Mail:
    """To the same: it holds no more."""
    return words.letter("decision_lifted", to, name=name, title=title, link=link)


def appeal_answer(
    words: Words, *, to: str, name: str, is_upheld: bool, answer: str, link: str
) -> Mail:
    """To whoever asked for another look."""
    return words.letter(
        "appeal_answer", to, name=name, is_upheld=is_upheld, answer=answer, link=link
    )


def second_look(words: Words, *, to: str, name: str, answer: str, link: str) -> Mail:
    """To the other side, when the decision holds no more."""
    return words.letter("second_look", to, name=name, answer=answer, link=link)
