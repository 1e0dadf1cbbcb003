"""People, groups and servers: the published examples arrive, leave again, and fit their schemas."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from federation.errors import Malformed
from federation.keys import ActorKeys
from federation.models import RemoteActor
from federation.objects import application, group, person
from federation.objects.actor import accept_actor, find_remote
from federation.objects.actors import ACTORS, actor_from_ap
from federation.outside import OutsideGroup
from federation.reading import Json
from fedparents.actors.models import Actor, ActorKind
from fedparents.groups.models import Audience, Joining
from fedparents.instance.views import InstanceView
from tests.rig.schemas import complaints

BASE = "https://annecy.example"
DAY = datetime(2026, 9, 1, 17, 42, tzinfo=UTC)
KINDS = {each.kind.value: each for each in ACTORS}
WRONG: tuple[Json, ...] = (None, True, 7, 1.5, "", "x", [], ["x", None], {}, {"x": {}})


def read(name):
    return json.loads(resources.files("schemas").joinpath(f"objects/{name}").read_bytes())


def keys_in(document) -> ActorKeys:
    """As if the keys of the example were ours."""
    rsa, [newer] = document["publicKey"], document["assertionMethod"]
    shown: Any = SimpleNamespace(id=rsa["id"], owner=rsa["owner"], public_pem=rsa["publicKeyPem"])
    also_shown: Any = SimpleNamespace(
        id=newer["id"], owner=newer["controller"], public_multibase=newer["publicKeyMultibase"]
    )
    return ActorKeys(shown, also_shown)


def pictures_in(document):
    """The files behind its pictures."""
    named = (document.get(name, {}).get("url", "") for name in ("icon", "image"))
    return [url.rpartition("/")[2] for url in named]


def leaves_as(kind, actor, document):
    """What somebody here would show who is like the one that arrived."""
    keys = keys_in(document)
    actor.avatar, actor.cover = pictures_in(document)
    actor.id = int(document["id"].rpartition("/")[2]) if kind != "application" else 0
    actor.created_at = DAY
    if kind == "person":
        return person.to_ap(actor, BASE, keys)
    if kind == "application":
        place = InstanceView(actor.domain, actor.display_name, tagline=actor.summary)
        return application.to_ap(place, BASE, keys)
    members = document["memberCount"]
    found = OutsideGroup(
        actor,
        rules=("Soyons aimables.",),
        questions=(),
        joining=Joining.OPEN,
        audience=Audience.PUBLIC,
        members=members,
    )
    return group.to_ap(found, BASE, keys)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_example_arrives_is_remembered_and_leaves_again(kind, db):
    document = read(f"{kind}.json")
    accepted = await db.write(accept_actor, KINDS[kind].from_ap(document))
    actor = await db.read(lambda session: session.get_one(Actor, accepted.id))
    assert leaves_as(kind, actor, document) == document
    row = await db.read(find_remote, document["id"])
    assert (row.inbox, row.outbox) == (document["inbox"], document["outbox"])
    assert row.shared_inbox == document["endpoints"]["sharedInbox"]
    assert row.followers == document["followers"]
    assert row.url == document["url"]
    assert row.gone_at is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_fits_its_schema(kind):
    assert list(complaints(read(f"{kind}.json"), read(f"{kind}.schema.json"))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_property_that_is_missing_or_wrong_is_malformed_or_a_default(kind):
    document = read(f"{kind}.json")
    for name in document:
        changed = [{**document, name: value} for value in WRONG]
        changed.append({each: value for each, value in document.items() if each != name})
        for broken in changed:
            with contextlib.suppress(Malformed):
                KINDS[kind].from_ap(broken)
    for nothing in ({}, {"type": document["type"]}):
        with pytest.raises(Malformed):
            KINDS[kind].from_ap(nothing)


def test_each_kind_is_recognised_under_all_of_its_names():
    document = read("person.json")
    found = {
        name: actor_from_ap({**document, "type": name}).kind
        for name in ("Person", "Organization", "Group", "Application", "Service")
    }
    assert found == {
        "Person": ActorKind.PERSON,
        "Organization": ActorKind.PERSON,
        "Group": ActorKind.GROUP,
        "Application": ActorKind.APPLICATION,
        "Service": ActorKind.APPLICATION,
    }
    for name in ("Note", "person", None):
        with pytest.raises(Malformed):
            actor_from_ap({**document, "type": name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inbox", "https://elsewhere.example/inbox"),
        ("inbox", "http://annecy.example/users/1/inbox"),
        ("inbox", None),
        ("preferredUsername", ""),
        ("preferredUsername", "lea@annecy.example"),
        ("preferredUsername", "l" * 65),
        ("id", "lea"),
        ("id", None),
    ],
)
def test_what_nobody_can_be_without(name, value):
    with pytest.raises(Malformed):
        person.from_ap({**read("person.json"), name: value})


def test_what_stands_on_another_server_does_not_count():
    document = read("person.json") | {
        "outbox": "https://elsewhere.example/outbox",
        "followers": "https://elsewhere.example/followers",
        "endpoints": {"sharedInbox": "https://elsewhere.example/inbox"},
    }
    draft = person.from_ap(document)
    assert (draft.outbox, draft.followers, draft.shared_inbox) == ("", "", "")


def test_words_of_others_are_plain_and_bounded():
    document = read("person.json") | {
        "name": "Léa\u202e <b>\n" + "x" * 500,
        "summary": "<p onclick='x'>Bonjour<script>alert(1)</script></p>" + "y" * 9000,
    }
    draft = person.from_ap(document)
    assert draft.name.startswith("Léa <b> xx")
    assert len(draft.name) == 120
    assert draft.summary.startswith("Bonjour")
    assert "script" not in draft.summary
    assert len(draft.summary) == 5000


def test_lines_about_somebody_are_read_as_others_write_them():
    link = '<a href="https://soupes.example/lea" rel="me nofollow">{}</a>'
    said: list[Json] = [
        {"type": "PropertyValue", "name": "Quartier", "value": "<b>Novel</b> &amp; Parmelan"},
        {"type": "schema:PropertyValue", "name": "Web", "value": link.format("soupes.example/lea")},
        {"type": ["Note", "PropertyValue"], "name": "Ici", "value": link.format("mes recettes")},
        {"type": "Link", "name": "Vélo", "href": "https://velo.example/"},
        {"type": "Note", "name": "Parle", "content": "<p>français<script>alert(1)</script></p>"},
        {"type": "Note", "name": "Vide", "content": ""},
        {"type": "PropertyValue", "name": "", "value": "sans nom"},
        {"type": "IdentityProof", "name": "lea", "signatureValue": "x"},
        "no object",
    ]
    draft = person.from_ap({**read("person.json"), "attachment": said})
    assert draft.fields == (
        ("Quartier", "Novel & Parmelan"),
        ("Web", "soupes.example/lea"),
        ("Ici", "mes recettes https://soupes.example/lea"),
        ("Vélo", "https://velo.example/"),
        ("Parle", "français"),
    )
    many: list[Json] = [{"type": "PropertyValue", "name": "n" * 999, "value": "v" * 9999}] * 99
    draft = person.from_ap({**read("person.json"), "attachment": many})
    assert len(draft.fields) == 10
    assert {(len(each.name), len(each.value)) for each in draft.fields} == {(255, 2000)}


def test_without_a_name_the_user_name_counts():
    assert person.from_ap({**read("person.json"), "name": None}).name == "lea"


async def test_whoever_is_known_keeps_their_id(db):
    draft = person.from_ap(read("person.json"))
    first = await db.write(accept_actor, draft)
    again = await db.write(accept_actor, replace(draft, name="Léa M.", is_locked=False))
    assert again.id == first.id
    actor = await db.read(lambda session: session.get_one(Actor, first.id))
    assert (actor.display_name, actor.is_locked) == ("Léa M.", False)
    rows = await db.read(lambda session: list(session.exec(select(RemoteActor))))
    assert len(rows) == 1


async def test_a_person_and_a_group_of_one_name(db):
    """As on Lemmy: both are here, and the first keeps the plain name."""
    lea = person.from_ap(read("person.json"))
    forum = replace(lea, uri=f"{BASE}/c/lea", kind=ActorKind.GROUP)
    first = await db.write(accept_actor, lea)
    second = await db.write(accept_actor, forum)
    assert first.handle == "lea"
    assert second.handle == f"lea~{second.id}"
    assert (await db.write(accept_actor, forum)).handle == second.handle
