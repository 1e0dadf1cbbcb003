"""Examples of the mails about reports and decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from fedparents.moderation.models import Action, Category
from web.i18n import gettext, reading_in
from web.mail import moderation_mails as mails
from web.mail.message import Mail
from web.mail.words import Words
from web.moderation.words import WAYS

_TOKEN: Final = "AAABnGXcQAAsYlG1hSCXz0Q2mE7c1zX9"  # noqa: S105 - opens nothing
_GROUP: Final = "Parents du quartier Corentin"
_CHLOE: Final = "chloe@example.org"
_ANSWER: Final = "Nous avons relu le message avec la règle du groupe."


def _link(words: Words, path: str) -> str:
    return f"{words.home}{path}"


def _said(words: Words, text: str) -> str:
    with reading_in(words.language, words.place.zone):
        return gettext(text)


def _receipt(words: Words, category: Category = Category.SCAM) -> Mail:
    link = _link(words, "/reports/1")
    return mails.report_receipt(words, to=_CHLOE, name="Chloé", category=category, link=link)


def _outcome(words: Words, action: Action = Action.HIDE, facts: str = "") -> Mail:
    return mails.report_outcome(
        words,
        to=_CHLOE,
        name="Chloé",
        outcome=_said(words, WAYS[action].outcome),
        facts=facts,
        link=_link(words, "/reports/1"),
    )


def _danger(words: Words, *, is_hidden: bool) -> Mail:
    link = _link(words, "/moderation/1")
    return mails.child_danger(
        words, to="marie@example.org", group=_GROUP, is_hidden=is_hidden, link=link
    )


def _statement(
    words: Words, action: Action = Action.HIDE, group: str = _GROUP, about_group: str = ""
) -> Mail:
    bans = action == Action.BAN
    statement = mails.Statement(
        title=_said(words, WAYS[action].done),
        group="" if about_group else group,
        about_group=about_group,
        action=action,
        facts="Le message donne l'adresse d'une famille.",
        ground="" if action == Action.ADVISE else "Règle : nous protégeons les adresses.",
        until=(words.written_at + timedelta(days=30)).date() if bans else None,
        was_hidden=action == Action.DELETE,
        is_own=action == Action.EDIT,
    )
    link = _link(words, f"/decision/{_TOKEN}")
    return mails.statement_of_reasons(words, statement, to=_CHLOE, name="Chloé", link=link)


def _answer(words: Words, *, is_upheld: bool, name: str = "Chloé") -> Mail:
    return mails.appeal_answer(
        words,
        to=_CHLOE,
        name=name,
        is_upheld=is_upheld,
        answer=_ANSWER,
        link=_link(words, f"/decision/{_TOKEN}"),
    )


MODERATION_SAMPLES: Final[Mapping[str, Callable[[Words], Mail]]] = {
    "report_receipt": _receipt,
    "report_receipt_grave": lambda words: _receipt(words, Category.CHILD_DANGER),
    "report_outcome": _outcome,
    "report_outcome_nothing": lambda words: _outcome(words, Action.NONE, "Merci d'avoir écrit."),
    "child_danger": lambda words: _danger(words, is_hidden=True),
    "child_danger_seen": lambda words: _danger(words, is_hidden=False),
    "post_out_of_sight": lambda words: mails.post_out_of_sight(
        words, to=_CHLOE, name="Chloé", group=_GROUP
    ),
    "statement_hidden": _statement,
    "statement_deleted": lambda words: _statement(words, Action.DELETE, ""),
    "statement_group": lambda words: _statement(words, Action.ADVISE, about_group=_GROUP),
    "statement_edit": lambda words: _statement(words, Action.EDIT),
    "statement_advice": lambda words: _statement(words, Action.ADVISE),
    "statement_removed": lambda words: _statement(words, Action.REMOVE),
    "statement_banned": lambda words: _statement(words, Action.BAN),
    "decision_lifted": lambda words: mails.decision_lifted(
        words,
        to=_CHLOE,
        name="Chloé",
        title=_said(words, WAYS[Action.HIDE].done),
        link=words.home,
    ),
    "appeal_upheld": lambda words: _answer(words, is_upheld=True),
    "appeal_overturned": lambda words: _answer(words, is_upheld=False, name=""),
    "second_look": lambda words: mails.second_look(
        words, to=_CHLOE, name="Chloé", answer=_ANSWER, link=_link(words, "/reports/1")
    ),
}
