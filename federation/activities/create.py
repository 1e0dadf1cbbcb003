"""`Create`: somebody elsewhere has said something, or has chosen an answer of a poll."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from federation.activities.pairs import get_sender
from federation.errors import Malformed
from federation.facts import PostMissing
from federation.group_receiving import take_into_group
from federation.objects.note import NoteDraft, from_ap
from federation.posts import find_post
from federation.reading import objects_of, uri_of
from federation.receiving import accept_note, is_heard
from federation.uris import host_of, is_same_origin, site_of
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.posts.elsewhere import choose

if TYPE_CHECKING:
    from federation.signing import Signed

_AT_ONCE: Final = 20
"""Votes for several answers come in one. Anything else comes alone: with each come pictures, which
we would fetch from wherever its sender says."""


def receive_create(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """What it says counts as its sender's alone; an address without words is looked up there."""
    sender, thing = get_sender(uow.session, signed), signed.document.get("object")
    author = sender.actor
    things = objects_of(thing)[:_AT_ONCE]
    if not things:
        _look_up(uow, author, uri_of(thing), signed.sender)
    for number, each in enumerate(things):
        note = from_ap(each)
        if _is_vote(uow, base_url, author, note, signed.sender) or number:
            continue
        if not take_into_group(uow, base_url, author, note, signed):
            accept_note(uow, base_url, author, note)


def _is_vote(uow: UnitOfWork, base_url: str, author: Actor, note: NoteDraft, sender: str) -> bool:
    """Whether it is nothing but a choice, which counts if it is one between answers of ours."""
    if not note.choice:
        return False
    if sender not in note.authors:
        raise Malformed(f"{sender} votes for somebody else")
    post = find_post(uow.session, base_url, note.answers)
    if post is not None and not post.is_from_elsewhere:
        choose(uow, author.id, post, note.choice)
    return True


def _look_up(uow: UnitOfWork, author: Actor, uri: str, sender: str) -> None:
    if uri and is_same_origin(uri, sender) and is_heard(uow.session, author, None):
        uow.record(PostMissing(uri, site_of(host_of(sender))))
