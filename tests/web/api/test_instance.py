"""What apps ask before anybody signs in, in the old shape and the new."""

import base64
import re

import httpx2
import pytest

from fedparents.instance.models import Instance, Registrations
from tests.rig.builders import an_account
from web.app import create_app
from web.push.keys import public_push_key
from web.runtime import open_runtime

V1, V2 = "/api/v1/instance", "/api/v2/instance"
VERSION = re.compile(r"4\.4\.0 \(compatible; fedparents \d+\.\d+\.\d+\)")


async def test_the_new_shape(visitor, place):
    await an_account(place.db)
    answer = await visitor.get(V2)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "max-age=300"
    found = answer.json()
    assert found["domain"] == "issy.localhost"
    assert found["title"] == "Parents d'Issy"
    assert found["description"].startswith("Les parents d'Issy")
    assert VERSION.fullmatch(found["version"])
    assert found["api_versions"] == {"mastodon": 6, "fedparents": 1}
    assert found["configuration"]["urls"]["streaming"] == "ws://issy.localhost"
    assert found["configuration"]["urls"]["about"] == "http://issy.localhost/"
    assert found["configuration"]["urls"]["privacy_policy"].endswith("/legal/privacy")
    assert found["configuration"]["statuses"]["characters_reserved_per_url"] == 23
    assert found["configuration"]["translation"] == {"enabled": False}
    assert found["configuration"]["limited_federation"]
    assert found["contact"] == {"email": "marie@issy.example", "account": None}
    assert found["registrations"] == {
        "enabled": True,
        "approval_required": True,
        "reason_required": True,
        "message": None,
        "min_age": 18,
        "url": "http://issy.localhost/join",
    }
    assert found["rules"] == []
    assert found["languages"] == ["fr"]


async def test_the_old_shape(visitor, place):
    await an_account(place.db)
    found = (await visitor.get(V1)).json()
    assert found["uri"] == "issy.localhost"
    assert found["stats"] == {"user_count": 1, "status_count": 0, "domain_count": 0}
    assert found["urls"] == {"streaming_api": "ws://issy.localhost"}
    assert found["email"] == "marie@issy.example"
    assert (found["registrations"], found["approval_required"]) == (True, True)
    assert found["invites_enabled"] is True
    assert found["contact_account"] is None
    assert found["max_toot_chars"] == found["configuration"]["statuses"]["max_characters"]
    assert found["poll_limits"]["max_options"] == 10
    assert VERSION.fullmatch(found["version"])


async def test_pictures_of_the_place_are_there(visitor):
    new, old = (await visitor.get(V2)).json(), (await visitor.get(V1)).json()
    pictures = [new["thumbnail"]["url"], old["thumbnail"], *(i["src"] for i in new["icon"])]
    for picture in pictures:
        assert (await visitor.get(picture)).headers["content-type"] == "image/png"


async def test_numbers_fit_into_the_32_bits_of_some_apps(visitor):
    limits = (await visitor.get(V2)).json()["configuration"]["media_attachments"]
    assert all(value < 2**31 for value in limits.values() if isinstance(value, int))


@pytest.mark.parametrize(
    ("registrations", "enabled", "approval", "invites"),
    [
        (Registrations.OPEN, True, False, True),
        (Registrations.APPROVED, True, True, True),
        (Registrations.INVITED, False, True, True),
        (Registrations.CLOSED, False, False, False),
    ],
)
async def test_the_door_is_told_as_it_is(visitor, place, registrations, enabled, approval, invites):
    def change(uow):
        uow.session.get_one(Instance, 1).registrations = registrations

    await place.db.write(change)
    old, new = (await visitor.get(V1)).json(), (await visitor.get(V2)).json()
    assert new["registrations"]["enabled"] is old["registrations"] is enabled
    assert new["registrations"]["approval_required"] is old["approval_required"] is approval
    assert old["invites_enabled"] is invites


async def test_the_api_works_before_the_wizard_is_finished(settings):
    runtime = open_runtime(settings)
    await runtime.start()
    transport = httpx2.ASGITransport(create_app(runtime))
    async with httpx2.AsyncClient(transport=transport, base_url=settings.base_url) as program:
        found = (await program.get(V2)).json()
        old = (await program.get(V1)).json()
    await runtime.close()
    assert found["title"] == "issy.localhost"
    assert found["registrations"]["enabled"] is False
    assert found["configuration"]["urls"]["privacy_policy"] is None
    assert (found["contact"]["email"], old["email"]) == ("", "")


async def test_the_key_for_pushes_is_a_point_and_stays_the_same(visitor, place):
    key = (await visitor.get(V2)).json()["configuration"]["vapid"]["public_key"]
    raw = base64.urlsafe_b64decode(key + "=")
    assert (len(raw), raw[0]) == (65, 4)
    assert key == public_push_key(place.secret)
    assert key != public_push_key(b"another place")
