"""What the people of the named world say to each other: groups, asks, questions, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import select

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, ask_to_join
from fedparents.groups.members import change_member_role
from fedparents.groups.models import Audience, Group, GroupKind, GroupRole, GroupTopic, Joining
from fedparents.groups.service import AboutDraft, PrivacyDraft, found_group
from fedparents.ids import ActorId, GroupId, PostId
from fedparents.posts.asking import accept_answer, thank
from fedparents.posts.desk import pin_post
from fedparents.posts.models import Post, PostKind
from fedparents.posts.polls import PollDraft, vote
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    by: str
    text: str
    minutes: int
    """After the post."""
    helped: bool = False
    to: int | None = None
    """Which of the answers before it answers; None for the post itself."""


@dataclass(frozen=True, slots=True)
class DemoPost:
    by: str
    text: str
    minutes: int
    """Ago."""
    kind: PostKind = PostKind.MESSAGE
    direction: Direction | None = None
    answers: tuple[DemoAnswer, ...] = ()
    thanked_by: tuple[str, ...] = ()
    topic: str = ""
    urgent: str = ""
    warning: str = ""
    poll: tuple[str, ...] = ()
    votes: tuple[tuple[str, int], ...] = ()
    is_anonymous: bool = False
    is_pinned: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A group before it is founded; the first of its members founds it."""

    name: str
    purpose: str
    kind: GroupKind
    members: tuple[str, ...]
    posts: tuple[DemoPost, ...]
    topics: tuple[str, ...] = ()
    audience: Audience = Audience.MEMBERS
    joining: Joining = Joining.APPROVAL
    allows_anonymous: bool = False
    moderators: tuple[str, ...] = ()
    is_local_only: bool = True


@dataclass(frozen=True, slots=True)
class DemoTalk:
    """What is said in a town: in its groups, and to everybody."""

    groups: tuple[DemoGroup, ...]
    posts: tuple[DemoPost, ...]


BICYCLES: Final = "Sorties à vélo"
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR

