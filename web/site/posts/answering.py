"""Answering: one field under what somebody said."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import Conflict, Invalid, LimitReached
from fedparents.ids import PostId
from fedparents.posts.models import PostState
from fedparents.posts.queries import Powers, get_powers
from fedparents.posts.service import PostDraft, Published, publish_post
from fedparents.timelines.cards import PostCard
from fedparents.timelines.queries import Feed, dress, get_card
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page
from web.security.limits import check_limit
from web.site.media.photos import PHOTOS_BODY, Photo, read_photos
from web.site.page import redirect
from web.site.posts.access import BOTH, meet_named, post_number, show, to_post, viewer_or_nothing
from web.site.posts.composing import not_reached_in_words
from web.site.posts.forms import AnswerForm
from web.visit import runtime_of


async def answer_page(request: Request) -> Response:
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    card, root, feed, powers = await runtime_of(request).db.read(_read, viewer, post_id)
    if request.method != "POST":
        if not powers.answer:
            return await to_post(request, viewer, post_id)
        return _show(request, card, root, feed, new_form(of=AnswerForm), [])
    sent, form = await read_form(request, AnswerForm)
    photos = await read_photos(request, viewer, form)
    if sent is None or form.errors or photos.is_only_about_photos:
        return _show(request, card, root, feed, form, photos.photos)
    is_anonymous = root is not None and root.is_anonymous and root.is_own
    draft = sent.draft(post_id, photos.drafts, is_anonymous=is_anonymous)
    try:
        await check_limit(request, "post", viewer.account_id)
        await meet_named(request, draft.text)
        return await _publish(request, viewer, draft, form)
    except Conflict as error:
        existing = error.params.get("post_id")
        if isinstance(existing, int):
            return await to_post(request, viewer, PostId(existing), ("info", words_of(error)))
        form.complain(error)
    except Invalid as error:
        form.complain(error)
    except LimitReached as error:
        if error.code != "too_many_mentions":
            raise
        form.complain(error, at="text")
    return _show(request, card, root, feed, form, photos.photos)


async def _publish(request: Request, viewer: Viewer, draft: PostDraft, form: FormState) -> Response:
    outcome: list[Published] = []

    def where(published: Published) -> str:
        outcome.append(published)
        return runtime_of(request).urls.path("post", id=published.post.id)

    path = await submit_once(request, form, where, publish_post, viewer, draft)
    said = gettext("Your answer is there. Thank you!")
    if outcome and outcome[-1].post.state == PostState.HELD:
        said = gettext("Sent. Somebody who looks after the group reads first posts first.")
    unreached = not_reached_in_words(outcome[-1].not_reached) if outcome else ""
    return redirect(request, path, ("good", f"{said} {unreached}".rstrip()))


def _read(
    session: Session, viewer: Viewer, post_id: PostId
) -> tuple[PostCard, PostCard | None, Feed, Powers]:
    """What is answered, the first post above it if that is still there, and what may be done."""
    card = get_card(session, viewer, post_id)
    root = get_card(session, viewer, PostId(card.root_id)) if card.is_reply else card
    powers = get_powers(session, viewer, post_id)
    return card, root, dress(session, viewer, (card,), None), powers


def _show(
    request: Request,
    card: PostCard,
    root: PostCard | None,
    feed: Feed,
    form: FormState,
    photos: list[Photo],
) -> Response:
    context: dict[str, object] = {"card": card, "root": root, "feed": feed, "photos": photos}
    return show(request, "answer", context, form)


routes = [
    Page("/p/{id}/answer", answer_page, name="answer", methods=BOTH, max_body=PHOTOS_BODY),
]
