"""Every table of the three packages, imported once so that the metadata is whole."""

from __future__ import annotations

from sqlmodel import SQLModel

import fedparents.accounts.models
import fedparents.actors.models
import fedparents.audit.models
import fedparents.instance.models
import fedparents.jobs.models
import fedparents.places.models
import fedparents.retention.models
import fedparents.submissions.models
import web.auth.models  # noqa: F401 - like the others, imported for its tables

METADATA = SQLModel.metadata
