"""Where other servers begin: names, the place itself, and what software it runs."""

import re

import pytest

from fedparents.instance.models import FederationMode
from tests.rig.builders import a_group, a_viewer
from tests.web.activitypub.conftest import set_mode, somebody

FINGER = "/.well-known/webfinger"
PROFILE = "http://webfinger.net/rel/profile-page"
HOST = "issy.localhost"
BASE = f"http://{HOST}"
SOFTWARE = ("/.well-known/nodeinfo", "/nodeinfo/2.0", "/nodeinfo/2.1")
ABOUT_THE_PLACE = (
    "/actor",
    "/actor/outbox",
    "/actor/followers",
    "/actor/following",
    f"{FINGER}?resource=acct:{HOST}@{HOST}",
    "/.well-known/host-meta",
    "/.well-known/host-meta.json",
)


async def finger(server, resource):
    return await server.get(FINGER, params={"resource": resource})


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:ana@{HOST}",
        f"acct:Ana@{HOST.upper()}",
        f"@ana@{HOST}",
        f"ana@{HOST}",
        f"{BASE}/@ana",
        f"{BASE}/users/%d",
    ],
)
async def test_a_person_under_all_of_their_names(server, open_place, resource):
    ana = await somebody(open_place)
    answer = await finger(server, resource.replace("%d", str(ana.actor_id)))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/jrd+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    uri = f"{BASE}/users/{ana.actor_id}"
    assert answer.json() == {
        "subject": f"acct:ana@{HOST}",
        "aliases": [uri, f"{BASE}/@ana"],
        "links": [
            {"rel": PROFILE, "type": "text/html", "href": f"{BASE}/@ana"},
            {
                "rel": "self",
                "type": "application/activity+json",
                "href": uri,
                "properties": {"https://www.w3.org/ns/activitystreams#type": "Person"},
            },
        ],
    }


async def test_a_group_by_its_name(server, open_place):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, is_local_only=False)
    by_address = (await finger(server, f"{BASE}/groups/{group}")).json()
    assert by_address["links"][1]["href"] == f"{BASE}/groups/{group}"
    assert "Group" in by_address["links"][1]["properties"].values()
    assert (await finger(server, by_address["subject"])).json() == by_address


@pytest.mark.parametrize(
    "resource", [BASE, f"{BASE}/", f"{BASE}/actor", f"acct:{HOST}@{HOST}", f"acct:relay@{HOST}"]
)
async def test_the_place_under_all_of_its_names(server, open_place, resource):
    answer = (await finger(server, resource)).json()
    hrefs = {link["rel"]: link["href"] for link in answer["links"]}
    assert hrefs["self"] == f"{BASE}/actor"
    assert hrefs["https://www.w3.org/ns/activitystreams#Service"] == f"{BASE}/actor"


@pytest.mark.parametrize("resource", ["", "x" * 600])
async def test_what_is_no_question(server, open_place, resource):
    assert (await finger(server, resource)).status_code == 400


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:nobody@{HOST}",
        "acct:ana@elsewhere.example",
        f"{BASE}/users/1",
        f"{BASE}/users/%d/inbox",
        f"{BASE}/users/0%d",
        f"{BASE}/groups/%d",
        "https://elsewhere.example/users/%d",
        "acct:",
        "ana",
        "@",
        f"acct:ana\u0000@{HOST}\u0000x",
    ],
)
async def test_who_is_not_here(server, open_place, resource):
    ana = await somebody(open_place)
    answer = await finger(server, resource.replace("%d", str(ana.actor_id)))
    assert (answer.status_code, answer.content) == (404, b"")


async def test_host_meta_leads_to_webfinger(server, open_place):
    answer = await server.get("/.well-known/host-meta")
    assert answer.headers["content-type"].startswith("application/xrd+xml")
    template = f"{BASE}{FINGER}?resource={{uri}}"
    assert f'<Link rel="lrdd" type="application/jrd+json" template="{template}"/>' in answer.text
    [again] = (await server.get("/.well-known/host-meta.json")).json()["links"]
    assert (again["rel"], again["template"]) == ("lrdd", template)


async def test_nodeinfo(server, open_place):
    await somebody(open_place)
    links = (await server.get("/.well-known/nodeinfo")).json()["links"]
    assert [link["rel"].rpartition("/")[2] for link in links] == [
        "2.1",
        "2.0",
        "activitystreams#Application",
    ]
    for link in links[:2]:
        answer = await server.get(link["href"].removeprefix(BASE))
        number = link["href"][-3:]
        assert f'profile="{link["rel"]}#"' in answer.headers["content-type"]
        found = answer.json()
        assert found["version"] == number
        assert re.fullmatch(r"[a-z0-9-]+", found["software"]["name"])
        assert found["protocols"] == ["activitypub"]
        assert found["usage"]["users"]["total"] == 1
        assert found["metadata"]["federation"] == {"enabled": True}
        assert found["openRegistrations"] is False
    assert (await server.get("/nodeinfo/3.0")).status_code == 404


@pytest.mark.parametrize("path", ABOUT_THE_PLACE)
async def test_an_island_is_not_there(server, place, path):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        answer = await server.request(method, path)
        assert (answer.status_code, answer.content) == (404, b"")
        assert "allow" not in answer.headers


async def test_an_island_tells_apps_what_it_runs_and_nothing_more(server, place):
    """They ask before anybody signs in: megalodon refuses servers that do not say."""
    await somebody(place)
    links = (await server.get("/.well-known/nodeinfo")).json()["links"]
    assert [link["href"] for link in links] == [f"{BASE}/nodeinfo/2.1", f"{BASE}/nodeinfo/2.0"]
    for link in links:
        found = (await server.get(link["href"].removeprefix(BASE))).json()
        assert found.pop("software").keys() == {"name", "version"}
        assert found == {
            "version": link["href"][-3:],
            "protocols": [],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": False,
            "usage": {"users": {}},
            "metadata": {"federation": {"enabled": False}, "upstream": {"name": "mastodon"}},
        }


@pytest.mark.parametrize("path", [*ABOUT_THE_PLACE, *SOFTWARE])
async def test_nobody_in_between_keeps_what_an_island_would_not_say(server, open_place, path):
    answer = await server.get(path)
    assert answer.headers["cache-control"] == "no-cache"
    if path.startswith(("/.well-known", "/nodeinfo")):
        assert answer.headers["access-control-allow-origin"] == "*"
    refused = await server.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", [*ABOUT_THE_PLACE, *SOFTWARE])
async def test_a_place_with_allies_says_that_it_is_there(server, place, path):
    await set_mode(place, FederationMode.ALLIES)
    assert (await server.get(path)).status_code == 200


async def test_a_place_with_allies_says_nothing_of_its_people(server, place):
    ana = await somebody(place)
    for mode in (FederationMode.ISLAND, FederationMode.ALLIES):
        await set_mode(place, mode)
        assert (await finger(server, f"acct:ana@{HOST}")).status_code == 404
        assert (await server.get(f"/users/{ana.actor_id}")).status_code == 404
