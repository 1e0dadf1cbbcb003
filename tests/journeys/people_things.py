"""People for the tour of a town: everything that its member can have with somebody."""

from __future__ import annotations

from datetime import timedelta

from fedparents import clock
from fedparents.accounts.queries import get_own_account
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.ids import PlaceId
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.follows import accept_follow, follow_actor
from fedparents.social.hashtags import follow_tag
from fedparents.social.lists import ListDraft, add_to_list, create_list
from fedparents.social.matching import Word
from fedparents.social.models import FilterAction, FilterContext
from fedparents.social.profiles import ProfileDraft, change_profile
from fedparents.social.service import block_actor, mute_actor, note_actor
from fedparents.social.towns import mute_town
from tests.rig.builders import a_viewer, put_follow, put_stranger

_BIO = (
    "Nouvelle à Issy depuis l'été. Je couds, je jardine un peu, et je garde volontiers les clés"
    " pendant les vacances.\n\nLe mardi je suis à la bibliothèque."
)
_NOTE = "Habite au 12, chante avec nous le jeudi."


async def meet_people(
    db: Database, *, member: Viewer, moderator: Viewer, admin: Viewer
) -> dict[str, str]:
    """What the addresses of the pages about people need, by name."""
    own = await db.read(get_own_account, member)
    place_id = PlaceId(own.place.id) if own.place else None
    profile = ProfileDraft(member.name, _BIO, place_id, shows_place=True)
    await db.write(change_profile, member, profile)
    await db.write(follow_actor, moderator, member.actor_id)
    await db.write(accept_follow, member, moderator.actor_id)
    await db.write(follow_actor, member, moderator.actor_id)
    await db.write(accept_follow, moderator, member.actor_id)
    await db.write(note_actor, member, moderator.actor_id, _NOTE)
    await db.write(follow_actor, member, admin.actor_id)
    asking, blocked, muted = [await a_viewer(db, name) for name in ("lou", "basile", "mia")]
    await db.write(follow_actor, asking, member.actor_id)
    await db.write(block_actor, member, blocked.actor_id)
    until = clock.now() + timedelta(days=7)
    await db.write(mute_actor, member, muted.actor_id, until=until)
    words = [Word("élections"), Word("meeting du dimanche", is_whole=False)]
    draft = FilterDraft("Élections", list(FilterContext), FilterAction.WARN, until, words)
    made = await db.write(create_filter, member, draft)
    await db.write(create_filter, member, FilterDraft("Loto", [FilterContext.HOME], words=words))
    await db.write(_keep_aside, member, asking)
    return {
        "filter": str(made.id),
        "stranger": str(asking.actor_id),
        **await _read_by_themselves(db, member, moderator),
    }


async def _read_by_themselves(db: Database, member: Viewer, other: Viewer) -> dict[str, str]:
    """Lists and hashtags, and a town from which the member hears nothing."""
    made, empty = [
        await db.write(create_list, member, ListDraft(title))
        for title in ("Chorale du jeudi", "Notre rue")
    ]
    await db.write(add_to_list, member, made.id, [other.actor_id])
    for tag in ("garde", "vélo"):
        await db.write(follow_tag, member, tag)
    zoe = await db.write(put_stranger)
    await db.write(put_follow, zoe.id, member.actor_id)
    await db.write(mute_town, member, "bruit.example")
    return {"list": str(made.id), "empty_list": str(empty.id)}


def _keep_aside(uow: UnitOfWork, member: Viewer, stranger: Viewer) -> None:
    """Somebody follows the member, who wants to look first."""
    told = Notification(
        account_id=member.account_id,
        kind=Kind.FOLLOW,
        cause="follow:tour",
        bundle="follow",
        actor_id=stranger.actor_id,
        is_sifted=True,
        created_at=uow.now,
    )
    uow.session.add(told)
