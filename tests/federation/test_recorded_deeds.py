"""What real servers said to each other does here what it did there: each recorded activity,
verified as it was sent, is taken as if those for whom it was lived here."""

import json
import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from federation.inbox import accept, verb_of
from federation.models import FollowActivity, InboxItem
from federation.objects.actor import find_remote
from federation.posts import find_post
from federation.remote_keys import RemoteKeys
from federation.signing import Signed, verify
from federation.transport import Client
from federation.uris import find_local_actor
from fedparents.actors.models import Actor, ActorKind
from fedparents.authority import OPERATOR
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Joining
from fedparents.ids import ActorId
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.jobs.models import JobRow
from fedparents.posts.models import Audience, PostState
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState
from tests.federation.strangers import among
from tests.federation.test_recordings import EXCHANGES, SENT, UNKNOWN, arrived_at, recorded
from tests.rig.builders import a_group, a_viewer, open_the_doors

__all__ = ["recorded"]

GROUP = re.compile(r"/(?:users/|@)asks|/category/\d+|/category/\d+/general-discussion")
PERSON = re.compile(r"/(?:users/|@|uid/)(?!asks)(\w+)|/alice|/federation/u/relay")
POST = re.compile(r"/(?:users/\w+/statuses|@\w+/statuses|post|topic|notes)/[\w-]+")
IN_ORDER = [
    name
    for name in sorted(SENT, key=lambda each: EXCHANGES[each]["received_at"])
    if UNKNOWN not in str(EXCHANGES[name]["request"]["body"]["actor"])
]


class Here:
    """Our place in the part of whomever something was sent to."""

    def __init__(self, place):
        self.place, self.db, self.base = place, place.db, place.settings.base_url
        self.people, self.groups, self.posts = {}, {}, {}

    async def person(self, host, name):
        if (host, name) not in self.people:
            viewer = await a_viewer(self.db, f"person_{len(self.people)}")
            await self.db.write(_come_out, viewer.actor_id)
            self.people[host, name] = viewer
        return self.people[host, name]

    async def group(self, host, path):
        if (host, path) not in self.groups:
            founder = await self.person(host, "founder")
            self.groups[host, path] = await a_group(
                self.db,
                founder,
                name=f"Groupe {len(self.groups)}",
                is_local_only=False,
                joining=Joining.OPEN,
                audience=Reading.HERE,
            )
        return self.groups[host, path]

    async def post(self, host, path):
        name = re.search(r"users/(\w+)|@(\w+)", path)
        key = (host, path.rpartition("/")[2])
        if key not in self.posts:
            author = await self.person(host, (name[1] or name[2]) if name else "1")
            draft = PostDraft(text=f"{host} {path}", audience=Audience.PUBLIC)
            self.posts[key] = (await self.db.write(publish_post, author, draft)).post.id
        return self.posts[key]

    async def address(self, host, path, sender):
        """What stands here for an address of theirs; None for what is nothing of ours."""
        if "follow/" in path or path.endswith("/Follow"):
            return await self._asked(host, path, sender)
        path, mark, rest = path.partition("/followers")
        rest = mark + rest
        if POST.fullmatch(path):
            return f"{self.base}/notes/{await self.post(host, path)}"
        if GROUP.fullmatch(path):
            return f"{self.base}/groups/{await self.group(host, path)}{rest}"
        if found := PERSON.fullmatch(path):
            person = await self.person(host, found[1] or path.rpartition("/")[2])
            return f"{self.base}/users/{person.actor_id}{rest}"
        return None

    async def _asked(self, host, path, sender):
        """A follow of ours that they answer."""
        name = re.search(r"users/(\w+)|uid/(\d+)", path)
        viewer = await self.person(host, (name[1] or name[2]) if name else "alice")
        there = await self.place.towns.discovery.get(sender)
        if there.kind != ActorKind.PERSON:
            return f"{self.base}/activities/1"
        await self.db.write(follow_actor, viewer, ActorId(there.id))
        await self.place.worker.work_until_idle()
        key = (viewer.actor_id, there.id)
        row = await self.db.read(lambda session: session.get(FollowActivity, key))
        return row.uri if row else None

    async def as_if_for_us(self, exchange, sender):
        """What they said, with our addresses in place of those of whoever got it."""
        host, text = exchange["to_host"], exchange["request"]["body_raw"]
        found = set(re.findall(rf'https://{re.escape(host)}(/[^"\\<> ]*)', text))
        for path in sorted(found, key=len, reverse=True):
            if ours := await self.address(host, path.partition("?")[0], sender):
                text = text.replace(f'"https://{host}{path}"', f'"{ours}"')
        return text


