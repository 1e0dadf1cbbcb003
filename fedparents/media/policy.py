"""Who may see a picture. Each use has one rule; those of rooms further out live there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.media.models import MediaView

Sight: TypeAlias = Callable[[Session, Viewer | None, MediaView], bool]
"""Decides about pictures that are attached to something."""


def can_view_own(_session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Until a picture is attached, nobody but its owner knows of it."""
    return viewer is not None and viewer.actor_id == media.by_actor_id
