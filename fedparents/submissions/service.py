"""Idempotent forms (features 4.0): the key is stored in the commit of what the form does."""

from __future__ import annotations

from fedparents.db import UnitOfWork
from fedparents.submissions.models import SubmittedForm


def claim_submission(uow: UnitOfWork, key: str) -> str | None:
    """Where this form led when it was sent before; None when it is new."""
    earlier = uow.session.get(SubmittedForm, key)
    return earlier.location if earlier else None


def finish_submission(uow: UnitOfWork, key: str, location: str) -> None:
    """Remember, in the same commit as its effect, where a form led.

    When two equal forms race, the unique key lets one of the commits win; the other one fails as a
    whole and is answered by trying again, which then finds the first.
    """
    uow.session.add(SubmittedForm(key=key, location=location, created_at=uow.now))
