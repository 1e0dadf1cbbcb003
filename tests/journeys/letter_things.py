"""Messages for the tour of a town: conversations in every state, as its member meets them."""

from __future__ import annotations

from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.service import (
    MessageDraft,
    Sent,
    accept_conversation,
    forget_correspondent,
    ignore_conversation,
    send_message,
    write_about,
    write_to,
)
from fedparents.db import Database, UnitOfWork
from fedparents.ids import GroupId, PostId
from fedparents.media.models import MediaUse
from fedparents.media.service import PhotoDraft
from fedparents.posts.retention import forget_author
from fedparents.posts.service import PostDraft, delete_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_viewer
from tests.rig.photos import a_file, scene
from web.pictures.keeping import Pictures

_ASK = (
    "Je cherche une poussette double pour quinze jours : les cousins arrivent samedi, et la nôtre"
    " n'a qu'une place."
)
_LONG = (
    "Elle est dans la cave, il faut seulement regonfler les pneus."
    " **Samedi matin** me va bien :\n\n"
    "- avant 10 h chez nous, rue Hoche\n- ou à 11 h devant la médiathèque\n\n"
    "La notice est là : https://example.org/une/tres/longue/adresse/qui-ne-se-coupe-nulle-part/"
    "notice-de-la-poussette-double-2019.pdf"
)


async def write_letters(
    pictures: Pictures, db: Database, *, group: int, member: Viewer, moderator: Viewer
) -> dict[str, str]:
    """What the addresses of the pages about messages need, by name."""
    photo = await pictures.take_in(moderator, a_file(scene(1200, 900)), MediaUse.PHOTO)
    seen = await pictures.take_in(member, a_file(scene(900, 1200)), MediaUse.PHOTO)
    asked = await db.write(_ask_for, member, GroupId(group), (PhotoDraft(seen.id, "La nôtre"),))
    about = await db.write(write_about, moderator, asked, MessageDraft(text="J'en ai une !"))
    await _say(db, member, about, "Oh, merci ! Quand est-ce que je peux passer ?")
    oops = await _say(db, moderator, about, "Demain ?")
    await db.write(delete_post, moderator, PostId(oops.post.id))
    await _say(db, moderator, about, _LONG, PhotoDraft(photo.id, "Une poussette bleue"))
    for number in range(45):
        await _say(db, member, about, f"Et encore une question, la {number + 1}ᵉ.")
    told = await _begin(db, moderator, member, "Tu chantes avec nous jeudi ?")
    stranger, ignored, unsure, gone = [
        await a_viewer(db, name) for name in ("perrine", "quentin", "rosa", "sami")
    ]
    words = "Bonjour, je vends ceci : http://example.org/promo\n\nÀ bientôt !"
    request = await _begin(db, stranger, member, words)
    out_of_sight = await _begin(db, ignored, member, "Coucou")
    await db.write(ignore_conversation, member, out_of_sight.conversation_id)
    waiting = await _begin(db, member, unsure, "C'est vous, au deuxième étage ?")
    over = await _begin(db, gone, member, "Je déménage demain, au revoir !")
    await db.write(accept_conversation, member, over.conversation_id)
    await db.write(_erase, gone)
    return {
        "talk": str(about.conversation_id),
        "talk_before": str(told.post.id),
        "own_letter": str(waiting.post.id),
        "waiting_talk": str(waiting.conversation_id),
        "asking_talk": str(request.conversation_id),
        "ignored_talk": str(out_of_sight.conversation_id),
        "gone_talk": str(over.conversation_id),
    }


async def _begin(db: Database, by: Viewer, to: Viewer, text: str) -> Sent:
    return await db.write(write_to, by, [to.actor_id], MessageDraft(text=text))


def _erase(uow: UnitOfWork, viewer: Viewer) -> None:
    """As the jobs of an erased account leave it."""
    erase_account(uow, uow.session.get_one(Account, viewer.account_id))
    forget_author(uow, viewer.actor_id)
    forget_correspondent(uow, viewer.actor_id)


async def _say(db: Database, by: Viewer, sent: Sent, text: str, *photos: PhotoDraft) -> Sent:
    return await db.write(
        send_message, by, sent.conversation_id, MessageDraft(text=text, photos=photos)
    )


def _ask_for(uow: UnitOfWork, by: Viewer, group: GroupId, photos: tuple[PhotoDraft, ...]) -> PostId:
    draft = PostDraft(text=_ASK, group_id=group, photos=photos)
    return PostId(publish_swap(uow, by, SwapDraft(draft, Direction.ASK)).post.id)
