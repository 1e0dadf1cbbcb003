"""A town with things that are not for everybody, and people with tokens for whom they are not.

Words stand for what must not get out: whoever reads one of them has been told too much.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx2
from PIL import Image
from sqlmodel import col, select

from fedparents import clock
from fedparents.applications.models import AccessToken
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.groups.access import find_request
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member
from fedparents.ids import ActorId, GroupId
from fedparents.posts.models import Audience
from fedparents.posts.polls import PollDraft
from fedparents.social.service import block_actor
from tests.rig.builders import a_group, join, put_follow
from tests.web.api.conftest import token_for
from tests.web.api.town import ALL, Program, Town, a_town, an_app
from web.runtime import Runtime

CLOSED = "grenouille"
"""In a closed group, among followers, in letters, and in what somebody keeps for themselves."""
HERE = "salamandre"
"""For those who live here."""
ANAS = "triton"
"""Ana said it to everybody, and has blocked somebody."""
AUTHOR = "Margaux"
"""Who asked without a name."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody's token, or none, and what it must not lead to."""

    who: str
    headers: Mapping[str, str]
    words: tuple[str, ...]
    ids: Mapping[str, list[str]]
    """What is not theirs, by what it is."""
    is_somebody: bool = True
    """Whose token is good for everything: it hears 404 where others hear that it is not."""


@dataclass(frozen=True, slots=True)
class Guarded:
    town: Town
    dina: Program
    """Another member."""
    margaux: Program
    ids: Mapping[str, list[str]]
    outsiders: tuple[Outsider, ...]

    async def seen_by_owners(self) -> list[object]:
        """What those see whose it is: nobody else's call may change any of it."""
        lea, ana = self.town.lea, self.town.ana
        group, own = self.ids["post"][:4], self.ids["post"][4:]
        return [
            *[await lea.get(f"/v1/statuses/{each}") for each in group],
            *[await ana.get(f"/v1/statuses/{each}") for each in own],
            *[await ana.get(f"/v2/filters/{each}") for each in self.ids["filter"]],
            *[await ana.get(f"/v1/notifications/{each}") for each in self.ids["notification"]],
            await ana.get(f"/v1/media/{self.ids['media'][-1]}"),
            await ana.get("/v1/bookmarks"),
            await ana.get("/v1/lists"),
            await ana.get("/v1/featured_tags"),
            await ana.get("/v1/scheduled_statuses"),
            await ana.get("/v1/conversations"),
            await lea.get(f"/v1/lists/{self.town.closed}/accounts"),
            await ana.get("/v1/blocks"),
        ]


async def a_guarded_town(place: Runtime, visitor: httpx2.AsyncClient) -> Guarded:
    town = await a_town(place, visitor)
    handles = ("dina", AUTHOR.lower(), "chloe", "farid", "gina", "hugo")
    people = {each: await an_app(place, visitor, each) for each in handles}
    for handle in ("dina", "margaux", "farid"):
        await join(place.db, people[handle].viewer, town.closed, town.lea.viewer)
    hidden = await a_group(place.db, town.lea.viewer, name=f"Les {CLOSED}s", is_hidden=True)
    await a_group(place.db, people["chloe"].viewer, name="Chorale")
    ids = await _say(town, people["margaux"], people["hugo"], hidden)
    await place.db.write(_keep_out, town, people["farid"], people["gina"])
    await town.settle()
    return Guarded(
        town,
        people["dina"],
        people["margaux"],
        ids,
        await _outsiders(place, town, people, ids),
    )