def _come_out(uow, actor_id):
    actor = uow.session.get_one(Actor, actor_id)
    actor.is_discoverable, actor.is_locked = True, False
    uow.session.add(actor)


@pytest.fixture
async def here(runtime, recorded):
    await runtime.db.write(open_the_doors)
    await runtime.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
    runtime.towns.open_client = lambda: Client(recorded, user_agent="issy")
    return Here(runtime)


@pytest.fixture
def keys(runtime, recorded):
    return RemoteKeys(runtime.db, runtime.towns.fetcher)


async def test_each_has_here_what_it_had_there(here, keys, clock):
    """In the order in which they came, each on its day."""
    done: Counter[str] = Counter()
    for name in IN_ORDER:
        exchange = EXCHANGES[name]
        clock.set(datetime.fromtimestamp(exchange["received_at"], UTC))
        signed = await verify(arrived_at(exchange), keys, now=clock(), is_blocked=among(()))
        body = (await here.as_if_for_us(exchange, signed.sender)).encode()
        said = Signed(signed.sender, json.loads(body))
        await here.db.write(accept, said, body)
        await here.place.worker.work_until_idle()
        deed = deed_of(said.document)
        if deed in RIGHT:
            assert await here.db.read(RIGHT[deed], here.base, said), name
        done[deed] += 1
    assert RIGHT.keys() <= done.keys()
    assert sum(done[deed] for deed in RIGHT) > 35
    left = select(InboxItem.verb).where(col(InboxItem.body).is_not(None))
    work = select(JobRow.last_error).where(JobRow.name == "inbox.work")
    assert await here.db.read(lambda session: list(session.exec(left))) == []
    assert await here.db.read(lambda session: list(session.exec(work))) == []


def deed_of(document):
    """What it does, to what: `Undo Like`, `Create Note`."""
    thing = document["object"]
    return f"{verb_of(document)} {thing['type']}" if isinstance(thing, dict) else verb_of(document)


def follow(session, by, of):
    return session.get(Follow, (by.id if by else 0, of.id if of else 0))


def whoever(session, base, uri):
    """An actor by its id, ours or theirs, as others name it."""
    uri = uri if isinstance(uri, str) else uri["id"]
    local = find_local_actor(base, uri)
    if local is not None:
        return session.get(Actor, local[1])
    row = find_remote(session, uri)
    return session.get(Actor, row.actor_id) if row else None


def thing_of(session, base, said):
    thing = said.document["object"]
    return find_post(session, base, thing if isinstance(thing, str) else thing["id"])


def is_followed(session, base, said):
    followed = whoever(session, base, said.document["object"])
    if followed is None or followed.kind != ActorKind.PERSON:
        return True  # groups and programs are another matter
    return follow(session, whoever(session, base, said.sender), followed).state == ACCEPTED


def follows(session, base, said):
    asker = whoever(session, base, said.document["object"]["actor"])
    asked = whoever(session, base, said.sender)
    if {asker.kind, asked.kind} != {ActorKind.PERSON}:
        return True
    return follow(session, asker, asked).state == ACCEPTED


def is_unfollowed(session, base, said):
    followed = whoever(session, base, said.document["object"]["object"])
    return follow(session, whoever(session, base, said.sender), followed) is None


def is_here(session, base, said):
    post = thing_of(session, base, said)
    if post is None:
        return f"{base}/groups/" in str(said.document)  # whether that is so, the group decides
    words = re.sub("<[^>]*>", "", said.document["object"]["content"]).split()
    return post.state == PostState.VISIBLE and words[-1] in post.html


def is_edited(session, base, said):
    return "(edited)" in thing_of(session, base, said).html


def is_renamed(session, base, said):
    shown = said.document["object"]
    return whoever(session, base, said.sender).display_name == shown["name"]


def is_gone(session, base, said):
    post = thing_of(session, base, said)
    return post is None or post.state == PostState.DELETED


def is_thanked(session, base, said):
    return thing_of(session, base, said).thanks_count == 1


def is_not_thanked(session, base, said):
    post = find_post(session, base, said.document["object"]["object"])
    return post is not None and post.thanks_count == 0


ACCEPTED = FollowState.ACCEPTED
RIGHT = {
    "Follow": is_followed,
    "Accept Follow": follows,
    "Undo Follow": is_unfollowed,
    "Create Note": is_here,
    "Create Question": is_here,
    "Update Note": is_edited,
    "Update Article": is_edited,
    "Update Person": is_renamed,
    "Delete": is_gone,
    "Like": is_thanked,
    "Undo Like": is_not_thanked,
}
"""How it is here after each; where nothing is said, it is enough that nothing breaks."""
