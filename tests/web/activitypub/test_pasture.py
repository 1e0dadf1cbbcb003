"""Whatever shapes other servers give to what their people say, it is taken or passed over, nothing
breaks, and what is shown of it holds no more than what our own people may write.

The shapes are those of the Fediverse Pasture, which its author found in the wild.
"""

import json
from collections import Counter
from html.parser import HTMLParser

import pytest
from fediverse_pasture_inputs import available
from sqlmodel import col, select
from typing_extensions import override

from federation.models import InboxItem, RemotePost
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.signing import ACTIVITY_JSON
from federation.vocab import AS, PUBLIC
from fedparents.accounts.models import Account
from fedparents.jobs.models import JobRow
from fedparents.posts.content import TAGS
from fedparents.posts.models import Post
from tests.rig.builders import put_follow
from tests.rig.elsewhere import Neighbour
from tests.rig.visitors import a_browser
from tests.web.activitypub.conftest import show, somebody

COW = Neighbour(
    "https://pasture.example/actor",
    1,
    changes={"followers": "https://pasture.example/actor/followers"},
)
SHAPES = {
    f"{name} {number}": shape
    for name, data in sorted(available.items())
    for number, shape in enumerate(data.examples)
}
PASSED_OVER = {
    "necessary_properties 1": "without an id",
    "necessary_properties 3": "by nobody",
    "object_types 4": "a picture",
    "object_types 7": "a place",
    "object_types 9": "how two things are to each other",
    "object_types 10": "what is left of something",
}
SAFE = ("https://", "http://", "mailto:", "/")
ACTIVE = {"base", "embed", "iframe", "link", "meta", "object", "script", "style"}
ATTRIBUTES = {"href", "rel", "class", "start", "lang", "dir"}


@pytest.fixture
def world(open_place):
    return show(open_place, COW)


@pytest.fixture
async def ana(open_place, world):
    """Somebody here who follows the cow."""
    ana = await somebody(open_place)

    def follow(uow):
        cow = accept_actor(uow, actor_from_ap(COW.document))
        put_follow(uow, ana.actor_id, cow.id)

    await open_place.db.write(follow)
    return ana


def made_of(shape, name, now):
    """A whole object, of which a shape says what is special."""
    usual = {
        "@context": [AS, {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}],
        "id": f"https://pasture.example/things/{name.replace(' ', '/')}",
        "type": "Note",
        "attributedTo": COW.uri,
        "to": [PUBLIC],
        "cc": [f"{COW.uri}/followers"],
        "published": now.isoformat(),
    }
    found = {key: value for key, value in (usual | shape).items() if value is not None}
    text = json.dumps(found).replace("http://pasture-one-actor/actor", COW.uri)
    return json.loads(text.replace("http://pasture-one-actor/", "https://pasture.example/"))


async def heard(place, server, shapes, clock):
    """What becomes of each: the post that it is here, or None."""
    url = f"{place.settings.base_url}/inbox"
    for number, (name, shape) in enumerate(shapes.items()):
        body = COW.says("Create", made_of(shape, name, clock()), number)
        headers = {"content-type": ACTIVITY_JSON, **COW.signs(url, body, clock())}
        answer = await server.post("/inbox", content=body, headers=headers)
        assert answer.status_code == 202, name
    await place.worker.work_until_idle()
    found = await place.db.read(
        lambda session: session.exec(
            select(RemotePost.uri, Post).join(Post, col(Post.id) == RemotePost.post_id)
        ).all()
    )
    start = "https://pasture.example/things/"
    return {uri.removeprefix(start).replace("/", " "): post for uri, post in found}


class Loaded(HTMLParser):
    """What a browser would fetch or run because of a page."""

    def __init__(self):
        super().__init__()
        self.active: Counter[str] = Counter()
        self.fetched: set[str] = set()

    @override
    def handle_starttag(self, tag, attributes):
        self.active[tag] += tag in ACTIVE
        self.fetched |= {value for name, value in attributes if name in {"src", "srcset", "poster"}}


def loaded_by(page):
    look = Loaded()
    look.feed(page)
    look.close()
    return look


class Look(HTMLParser):
    """What is in a piece of HTML that should not be."""

    def __init__(self):
        super().__init__()
        self.strange: list[str] = []

    @override
    def handle_starttag(self, tag, attributes):
        self.strange += [tag] if tag not in TAGS else []
        for name, value in attributes:
            is_bad = name == "href" and not value.startswith(
                ("https://", "http://", "mailto:", "/")
            )
            self.strange += [f"{tag} {name}={value}"] if is_bad or name not in ATTRIBUTES else []


def strange_in(html):
    look = Look()
    look.feed(html)
    look.close()
    return look.strange


async def test_every_shape_is_taken_or_passed_over(open_place, server, ana, clock):
    posts = await heard(open_place, server, SHAPES, clock)
    assert SHAPES.keys() - posts.keys() == PASSED_OVER.keys()
    assert {name: found for name, post in posts.items() if (found := strange_in(post.html))} == {}
    left = await open_place.db.read(
        lambda session: (
            session.exec(select(JobRow).where(col(JobRow.schedule).is_(None))).all(),
            session.exec(select(InboxItem.id).where(col(InboxItem.body).is_not(None))).all(),
        )
    )
    assert left == ([], [])


@pytest.mark.sqlite_only
async def test_every_kind_is_shown_without_anything_that_runs(open_place, server, ana, clock):
    kinds = {name: shape for name, shape in SHAPES.items() if name.endswith(" 0")}
    worse = {name: SHAPES[name] for name in SHAPES if name.startswith(("html_bad", "attachments"))}
    posts = await heard(open_place, server, kinds | worse, clock)
    account = await open_place.db.read(lambda session: session.get_one(Account, ana.id))
    async with a_browser(open_place, account=account) as browser:
        pages = {}
        for name, post in posts.items():
            answer = await browser.get(f"/p/{post.id}", follow_redirects=True)
            assert answer.status_code == 200, name
            pages[name] = loaded_by(answer.text)
    usual = pages["language 0"].active
    assert {name: page.active for name, page in pages.items() if page.active != usual} == {}
    assert all(url.startswith("/") for page in pages.values() for url in page.fetched)
