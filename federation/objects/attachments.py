"""What hangs on a post, as it stands on the wire: photos, and links to what is no photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from federation.reading import Json, JsonObject, is_uri, line_of, objects_of, types_of, uri_of
from federation.uris import picture_uri
from fedparents.media.models import MediaAttachment, MediaState
from fedparents.posts.models import PostPhoto

PICTURES_AT_MOST: Final = 4
LINKS_AT_MOST: Final = 4
DESCRIPTION_LENGTH: Final = 1500
_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")
_IS_PICTURE: Final = frozenset({"Image"})
_IS_FILE: Final = frozenset({"Document", "Image"})


@dataclass(frozen=True, slots=True)
class PictureDraft:
    """A picture that hangs on a post elsewhere."""

    url: str
    description: str = ""
    focus_x: float = 0.0
    focus_y: float = 0.0


def list_photos(session: Session, post_id: int, base_url: str) -> list[Json]:
    """The photos of a post of ours."""
    shown = (
        select(MediaAttachment)
        .join(PostPhoto, col(PostPhoto.media_id) == col(MediaAttachment.id))
        .where(PostPhoto.post_id == post_id, MediaAttachment.state == MediaState.READY)
        .order_by(col(PostPhoto.position))
    )
    return [
        {
            "type": "Image",
            "mediaType": photo.mime,
            "url": picture_uri(base_url, photo.file),
            "name": photo.description,
            "width": photo.width,
            "height": photo.height,
            "blurhash": photo.blurhash,
            "focalPoint": [photo.focus_x, photo.focus_y],
        }
        for photo in session.exec(shown)
    ]


def read_pictures(document: JsonObject) -> tuple[PictureDraft, ...]:
    """The pictures of somebody else's post: those that hang on it, else the one that it shows."""
    hanging = [each for each in objects_of(document.get("attachment")) if _is_picture(each)]
    shown = hanging or objects_of(document.get("image"))
    drafts = [_read_picture(each) for each in shown[:PICTURES_AT_MOST]]
    return tuple(draft for draft in drafts if draft.url)


def read_links(document: JsonObject) -> tuple[str, ...]:
    """Where everything else that hangs on it can be had: a film, a file, a page."""
    others = [each for each in objects_of(document.get("attachment")) if not _is_picture(each)]
    found = dict.fromkeys(uri_of(each.get("url") or each.get("href")) for each in others)
    return tuple(url for url in found if url)[:LINKS_AT_MOST]


def _is_picture(attachment: JsonObject) -> bool:
    types = set(types_of(attachment))
    kind = str(attachment.get("mediaType") or "").lower()
    if not types & _IS_FILE:
        return False
    if kind:
        return kind.startswith("image/") and kind != "image/svg+xml"
    url = uri_of(attachment.get("url")).partition("?")[0].lower()
    return bool(types & _IS_PICTURE) or url.endswith(_ENDINGS)


def _read_picture(attachment: JsonObject) -> PictureDraft:
    url = uri_of(attachment.get("url")) or uri_of(attachment.get("href"))
    words = attachment.get("name") or attachment.get("summary")
    x, y = _read_focus(attachment.get("focalPoint"))
    return PictureDraft(
        url if is_uri(url) else "", line_of(words, at_most=DESCRIPTION_LENGTH), x, y
    )


def _read_focus(value: Json) -> tuple[float, float]:
    match value:
        case [int() | float() as x, int() | float() as y]:
            return max(-1.0, min(1.0, float(x))), max(-1.0, min(1.0, float(y)))
    return 0.0, 0.0
