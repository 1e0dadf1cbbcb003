"""Every table of the three packages, imported once so that the metadata is whole."""

from __future__ import annotations

from typing import Final

from sqlmodel import SQLModel

from federation import models as federation
from federation.delivery import models as delivery
from fedparents.accounts import models as accounts
from fedparents.actors import models as actors
from fedparents.applications import models as applications
from fedparents.audit import models as audit
from fedparents.conversations import models as conversations
from fedparents.groups import models as groups
from fedparents.instance import models as instance
from fedparents.jobs import models as jobs
from fedparents.media import models as media
from fedparents.moderation import models as moderation
from fedparents.notifications import models as notifications
from fedparents.places import models as places
from fedparents.posts import models as posts
from fedparents.retention import models as retention
from fedparents.search import models as search
from fedparents.social import models as social
from fedparents.submissions import models as submissions
from fedparents.swaps import models as swaps
from fedparents.timelines import models as timelines

MODULES: Final = (
    accounts,
    actors,
    applications,
    audit,
    conversations,
    groups,
    instance,
    jobs,
    media,
    moderation,
    notifications,
    places,
    posts,
    retention,
    search,
    social,
    submissions,
    swaps,
    timelines,
    delivery,
    federation,
)
"""A module of tables that is not named here has no table."""

METADATA: Final = SQLModel.metadata