ISSY: Final = DemoTalk(
    groups=(
        DemoGroup(
            name="Parents du Corentin",
            purpose="Les familles du quartier Corentin-Celton : on se prête, on se relaie.",
            kind=GroupKind.NEIGHBOURHOOD,
            members=("marie", "ana", "bao", "ploy", "chloe"),
            moderators=("chloe",),
            topics=("École et crèche", "Garde", "Sorties"),
            allows_anonymous=True,
            posts=(
                DemoPost(
                    "marie",
                    "Bienvenue ! Ici on demande **sans gêne** et on propose sans compter. Nous nous"
                    " retrouvons le premier mardi du mois, à 20 h 30, à la médiathèque.",
                    9 * _DAY,
                    PostKind.ANNOUNCEMENT,
                    is_pinned=True,
                    thanked_by=("ana", "bao", "ploy"),
                ),
                DemoPost(
                    "bao",
                    "To give away: a cot with its mattress (60 × 120), very good condition. Third"
                    " floor, there is a lift.",
                    3 * _DAY,
                    PostKind.SWAP,
                    Direction.OFFER,
                    answers=(DemoAnswer("ploy", "สนใจมาก ขอแวะไปดูเย็นนี้ได้ไหม", 40),),
                    thanked_by=("marie",),
                    language="en",
                ),
                DemoPost(
                    "ploy",
                    "Quel pédiatre prend encore de nouveaux patients ? Notre fille aura deux mois"
                    " et le cabinet de la rue Kléber est complet.",
                    2 * _DAY,
                    PostKind.QUESTION,
                    topic="École et crèche",
                    answers=(
                        DemoAnswer("ana", "Le centre de santé près de la mairie, sans doute.", 15),
                        DemoAnswer(
                            "chloe",
                            "La docteure Lemaire, au 12 rue du Château : nous avons eu un"
                            " rendez-vous en dix jours. Dites que c'est pour un nourrisson.",
                            55,
                            helped=True,
                        ),
                        DemoAnswer("ploy", "Merci beaucoup, j'appelle demain !", 70, to=1),
                    ),
                    thanked_by=("ana",),
                ),
                DemoPost(
                    "ana",
                    "Qui vient au parc Henri-Barbusse mercredi ? #sortie",
                    _DAY + 3 * _HOUR,
                    topic="Sorties",
                    poll=("Le matin, vers 10 h", "Après la sieste, vers 16 h", "Pas cette semaine"),
                    votes=(("bao", 1), ("chloe", 1), ("marie", 0)),
                ),
                DemoPost(
                    "chloe",
                    "Comment faites-vous quand votre enfant refuse d'aller à l'école ? Chez nous"
                    " c'est tous les matins en ce moment et je ne sais plus quoi essayer.",
                    9 * _HOUR,
                    PostKind.QUESTION,
                    is_anonymous=True,
                    warning="Un moment difficile à la maison",
                    answers=(
                        DemoAnswer(
                            "ana",
                            "Courage, nous y sommes passés. Un doudou de poche a beaucoup aidé.",
                            20,
                        ),
                        DemoAnswer(
                            "marie",
                            "La psychologue scolaire reçoit vite et c'est gratuit :"
                            " demandez à la directrice.",
                            65,
                        ),
                    ),
                ),
                DemoPost(
                    "ana",
                    "Cherche une **poussette double** pour samedi et dimanche : ma sœur arrive avec"
                    " ses jumeaux.",
                    25,
                    PostKind.SWAP,
                    Direction.ASK,
                    urgent="samedi matin",
                    answers=(
                        DemoAnswer(
                            "bao",
                            "J'en ai une ! Elle est au sous-sol, je peux la descendre"
                            " ce soir après 18 h.",
                            5,
                        ),
                    ),
                ),
                DemoPost(
                    "bao",
                    "Qui pourrait prendre deux enfants en plus à l'école jeudi matin ? Nous avons"
                    " tous les deux une réunion à 8 h.",
                    8,
                    PostKind.SWAP,
                    Direction.ASK,
                    topic="École et crèche",
                ),
            ),
        ),
        DemoGroup(
            name="Crèche des Épinettes",
            purpose="Les parents de la crèche : planning, repas, petits mots.",
            kind=GroupKind.SCHOOL,
            members=("chloe", "ana", "marie"),
            posts=(
                DemoPost(
                    "chloe",
                    "La crèche ferme à 17 h vendredi. Qui peut garder deux grands une heure de plus"
                    " chez soi ?",
                    5 * _HOUR,
                    PostKind.SWAP,
                    Direction.ASK,
                    answers=(DemoAnswer("marie", "Moi, avec plaisir. Goûter compris.", 12, True),),
                ),
            ),
        ),
        DemoGroup(
            name="Échanges de livres",
            purpose="Des livres pour enfants qui circulent de porte en porte.",
            kind=GroupKind.THEME,
            members=("bao", "ploy"),
            audience=Audience.HERE,
            joining=Joining.OPEN,
            posts=(
                DemoPost(
                    "ploy",
                    "Je prête toute la série « Ariol », du tome 1 au tome 12.",
                    4 * _DAY,
                    PostKind.SWAP,
                    Direction.OFFER,
                ),
            ),
        ),
        DemoGroup(
            name=BICYCLES,
            purpose="Le dimanche à vélo avec les enfants, d'Issy et d'à côté.",
            kind=GroupKind.ACTIVITY,
            members=("ana", "bao"),
            audience=Audience.PUBLIC,
            joining=Joining.OPEN,
            is_local_only=False,
            posts=(
                DemoPost(
                    "ana",
                    "Dimanche, départ à 10 h du parc de l'Île Saint-Germain : douze kilomètres,"
                    " tout plats.",
                    7 * _HOUR,
                ),
            ),
        ),
    ),
    posts=(
        DemoPost(
            "marie",
            "Un grand merci à qui a rapporté l'écharpe bleue au square : elle a retrouvé son"
            " propriétaire de quatre ans.",
            2 * _DAY + 5 * _HOUR,
            thanked_by=("ana", "bao", "ploy", "chloe"),
        ),
        DemoPost(
            "bao",
            "Does anybody know a swimming club that takes beginners at five?",
            6 * _HOUR,
            PostKind.SWAP,
            Direction.ASK,
            language="en",
        ),
    ),
)
MEUDON: Final = DemoTalk(
    groups=(
        DemoGroup(
            name="Sorties en forêt",
            purpose="Le dimanche matin, avec ou sans porte-bébé.",
            kind=GroupKind.ACTIVITY,
            members=("nadia", "hugo", "ines"),
            posts=(
                DemoPost(
                    "hugo",
                    "Dimanche à 9 h 30 devant l'Observatoire ? J'apporte les gourdes.",
                    20 * _HOUR,
                    answers=(DemoAnswer("ines", "Nous venons à trois !", 30),),
                    thanked_by=("nadia",),
                ),
            ),
        ),
    ),
    posts=(),
)