async def _say(
    town: Town, margaux: Program, asking: Program, hidden: GroupId
) -> dict[str, list[str]]:
    lea, ana, closed = town.lea, town.ana, town.closed
    where = {"group_id": str(closed)}
    attached, kept = await _upload(ana), await _upload(ana)
    first = await town.say(lea, f"La {CLOSED} du groupe #{CLOSED}s", group_id=closed)
    asked = await town.say(margaux, f"Une {CLOSED} sans nom", group_id=closed, is_anonymous=True)
    choices = PollDraft((f"une {CLOSED}", "aucune"))
    poll = await town.say(lea, f"Quelle {CLOSED} ?", group_id=closed, poll=choices)
    photo = await ana.post(
        "/v1/statuses",
        status=f"Photo de {CLOSED}",
        media_ids=[attached],
        in_reply_to_id=first,
        fedparents=where,
    )
    followers = await town.say(ana, f"{CLOSED} entre abonnés", audience=Audience.FOLLOWERS)
    letter = await ana.post("/v1/statuses", status=f"@lea la {CLOSED}", visibility="direct")
    await town.say(ana, f"La {HERE} d'ici", audience=Audience.HERE)
    await lea.post("/v1/statuses", status=f"@ana oui, la {CLOSED}", in_reply_to_id=letter["id"])
    await ana.post(f"/v1/statuses/{first}/bookmark")
    await ana.post(f"/v1/statuses/{first}/favourite")
    words = [{"keyword": CLOSED, "whole_word": True}]
    rule = await ana.post("/v2/filters", title=CLOSED, context=["home"], keywords_attributes=words)
    named = await ana.post(f"/v2/filters/{rule['id']}/statuses", status_id=first)
    people = await ana.post("/v1/lists", title=CLOSED)
    shown = await ana.post("/v1/featured_tags", name="poussette")
    request = await _ask_to_join(town, asking)
    await town.settle()
    told = await ana.get("/v1/notifications")
    letters = await ana.get("/v1/conversations")
    later = (clock.now() + timedelta(days=1)).isoformat()
    scheduled = await ana.post("/v1/statuses", status=f"{CLOSED} demain", scheduled_at=later)
    return {
        "account to decide": [lea.id],
        "announcement": ["1"],
        "scheduled": [scheduled["id"]],
        "post": [first, asked, poll, photo["id"], followers, letter["id"]],
        "poll": [poll],
        "account": [str(closed), str(hidden), lea.id, ana.id, margaux.id],
        "media": [attached, kept],
        "filter": [rule["id"]],
        "keyword": [rule["keywords"][0]["id"]],
        "filtered post": [named["id"]],
        "featured tag": [shown["id"]],
        "waiting": [margaux.id],
        "notification": [each["id"] for each in told],
        "notification group": [each["group_key"] for each in told],
        "conversation": [letters[0]["id"]],
        "list": [str(closed), str(hidden), people["id"]],
        "group": [str(closed), str(hidden)],
        "hidden": [str(hidden)],
        "request": [str(request)],
        "place": ["1"],
        "tag": [f"{CLOSED}s"],
    }


async def _ask_to_join(town: Town, asking: Program) -> int:
    """The number of a request that waits."""
    await town.place.db.write(ask_to_join, asking.viewer, town.closed, [f"La {CLOSED}."])
    found = await town.place.db.read(find_request, town.closed, asking.viewer.actor_id)
    assert found is not None
    return found.id


async def _upload(program: Program) -> str:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    answer = await program.visitor.post(
        "/api/v2/media",
        headers=program.headers,
        files={"file": ("a.png", file.getvalue(), "image/png")},
        data={"description": f"Une {CLOSED}"},
    )
    return str(answer.json()["id"])


def _keep_out(uow: UnitOfWork, town: Town, banned: Program, blocked: Program) -> None:
    number = ActorId(banned.viewer.actor_id)
    ban_member(uow, town.lea.viewer, town.closed, number, "Publicité.", until=None)
    put_follow(uow, blocked.viewer.actor_id, town.ana.viewer.actor_id)
    uow.session.flush()
    block_actor(uow, town.ana.viewer, ActorId(blocked.viewer.actor_id))


async def _outsiders(
    place: Runtime,
    town: Town,
    people: Mapping[str, Program],
    ids: dict[str, list[str]],
) -> tuple[Outsider, ...]:
    said = await town.say(town.ana, f"Le {ANAS}", audience=Audience.PUBLIC)
    of_ana = {**ids, "post": [*ids["post"], said], "account": [town.ana.id]}
    revoked = await token_for(place, town.ana.account, ALL)
    await place.db.write(_revoke_newest)
    narrow = await token_for(place, town.ana.account, Scope.PUSH)
    closed, outside = (CLOSED,), (CLOSED, HERE)
    return (
        Outsider("a stranger", town.bao.headers, closed, ids),
        Outsider("a member of another group", people["chloe"].headers, closed, ids),
        Outsider("a banned member", people["farid"].headers, closed, ids),
        Outsider("somebody blocked", people["gina"].headers, (CLOSED, ANAS), of_ana),
        Outsider("nobody", {}, outside, ids, is_somebody=False),
        Outsider("a revoked token", revoked, outside, ids, is_somebody=False),
        Outsider("a narrow token", narrow, outside, ids, is_somebody=False),
        Outsider("an app alone", await _app_token(town), outside, ids, is_somebody=False),
    )


def _revoke_newest(uow: UnitOfWork) -> None:
    newest = select(AccessToken).order_by(col(AccessToken.id).desc()).limit(1)
    token = uow.session.exec(newest).one()
    token.revoked_at = uow.now
    uow.session.add(token)


async def _app_token(town: Town) -> dict[str, str]:
    """Of a program that acts for nobody."""
    visitor = town.bao.visitor
    app = {"client_name": "Tusky", "redirect_uris": "x://y", "scopes": ALL}
    made = (await visitor.post("/api/v1/apps", json=app)).json()
    asked = {name: made[name] for name in ("client_id", "client_secret")}
    asked |= {"grant_type": "client_credentials", "scope": ALL}
    token = (await visitor.post("/oauth/token", json=asked)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
