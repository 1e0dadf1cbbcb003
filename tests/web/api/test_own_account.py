"""What an app changes of its owner, what it offers when they write, and how far they have read."""

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.notifications.queries import count_new
from tests.rig.builders import an_account, signed_in
from tests.rig.photos import a_file, scene
from tests.web.api.conftest import token_for

WHO = "/api/v1/accounts/verify_credentials"
CHANGE = "/api/v1/accounts/update_credentials"
CHANGES = {
    "display_name": "Ana Ferreira",
    "note": "Deux enfants,\nun vélo.",
    "locked": False,
    "discoverable": True,
    "indexable": True,
    "source": {"privacy": "private", "sensitive": True, "language": "pt"},
}
FORM = {
    "display_name": "Ana Ferreira",
    "note": "Deux enfants,\nun vélo.",
    "locked": "false",
    "discoverable": "1",
    "indexable": "true",
    "source[privacy]": "private",
    "source[sensitive]": "true",
    "source[language]": "pt",
}


@pytest.fixture
async def headers(place):
    return await token_for(place, await an_account(place.db), "read write")


async def test_an_app_changes_what_it_sends_in_any_encoding(visitor, headers):
    for call in (
        {"json": CHANGES},
        {"data": FORM},
        {"params": FORM},
        {"files": [(name, (None, value)) for name, value in FORM.items()]},
    ):
        await visitor.patch(CHANGE, headers=headers, json={"display_name": "Ana", "note": ""})
        answer = await visitor.patch(CHANGE, headers=headers, **call)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["display_name"] == "Ana Ferreira"
        assert told["source"]["note"] == "Deux enfants,\nun vélo."
        assert told["note"] == "<p>Deux enfants,<br />un vélo.</p>"
        assert (told["locked"], told["discoverable"], told["indexable"]) == (False, True, True)
        source = told["source"]
        assert (source["privacy"], source["sensitive"], source["language"]) == (
            "private",
            True,
            "pt",
        )
    wishes = (await visitor.get("/api/v1/preferences", headers=headers)).json()
    assert wishes == {
        "posting:default:visibility": "private",
        "posting:default:sensitive": True,
        "posting:default:language": "pt",
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


async def test_what_is_not_sent_stays(visitor, headers, place):
    await visitor.patch(CHANGE, headers=headers, json=CHANGES)

    def move_in(uow):
        account = uow.session.exec(select(Account)).one()
        account.shows_place = True

    await place.db.write(move_in)
    nothing: list[dict[str, object]] = [{}, {"locked": None}, {"source": {}}, {"source": None}]
    for sent in (*nothing, {"fields_attributes": [{"name": ""}]}):
        before = (await visitor.get(WHO, headers=headers)).json()
        after = (await visitor.patch(CHANGE, headers=headers, json=sent)).json()
        assert after["display_name"] == before["display_name"]
        assert after["source"] == before["source"]
    assert await place.db.read(lambda session: session.exec(select(Account)).one().shows_place)


async def test_lines_about_oneself_come_in_any_encoding(visitor, headers):
    lines = [("Parle", "français, portugais"), ("Recettes", "https://soupes.example/<ana>?a=1&b")]
    as_json = [{"name": name, "value": value} for name, value in lines]
    form = {
        f"fields_attributes[{n}][{key}]": each[key]
        for n, each in enumerate([*as_json, {"name": " ", "value": ""}])
        for key in ("name", "value")
    }
    for call in (
        {"json": {"fields_attributes": as_json}},
        {"json": {"fields_attributes": {str(n): each for n, each in enumerate(as_json)}}},
        {"data": form},
        {"params": form},
        {"files": [(name, (None, value)) for name, value in form.items()]},
    ):
        cleared = await visitor.patch(CHANGE, headers=headers, json={"fields_attributes": []})
        assert cleared.json()["fields"] == cleared.json()["source"]["fields"] == []
        told = (await visitor.patch(CHANGE, headers=headers, **call)).json()
        written = [{**each, "verified_at": None} for each in as_json]
        assert told["source"]["fields"] == written
        assert [each["name"] for each in told["fields"]] == ["Parle", "Recettes"]
        assert told["fields"][0] == written[0]
        linked = told["fields"][1]["value"]
        assert linked.startswith('<a href="https://soupes.example/')
        assert "<ana>" not in linked
        profile = (await visitor.get("/api/v1/profile", headers=headers)).json()
        assert profile["fields"] == written
        seen = (await visitor.get(f"/api/v1/accounts/{told['id']}", headers=headers)).json()
        assert seen["fields"] == told["fields"]
    kept = (await visitor.patch(CHANGE, headers=headers, json={"note": "Bonjour"})).json()
    assert kept["fields"] == told["fields"]
    limits = (await visitor.get("/api/v2/instance")).json()["configuration"]["accounts"]
    assert limits["max_profile_fields"] == 4


async def test_nobody_is_without_a_name(visitor, headers):
    told = (await visitor.patch(CHANGE, headers=headers, json={"display_name": " "})).json()
    assert told["display_name"] == "ana"


async def test_what_cannot_be_taken_changes_nothing(visitor, headers):
    before = (await visitor.get(WHO, headers=headers)).json()
    for wrong in (
        {"display_name": "x" * 300},
        {"display_name": "🚲"},
        {"note": "x" * 501},
        {"source": {"privacy": "secret"}},
        {"source": {"language": "<b>"}},
        {"fields_attributes": {"0": {"name": "Pronouns"}}},
        {"fields_attributes": [{"value": "she"}]},
        {"fields_attributes": [{"name": "Pronouns", "value": "x" * 256}]},
        {"fields_attributes": [{"name": str(n), "value": "x"} for n in range(5)]},
        {"fields_attributes": ["Pronouns"]},
        {"avatar": "a.png"},
    ):
        sent = {"note": "New", "display_name": "New"} | wrong
        answer = await visitor.patch(CHANGE, headers=headers, json=sent)
        assert answer.status_code == 422, wrong
        assert answer.json()["error"].startswith("Validation failed: ")
        assert (await visitor.get(WHO, headers=headers)).json() == before


async def test_a_face_comes_and_goes(visitor, headers, place):
    def avatar(session):
        return session.exec(select(Actor.avatar).where(Actor.handle == "ana")).one()

    face = ("me.jpg", a_file(scene(400, 400)), "image/jpeg")
    answer = await visitor.patch(CHANGE, headers=headers, files={"avatar": face})
    assert answer.status_code == 200, answer.text
    assert await place.db.read(avatar)
    there = answer.json()["avatar"]
    assert (await visitor.get(there)).headers["content-type"].startswith("image/")
    for path in ("/api/v1/profile/header", "/api/v1/profile/avatar"):
        answer = await visitor.delete(path, headers=headers)
        assert answer.json()["username"] == "ana"
    assert not await place.db.read(avatar)
    for name, file in (
        ("avatar", ("a.png", b"not a picture", "image/png")),
        ("avatar", ("a.png", b"x" * 9_000_000, "image/png")),
        ("header", face),
    ):
        answer = await visitor.patch(CHANGE, headers=headers, files={name: file})
        assert answer.status_code == 422
        assert name in answer.json()["details"]


async def test_how_far_somebody_has_read(visitor, headers):
    async def read(query):
        return (await visitor.get(f"/api/v1/markers?{query}", headers=headers)).json()

    assert await read("") == {}
    both = await read("timeline[]=home&timeline[]=notifications&timeline[]=public")
    assert [*both] == ["home", "notifications"]
    assert (both["home"]["last_read_id"], both["home"]["version"]) == ("0", 0)
    for call, place_read, version in (
        ({"json": {"home": {"last_read_id": "117000000000000001"}}}, "117000000000000001", 1),
        ({"data": {"home[last_read_id]": "7"}}, "7", 2),
        ({"json": {"home": {"last_read_id": 9}}}, "9", 3),
    ):
        moved = (await visitor.post("/api/v1/markers", headers=headers, **call)).json()
        assert [*moved] == ["home"]
        assert moved == await read("timeline[]=home")
        assert (moved["home"]["last_read_id"], moved["home"]["version"]) == (place_read, version)
        assert moved["home"]["updated_at"].endswith("Z")
    empty: list[dict[str, dict[str, str]]] = [{}, {"home": {}}]
    for nothing in (*empty, {"public": {"last_read_id": "1"}}):
        answer = await visitor.post("/api/v1/markers", headers=headers, json=nothing)
        assert (answer.status_code, answer.json()) == (200, {})


async def test_what_an_app_has_shown_is_not_new_on_our_pages(visitor, place):
    account = await an_account(place.db, "bao")
    viewer: Viewer = await signed_in(place.db, account)
    await signed_in(place.db, account, browser="another")
    await place.worker.work_until_idle()
    assert await place.db.read(count_new, viewer) == 1
    headers = await token_for(place, account, "read write")
    sent = {"notifications": {"last_read_id": "9" * 15}}
    await visitor.post("/api/v1/markers", headers=headers, json=sent)
    assert await place.db.read(count_new, viewer) == 0
    await signed_in(place.db, account, browser="a third")
    await place.worker.work_until_idle()
    assert await place.db.read(count_new, viewer) == 1, "what comes later is new"
