"""What notifications of posts and letters say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import NotificationLine, NotificationView
from fedparents.notifications.swap_occasions import EXPIRED
from fedparents.posts.content import first_line
from fedparents.posts.models import PostState
from web.i18n import N_, gettext, ngettext
from web.notifications.saying import Saying, count_of, people
from web.urls import Urls

_LONGEST: Final = 80


def _words(line: NotificationLine) -> str:
    """The beginning of the post."""
    return first_line(line.newest.text, at_most=_LONGEST) or gettext("(photos)")


def _thread(line: NotificationLine) -> str:
    """The beginning of what it answers."""
    return first_line(line.newest.root_text, at_most=_LONGEST) or gettext("(photos)")


def _answer(line: NotificationLine) -> str:
    if not line.newest.is_own_thread:
        return ngettext(
            "%(people)s answered you: “%(words)s”",
            "%(people)s answered you: “%(words)s”",
            count_of(line),
            people=people(line),
            words=_words(line),
        )
    return ngettext(
        "%(people)s answered “%(words)s”",
        "%(people)s answered “%(words)s”",
        count_of(line),
        people=people(line),
        words=_thread(line),
    )


def _accepted(line: NotificationLine) -> str:
    return gettext("Your answer to “%(words)s” helped", words=_thread(line))


def _mention(line: NotificationLine) -> str:
    return gettext("%(people)s names you: “%(words)s”", people=people(line), words=_words(line))


def _new_ask(line: NotificationLine) -> str:
    group = line.newest.group_name
    if line.count > 1:
        return ngettext(
            "%(num)s new ask in %(group)s",
            "%(num)s new asks in %(group)s",
            line.count,
            group=group,
        )
    return gettext(
        "%(people)s asks in %(group)s: “%(words)s”",
        people=people(line),
        group=group,
        words=_words(line),
    )


def _urgent_ask(line: NotificationLine) -> str:
    return gettext(
        "Urgent in %(group)s: “%(words)s”", group=line.newest.group_name, words=_words(line)
    )


def _announcement(line: NotificationLine) -> str:
    return gettext(
        "News in %(group)s: “%(words)s”", group=line.newest.group_name, words=_words(line)
    )


def _thanks(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s thanks you for “%(words)s”",
        "%(people)s thank you for “%(words)s”",
        count_of(line),
        people=people(line),
        words=_words(line),
    )


def _shared(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s passes on “%(words)s”",
        "%(people)s pass on “%(words)s”",
        count_of(line),
        people=people(line),
        words=_words(line),
    )


def _followed_post(line: NotificationLine) -> str:
    return gettext("%(people)s writes: “%(words)s”", people=people(line), words=_words(line))


def _poll(line: NotificationLine) -> str:
    return gettext("The poll is over: “%(words)s”", words=_words(line))


def _still_there(line: NotificationLine) -> str:
    if line.newest.detail == EXPIRED:
        return gettext("Off the lists: “%(words)s”. Is it still there?", words=_words(line))
    return gettext("Still there? “%(words)s” goes off the lists soon", words=_words(line))


def _held_post(line: NotificationLine) -> str:
    return ngettext(
        "%(num)s first message waits in %(group)s",
        "%(num)s first messages wait in %(group)s",
        line.count,
        group=line.newest.group_name,
    )


def _post_decision(line: NotificationLine) -> str:
    if line.newest.detail == PostState.VISIBLE:
        return gettext("Your message can be read now: “%(words)s”", words=_words(line))
    return gettext("Your message was hidden: “%(words)s”", words=_words(line))


def _message(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s wrote to you", "%(people)s wrote to you", count_of(line), people=people(line)
    )


def _message_request(line: NotificationLine) -> str:
    return ngettext(
        "%(people)s would like to write to you",
        "%(people)s would like to write to you",
        count_of(line),
        people=people(line),
    )


def _to_post(view: NotificationView, urls: Urls) -> str:
    return urls.path("post", id=view.subject_id)


def _to_letters(view: NotificationView, urls: Urls) -> str:
    return f"{urls.path('conversation', id=view.subject_id)}#newest"


POST_SAYINGS: Final[Mapping[Kind, Saying]] = {
    Kind.ANSWER: Saying(
        _answer,
        "message-circle",
        N_("Somebody answers me"),
        N_("Somebody answered you."),
        _to_post,
    ),
    Kind.ACCEPTED: Saying(
        _accepted,
        "circle-check",
        N_("My answer helped"),
        N_("Your answer helped somebody."),
        _to_post,
    ),
    Kind.MENTION: Saying(
        _mention, "message-circle", N_("Somebody names me"), N_("Somebody named you."), _to_post
    ),
    Kind.NEW_ASK: Saying(
        _new_ask,
        "hand-helping",
        N_("Somebody in my groups needs something, or asks something"),
        N_("A neighbour asks for something."),
        _to_post,
    ),
    Kind.URGENT_ASK: Saying(
        _urgent_ask,
        "triangle-alert",
        N_("Somebody in my groups needs something that cannot wait"),
        N_("A neighbour needs something that cannot wait."),
        _to_post,
    ),
    Kind.ANNOUNCEMENT: Saying(
        _announcement,
        "info",
        N_("An announcement in my groups"),
        N_("There is news in one of your groups."),
        _to_post,
    ),
    Kind.MESSAGE: Saying(
        _message, "mail", N_("Somebody writes to me"), N_("You have a new message."), _to_letters
    ),
    Kind.MESSAGE_REQUEST: Saying(
        _message_request,
        "mail",
        N_("Somebody whom I do not know would like to write to me"),
        N_("Somebody would like to write to you."),
        _to_letters,
    ),
    Kind.THANKS: Saying(
        _thanks, "heart-handshake", N_("Somebody thanks me"), N_("Somebody thanks you."), _to_post
    ),
    Kind.SHARED: Saying(
        _shared,
        "forward",
        N_("Somebody passes on what I said"),
        N_("Somebody passes on what you said."),
        _to_post,
    ),
    Kind.FOLLOWED_POST: Saying(
        _followed_post,
        "user-round",
        N_("Somebody writes of whom I want to know every message"),
        N_("Somebody whom you follow wrote something."),
        _to_post,
    ),
    Kind.POLL: Saying(
        _poll,
        "list-checks",
        N_("A poll is over that I made or voted in"),
        N_("A poll is over."),
        _to_post,
    ),
    Kind.STILL_THERE: Saying(
        _still_there,
        "clock",
        N_("What I ask or offer goes off the lists"),
        N_("Is it still there?"),
        _to_post,
    ),
    Kind.HELD_POST: Saying(
        _held_post,
        "clock",
        N_("A first message waits in a group that I look after"),
        N_("Something waits in your group."),
        lambda view, urls: urls.path("group_desk", id=view.group_id),
    ),
    Kind.POST_DECISION: Saying(
        _post_decision,
        "shield",
        N_("What was decided on something that I wrote"),
        N_("Something was decided on what you wrote."),
        _to_post,
    ),
}
