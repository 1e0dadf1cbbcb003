"""What was said in the town: something of every kind, in every state that somebody can meet."""

from __future__ import annotations

from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.groups.models import Group
from fedparents.groups.topics import add_topic
from fedparents.ids import GroupId, PostId
from fedparents.media.models import MediaUse
from fedparents.media.service import PhotoDraft
from fedparents.posts.asking import accept_answer, close_post, thank
from fedparents.posts.desk import pin_post
from fedparents.posts.models import Audience, Post, PostKind
from fedparents.posts.polls import PollDraft, vote
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.posts.sharing import share_post
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.matching import Word
from fedparents.social.models import FilterContext
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from fedparents.timelines.service import fill_homes, fill_shared
from tests.rig.builders import a_group, hide, join
from tests.rig.photos import a_file, scene
from web.pictures.keeping import Pictures

_LONG = (
    "Nous cherchons depuis trois semaines un mode de garde à partir de janvier, et tout le monde"
    " nous dit autre chose. *La crèche* nous a mis sur liste d'attente, l'assistante maternelle de"
    " la rue du Fort part à la retraite, et la garde partagée demande un deuxième foyer.\n\n"
    "- deux jours et demi par semaine,\n- à pied de la station Corentin-Celton,\n- dès le 4.\n\n"
    "> « Essayez le relais petite enfance », nous a-t-on dit.\n\nVoir"
    " https://www.issy.example/petite-enfance/relais/listes/2026 #garde\n\n"
)


class Talk:
    """Says things for people, and keeps the numbers by which the pages' addresses need them."""

    def __init__(self, db: Database, group: GroupId, **people: Viewer) -> None:
        self._db, self._group, self._people = db, group, people
        self.things = {"square": str(group), "square_handle": "entraide_du_fort"}

    async def says(self, name: str, by: str, text: str, **draft: object) -> Post:
        draft.setdefault("group_id", self._group)
        said = PostDraft(text=text, **draft)  # type: ignore[arg-type]  # the places below say what
        post = (await self._db.write(publish_post, self._people[by], said)).post
        return await self._keep(name, post)

    async def asks(
        self, name: str, by: str, text: str, direction: Direction = Direction.ASK, urgent: str = ""
    ) -> Post:
        swap = SwapDraft(PostDraft(text=text, group_id=self._group), direction, urgent)
        post = (await self._db.write(publish_swap, self._people[by], swap)).post
        return await self._keep(name, post)

    async def answers(self, name: str, by: str, to: Post, text: str) -> Post:
        return await self.says(name, by, text, group_id=None, in_reply_to_id=PostId(to.id))

    async def _keep(self, name: str, post: Post) -> Post:
        self.things[name] = str(post.id)
        await self._db.write(fill_homes, post.id)
        return post


async def talk(
    db: Database, pictures: Pictures, *, member: Viewer, moderator: Viewer, admin: Viewer
) -> dict[str, str]:
    """A group of its own, in which nobody's first words wait."""
    group = await a_group(db, moderator, name="Entraide du Fort", questions="")
    for each in (member, admin):
        await join(db, each, group, moderator)
    await db.write(_allow_asking_without_a_name, group)
    empty = await a_group(db, member, name="Chorale du mercredi")
    topic = await db.write(add_topic, moderator, group, "Cantine")
    square = Talk(db, group, ana=member, driss=moderator, marie=admin)
    await _asks_and_answers(db, square, member, moderator)
    await _kinds(db, square, member, moderator)
    await _photos(square, pictures, member)
    draft = FilterDraft("Sport", (FilterContext.HOME, FilterContext.THREAD), words=(Word("foot"),))
    await db.write(create_filter, member, draft)
    return square.things | {"empty_group": str(empty), "square_topic": str(topic.id)}


async def _asks_and_answers(db: Database, square: Talk, member: Viewer, moderator: Viewer) -> None:
    own = await square.asks("own_ask", "ana", "Une **poussette double** ?", urgent="samedi")
    first = await square.answers("answer", "driss", own, "J'en ai une, au sous-sol.")
    await square.answers("nested", "marie", first, "Celle de Bao est plus légère @ana")
    await db.write(edit_post, moderator, PostId(first.id), "J'en ai une, au sous-sol, à roulettes.")
    await square.asks("ask", "driss", "Qui prendrait deux enfants à l'école jeudi matin ?")
    await square.asks("offer", "driss", "Je donne un lit de bébé.", Direction.OFFER)
    asked = await square.says("question", "ana", _LONG, kind=PostKind.QUESTION)
    await square.answers("other_answer", "marie", asked, "Le relais, rue du Fort.")
    helped = await square.answers("helped", "driss", asked, "Au football, demandez Chloé.")
    await db.write(accept_answer, member, PostId(helped.id))
    await db.write(thank, member, PostId(helped.id))
    closed = await square.asks("closed", "ana", "Un siège auto ?")
    await db.write(close_post, member, PostId(closed.id))
    gone = await square.asks("gone", "driss", "Un ballon de foot ?")
    await square.answers("left", "marie", gone, "J'en ai un de foot et un de basket.")
    await db.write(delete_post, moderator, PostId(gone.id))


async def _kinds(db: Database, square: Talk, member: Viewer, moderator: Viewer) -> None:
    news = PostKind.ANNOUNCEMENT
    pinned = await square.says("pinned", "driss", "Bienvenue à tous. #garde", kind=news)
    await db.write(pin_post, moderator, PostId(pinned.id))
    nameless = await square.says("nameless", "driss", "Que faire ?", is_anonymous=True)
    await square.answers("to_nameless", "ana", nameless, "Courage !")
    await square.says(
        "warned", "driss", "Une longue histoire.", warning="Un deuil", kind=PostKind.QUESTION
    )
    poll = PollDraft(("Le matin", "Après la sieste", "Pas cette semaine"))
    await square.says("poll", "driss", "Au parc ?", poll=poll)
    voted = await square.says("voted", "driss", "Et dimanche ?", poll=poll)
    await db.write(vote, member, PostId(voted.id), (1,))
    hidden = await square.says("hidden", "ana", "Achetez mes crèmes !")
    await hide(db, moderator, hidden.id, "Ici, pas de publicité.")
    await square.says("here", "marie", "L'école ouvre à 8 h. #garde", group_id=None)
    wide = await square.says(
        "public", "ana", "Fête de quartier samedi.", group_id=None, audience=Audience.PUBLIC
    )
    await square.answers("to_public", "marie", wide, "J'apporte le gâteau.")
    brought = await square.says(
        "brought", "marie", "Vide-grenier dimanche.", group_id=None, audience=Audience.PUBLIC
    )
    share = await db.write(share_post, moderator, PostId(brought.id))
    await db.write(fill_shared, share.id)


async def _photos(square: Talk, pictures: Pictures, member: Viewer) -> None:
    async def photo(width: int, height: int) -> PhotoDraft:
        media = await pictures.take_in(member, a_file(scene(width, height)), MediaUse.PHOTO)
        return PhotoDraft(media.id, "Une poussette au soleil")

    one = (await photo(1600, 1000),)
    await square.says("photo", "ana", "La voici :", photos=one)
    three = tuple([await photo(800, 800) for _ in range(3)])
    await square.says("photos", "ana", "", photos=three, is_sensitive=True)


def _allow_asking_without_a_name(uow: UnitOfWork, group_id: GroupId) -> None:
    uow.session.get_one(Group, group_id).allows_anonymous = True