def let_talk(uow: UnitOfWork, talk: DemoTalk, people: Mapping[str, Viewer]) -> None:
    """Found the groups and say everything, the oldest first."""
    said: list[tuple[int, GroupId | None, DemoPost]] = []
    for group in talk.groups:
        group_id = _found(uow, group, people)
        said += [(post.minutes, group_id, post) for post in group.posts]
    said += [(post.minutes, None, post) for post in talk.posts]
    for _, place, post in sorted(said, key=lambda each: -each[0]):
        _say(uow, place, post, people)


def _found(uow: UnitOfWork, group: DemoGroup, people: Mapping[str, Viewer]) -> GroupId:
    founder, *others = group.members
    privacy = PrivacyDraft(
        joining=group.joining, audience=group.audience, is_local_only=group.is_local_only
    )
    about = AboutDraft(
        name=group.name,
        purpose=group.purpose,
        kind=group.kind,
        rules="On se parle avec bienveillance.\nCe qui se dit ici reste ici.\nPas de publicité.",
        questions="Qu'est-ce qui vous relie à ce groupe ?",
    )
    row = found_group(uow, people[founder], privacy, about)
    uow.session.flush()
    row.allows_anonymous = group.allows_anonymous
    uow.session.add(row)
    uow.session.add_all(
        GroupTopic(id=uow.new_id(), group_id=row.actor_id, name=name, position=number)
        for number, name in enumerate(group.topics)
    )
    uow.session.flush()
    for handle in others:
        _join(uow, row, people[founder], people[handle])
    for handle in group.moderators:
        moderator = ActorId(people[handle].actor_id)
        change_member_role(
            uow, people[founder], GroupId(row.actor_id), moderator, GroupRole.MODERATOR
        )
    return GroupId(row.actor_id)


def _join(uow: UnitOfWork, group: Group, founder: Viewer, viewer: Viewer) -> None:
    group_id = GroupId(group.actor_id)
    ask_to_join(uow, viewer, group_id, ("J'habite tout près.",))
    uow.session.flush()
    request = find_request(uow.session, group_id, viewer.actor_id)
    if group.joining == Joining.APPROVAL and request is not None:
        approve_request(uow, founder, group_id, request.id)
        uow.session.flush()


def _say(
    uow: UnitOfWork, group_id: GroupId | None, said: DemoPost, people: Mapping[str, Viewer]
) -> None:
    viewer = people[said.by]
    post = _publish(uow, viewer, group_id, said)
    replies: list[Post] = []
    for answer in said.answers:
        replies.append(_answer(uow, post, replies, answer, people[answer.by]))
        if answer.helped:
            accept_answer(uow, viewer, PostId(replies[-1].id))
    for handle in said.thanked_by:
        thank(uow, people[handle], PostId(post.id))
    for handle, choice in said.votes:
        vote(uow, people[handle], PostId(post.id), (choice,))
    if said.is_pinned:
        pin_post(uow, viewer, PostId(post.id))
    uow.session.flush()
    uow.session.refresh(post)  # answers and thanks are counted by the database
    post.created_at = uow.now - timedelta(minutes=said.minutes)
    for reply, answer in zip(replies, said.answers, strict=True):
        reply.created_at = post.created_at + timedelta(minutes=answer.minutes)
        uow.session.add(reply)
    uow.session.add(post)
    uow.session.flush()


def _publish(uow: UnitOfWork, viewer: Viewer, group_id: GroupId | None, said: DemoPost) -> Post:
    draft = PostDraft(
        text=said.text,
        group_id=group_id,
        kind=said.kind,
        topic_id=_find_topic(uow, group_id, said.topic),
        warning=said.warning,
        language=said.language,
        is_anonymous=said.is_anonymous,
        poll=PollDraft(said.poll) if said.poll else None,
    )
    if said.direction is None:
        post = publish_post(uow, viewer, draft).post
    else:
        post = publish_swap(uow, viewer, SwapDraft(draft, said.direction, said.urgent)).post
    uow.session.flush()
    return post


def _answer(
    uow: UnitOfWork, post: Post, before: list[Post], answer: DemoAnswer, viewer: Viewer
) -> Post:
    to = post if answer.to is None else before[answer.to]
    draft = PostDraft(text=answer.text, in_reply_to_id=PostId(to.id), language=viewer.language)
    reply = publish_post(uow, viewer, draft).post
    uow.session.flush()
    return reply


def _find_topic(uow: UnitOfWork, group_id: GroupId | None, name: str) -> int | None:
    named = select(GroupTopic.id).where(GroupTopic.group_id == group_id, GroupTopic.name == name)
    return uow.session.exec(named).first() if name else None
