"""What people of the two towns of the named world are to each other, and say across the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.conversations.service import MessageDraft, write_to
from fedparents.db import UnitOfWork
from fedparents.demo import talk
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import Membership
from fedparents.ids import AccountId, ActorId, GroupId, PostId
from fedparents.posts.asking import thank
from fedparents.posts.desk import let_post_through
from fedparents.posts.models import Audience, PollBallot, Post, PostState
from fedparents.posts.polls import PollDraft, vote
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState

_NO_SESSION: Final = 0


@dataclass(frozen=True, slots=True)
class DemoCall:
    """Something said that is read in the next town, too; and who there answers it, or votes."""

    by: str
    text: str
    language: str = "fr"
    answers: tuple[tuple[str, str], ...] = ()
    thanked_by: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    group: str = ""
    """Where it is said: a group of this town, into which people of the next one have come."""
    poll: tuple[str, ...] = ()
    votes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """Somebody comes into a group of the next town, and says something there."""

    by: str
    group: str
    welcomed_by: str
    """Who looks after the group, and lets their first words through."""
    text: str
    language: str = "fr"
    answers: tuple[tuple[str, str], ...] = ()
    """By whom of the group's own town."""
    thanked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoLetter:
    """What somebody writes to somebody of the next town alone, and is answered."""

    by: str
    to: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class DemoNeighbours:
    """How a town stands to the other one."""

    follows: tuple[tuple[str, str], ...]
    """Who here follows whom there."""
    calls: tuple[DemoCall, ...]
    visits: tuple[DemoVisit, ...] = ()
    letters: tuple[DemoLetter, ...] = ()


ISSY: Final = DemoNeighbours(
    follows=(("ana", "ines"), ("bao", "jonas"), ("marie", "nadia"), ("chloe", "hugo")),
    calls=(
        DemoCall(
            "marie",
            "Samedi, **bourse aux jouets** à la médiathèque d'Issy, de 10 h à 17 h. Les familles de"
            " Meudon sont les bienvenues ! #jouets",
            answers=(("nadia", "Nous viendrons avec deux caisses de petites voitures."),),
            thanked_by=("nadia", "ines"),
        ),
        DemoCall(
            "bao",
            "Our five-year-old has outgrown a 16-inch bicycle, helmet included. Also for friends"
            " in the next town.",
            "en",
            answers=(("jonas", "Ours is four and would love it. Could we meet at the station?"),),
        ),
        DemoCall(
            "chloe",
            "La halte-jeux d'Issy ouvre aussi aux enfants de Meudon le mercredi matin : il reste"
            " six places, sans inscription.",
            audience=Audience.NEARBY,
            answers=(("ines", "Merci ! Faut-il apporter le goûter ?"),),
            thanked_by=("ines", "hugo"),
        ),
        DemoCall(
            "ana",
            "Et dimanche prochain, par où passons-nous ?",
            group=talk.BICYCLES,
            poll=("Les bords de Seine", "La forêt de Meudon", "Le parc de Saint-Cloud"),
            votes=(("jonas", 1),),
            answers=(("jonas", "La forêt ! Je connais un chemin sans voitures depuis la gare."),),
            thanked_by=("jonas",),
        ),
    ),
    letters=(
        DemoLetter(
            "bao",
            "jonas",
            "Saturday at four, at the station's north exit? I bring the bicycle and a pump.",
            "Perfect. We come by train; our little one wears a yellow hat.",
        ),
    ),
)
MEUDON: Final = DemoNeighbours(
    follows=(("ines", "ana"), ("jonas", "bao"), ("nadia", "marie"), ("hugo", "ana")),
    calls=(
        DemoCall(
            "nadia",
            "L'étang de Villebon est gelé au bord : tenez bien la main des petits ce week-end.",
            thanked_by=("marie",),
        ),
        DemoCall(
            "ines",
            "Y a-t-il à Issy un atelier de cuisine pour enfants ? À Meudon tout est complet"
            " jusqu'à Pâques.",
            answers=(
                ("ana", "Oui, le mercredi à la maison des Épinettes. Il reste trois places !"),
            ),
            thanked_by=("ana",),
        ),
        DemoCall(
            "hugo",
            "Trouvé près de l'observatoire : un petit lapin gris en peluche, une oreille recousue."
            " Il attend son enfant, de Meudon ou d'Issy.",
            audience=Audience.NEARBY,
            answers=(("ploy", "ลูกสาวของเพื่อนทำหายวันอาทิตย์ เดี๋ยวถามให้นะ"),),
            thanked_by=("ploy", "chloe"),
        ),
    ),
    visits=(
        DemoVisit(
            "jonas",
            talk.BICYCLES,
            "ana",
            "Hello from Meudon! Two of us would join on Sunday, with a trailer.",
            "en",
            answers=(("ana", "Avec joie ! Nous attendrons la remorque dans les montées."),),
            thanked_by=("bao",),
        ),
    ),
)


