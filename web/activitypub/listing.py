"""Collections as documents: the whole, a number alone, or a page. The cursor of a page stands in
its path: some servers sign and check no query."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from federation.reading import Json, JsonObject
from federation.vocab import with_context
from web.routing import number_in_path


def counted(uri: str, total: int | None) -> JsonObject:
    """How much there is of something; None where not even that is told."""
    shown: JsonObject = {"id": uri, "type": "OrderedCollection"}
    if total is not None:
        shown["totalItems"] = total
    return with_context(shown)


def listed(uri: str, items: Sequence[str], **more: Json) -> JsonObject:
    """All of it, in its order."""
    whole: JsonObject = {"id": uri, "type": "OrderedCollection", **more, "totalItems": len(items)}
    return with_context({**whole, "orderedItems": list(items)})


def in_pages(uri: str) -> JsonObject:
    """What stands in pages, in no order that would mean anything."""
    return with_context({"id": uri, "type": "Collection", "first": f"{uri}/p"})


def page(
    uri: str, cursor: int | None, items: Sequence[Json], on: int | None, *, is_ordered: bool = True
) -> JsonObject:
    """A page of the collection of this address: where it begins, and where the next one does."""
    kind, name = "CollectionPage", "items"
    if is_ordered:
        kind, name = f"Ordered{kind}", "orderedItems"
    shown: JsonObject = {
        "id": f"{uri}/p" if cursor is None else f"{uri}/p/{cursor}",
        "type": kind,
        "partOf": uri,
        name: list(items),
    }
    if on is not None:
        shown["next"] = f"{uri}/p/{on}"
    return with_context(shown)


def cursor_in_path(request: Request) -> int | None:
    """Where a page begins; None for the first one."""
    return number_in_path(request, "cursor") if "cursor" in request.path_params else None
