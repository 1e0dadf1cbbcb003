"""What people of the two towns of the named world are to each other, and say across the border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.ids import AccountId, ActorId, PostId
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState

_NO_SESSION: Final = 0


@dataclass(frozen=True, slots=True)
class DemoCall:
    """Something said to everybody, also in the next town."""

    by: str
    text: str
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class DemoNeighbours:
    """How a town stands to the other one."""

    follows: tuple[tuple[str, str], ...]
    """Who here follows whom there."""
    calls: tuple[DemoCall, ...]


ISSY: Final = DemoNeighbours(
    follows=(("ana", "ines"), ("bao", "jonas"), ("marie", "nadia"), ("chloe", "hugo")),
    calls=(
        DemoCall(
            "marie",
            "Samedi, **bourse aux jouets** à la médiathèque d'Issy, de 10 h à 17 h. Les familles de"
            " Meudon sont les bienvenues ! #jouets",
        ),
        DemoCall(
            "bao",
            "Our five-year-old has outgrown a 16-inch bicycle, helmet included. Also for friends"
            " in the next town.",
            "en",
        ),
    ),
)
MEUDON: Final = DemoNeighbours(
    follows=(("ines", "ana"), ("jonas", "bao"), ("nadia", "marie"), ("hugo", "ana")),
    calls=(
        DemoCall(
            "nadia",
            "L'étang de Villebon est gelé au bord : tenez bien la main des petits ce week-end.",
        ),
        DemoCall(
            "ines",
            "Y a-t-il à Issy un atelier de cuisine pour enfants ? À Meudon tout est complet"
            " jusqu'à Pâques.",
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


def count_unanswered(session: Session) -> int:
    """How many follows wait for an answer."""
    waiting = select(Follow.id).where(Follow.state == FollowState.PENDING)
    return len(session.exec(waiting).all())


def call_out(uow: UnitOfWork, call: DemoCall) -> PostId:
    """Somebody says something to everybody, if they have not yet; its number."""
    viewer = get_demo_viewer(uow.session, call.by)
    said = select(Post.id).where(
        Post.author_actor_id == viewer.actor_id,
        Post.text == call.text,
        Post.state != PostState.DELETED,
    )
    found = uow.session.exec(said).first()
    if found is not None:
        return PostId(found)
    draft = PostDraft(text=call.text, audience=Audience.PUBLIC, language=call.language)
    post = publish_post(uow, viewer, draft).post
    uow.session.flush()
    return PostId(post.id)