def get_demo_viewer(session: Session, handle: str) -> Viewer:
    """Somebody of this town, as if they were signed in."""
    owned = (
        select(Account, Actor)
        .join(Actor, col(Actor.id) == Account.actor_id)
        .where(Actor.handle == handle, Actor.domain == "")
    )
    account, actor = session.exec(owned).one()
    return viewer_of(account, actor)


def answer_call(uow: UnitOfWork, handle: str, answered: PostId, text: str) -> None:
    """Somebody answers what was said in the other town, if they have not yet."""
    viewer = get_demo_viewer(uow.session, handle)
    if _find_said(uow.session, viewer, text) is None:
        draft = PostDraft(text=text, in_reply_to_id=answered, language=viewer.language)
        publish_post(uow, viewer, draft)


def thank_for_call(uow: UnitOfWork, handle: str, post_id: PostId) -> None:
    thank(uow, get_demo_viewer(uow.session, handle), post_id)


def get_demo_group(session: Session, name: str) -> GroupId:
    """A group of this town by its name."""
    named = select(Actor.id).where(
        Actor.kind == ActorKind.GROUP, Actor.display_name == name, Actor.domain == ""
    )
    return GroupId(session.exec(named).one())


def come_in(uow: UnitOfWork, handle: str, group_id: GroupId) -> None:
    """Somebody comes into a group of the other town, unless they are in it."""
    viewer = get_demo_viewer(uow.session, handle)
    if uow.session.get(Membership, (group_id, viewer.actor_id)) is None:
        ask_to_join(uow, viewer, group_id)


def say_there(uow: UnitOfWork, visit: DemoVisit, group_id: GroupId) -> PostId:
    """They say something in it, if they have not yet; its number."""
    viewer = get_demo_viewer(uow.session, visit.by)
    draft = PostDraft(text=visit.text, group_id=group_id, language=visit.language)
    return _say_once(uow, viewer, draft)


def _find_said(session: Session, viewer: Viewer, text: str) -> int | None:
    said = select(Post.id).where(
        Post.author_actor_id == viewer.actor_id,
        Post.text == text,
        Post.state != PostState.DELETED,
    )
    return session.exec(said).first()


def viewer_of(account: Account, actor: Actor) -> Viewer:
    """Somebody as if they were signed in, and had been seen when they came."""
    return Viewer(
        account_id=AccountId(account.id),
        actor_id=ActorId(actor.id),
        session_id=_NO_SESSION,
        handle=actor.handle,
        name=actor.display_name,
        role=account.role,
        state=account.state,
        language=account.language,
        theme=account.theme,
        email=account.email,
        leaving_at=None,
        seen_at=account.created_at,
    )


def begin_to_follow(uow: UnitOfWork, handle: str, there: ActorId) -> None:
    """Somebody follows somebody of the other town, if they do not yet."""
    viewer = get_demo_viewer(uow.session, handle)
    if uow.session.get(Follow, (viewer.actor_id, there)) is None:
        follow_actor(uow, viewer, there)


def let_through(uow: UnitOfWork, handle: str, post_id: PostId) -> None:
    """Whoever looks after the group has it read, if it still waits for that."""
    if uow.session.get_one(Post, post_id).state == PostState.HELD:
        let_post_through(uow, get_demo_viewer(uow.session, handle), post_id)


def vote_there(uow: UnitOfWork, handle: str, post_id: PostId, choice: int) -> None:
    """Somebody votes in what the other town asks, if they have not yet."""
    viewer = get_demo_viewer(uow.session, handle)
    if uow.session.get(PollBallot, (post_id, viewer.actor_id)) is None:
        vote(uow, viewer, post_id, (choice,))


def write_letter(uow: UnitOfWork, handle: str, to: ActorId, text: str) -> None:
    """Somebody writes to somebody of the other town, if they have not yet."""
    viewer = get_demo_viewer(uow.session, handle)
    if _find_said(uow.session, viewer, text) is None:
        write_to(uow, viewer, (to,), MessageDraft(text=text))


def count_unanswered(session: Session) -> int:
    """How many follows wait for an answer."""
    waiting = select(Follow.id).where(Follow.state == FollowState.PENDING)
    return len(session.exec(waiting).all())


def call_out(uow: UnitOfWork, call: DemoCall) -> PostId:
    """Somebody says something that the next town reads, too, if they have not yet; its number."""
    draft = PostDraft(
        text=call.text,
        group_id=get_demo_group(uow.session, call.group) if call.group else None,
        audience=None if call.group else call.audience,
        language=call.language,
        poll=PollDraft(call.poll) if call.poll else None,
    )
    return _say_once(uow, get_demo_viewer(uow.session, call.by), draft)


def _say_once(uow: UnitOfWork, viewer: Viewer, draft: PostDraft) -> PostId:
    found = _find_said(uow.session, viewer, draft.text)
    if found is not None:
        return PostId(found)
    post = publish_post(uow, viewer, draft).post
    uow.session.flush()
    return PostId(post.id)
