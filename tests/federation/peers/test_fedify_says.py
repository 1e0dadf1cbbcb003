"""What a server that nobody here wrote says arrives here, and is changed, liked and taken back."""

import pytest
from sqlmodel import select

from federation.posts import find_post, uri_of_post
from federation.uris import note_uri
from fedparents import clock
from fedparents.conversations.service import MessageDraft, write_to
from fedparents.errors import NotFound
from fedparents.moderation.models import Complaint
from fedparents.posts.asking import thank, unthank
from fedparents.posts.models import Audience, PostState
from fedparents.posts.polls import PollDraft, list_polls, vote
from fedparents.posts.sharing import share_post, unshare_post
from fedparents.social.follows import follow_actor
from fedparents.timelines.queries import get_card, list_home
from tests.rig.fediverse import settle

pytestmark = pytest.mark.sqlite_only  # what others understand is the same on either engine


@pytest.fixture
async def reader(lea, peer):
    """Léa, who follows somebody of the peer."""
    await lea.does(follow_actor, await lea.finds(peer, "echo"))
    return lea


class Talk:
    """What they say to us, and what is here of it."""

    def __init__(self, lea, peer):
        self.lea, self.peer, self.base = lea, peer, lea.town.url

    async def does(self, deed, **details):
        said = await self.peer.does(deed, **details)
        await settle(self.lea.town)
        return said

    async def find(self, uri):
        return await self.lea.db.read(find_post, self.base, uri)

    async def hears(self, text, **details):
        """Something that they say: its address, and what is here of it."""
        said = await self.does("post", text=text, **details)
        return said["object"], await self.find(said["object"])

    @property
    def to_lea(self):
        name = f"@{self.lea.viewer.handle}@{self.lea.town.domain}"
        return [{"href": self.lea.uri, "name": name}]


@pytest.fixture
def talk(reader, peer):
    return Talk(reader, peer)


async def test_what_they_say_comes_home(talk):
    _, post = await talk.hears("<p>Qui a un <b>vélo</b> ?</p><script>alert(1)</script>")
    assert post.html == "<p>Qui a un <strong>vélo</strong> ?</p>"
    feed = await talk.lea.db.read(list_home, talk.lea.viewer)
    assert post.id in [card.id for card in feed.cards]


async def test_what_they_change_and_take_back(talk):
    uri, _ = await talk.hears("<p>Un vélo ?</p>")
    await talk.does("edit", what=uri, text="<p>Un petit vélo ?</p>")
    post = await talk.find(uri)
    assert "petit" in post.html
    assert post.edited_at is not None
    await talk.does("remove", what=uri)
    assert (await talk.find(uri)).state == PostState.DELETED


async def test_they_answer_us(talk):
    asked = await talk.lea.says("Qui a une poussette ?")
    there = note_uri(talk.base, asked.id)
    _, answer = await talk.hears("<p>Moi !</p>", answers=there, mentions=talk.to_lea)
    assert answer.in_reply_to_id == asked.id


async def test_their_letters_are_for_whom_they_are(talk):
    _, letter = await talk.hears("<p>Entre nous</p>", audience="direct", mentions=talk.to_lea)
    assert letter.audience == Audience.DIRECT
    assert await talk.lea.db.read(get_card, talk.lea.viewer, letter.id)
    other = await talk.lea.town.somebody("louise")
    with pytest.raises(NotFound):
        await talk.lea.db.read(get_card, other, letter.id)


async def test_what_they_say_to_those_who_follow(talk):
    _, post = await talk.hears("<p>Entre voisins</p>", audience="followers")
    assert post.audience == Audience.FOLLOWERS


async def test_they_vote_with_us(talk):
    asked = await talk.lea.says("Quand ?", poll=PollDraft(("Samedi", "Dimanche")))
    there = note_uri(talk.base, asked.id)
    await talk.does("vote", what=there, of=talk.lea.uri, name="Samedi")
    polls = await talk.lea.db.read(list_polls, talk.lea.viewer, [asked.id], now=clock.now())
    assert [each.votes for each in polls[asked.id].options] == [1, 0]


async def test_they_thank_us(talk):
    asked = await talk.lea.says("Une poussette à donner.")
    there = note_uri(talk.base, asked.id)
    liked = await talk.does("like", what=there, of=talk.lea.uri)
    assert (await talk.find(there)).thanks_count == 1
    await talk.does("undo", id=liked["id"], whom=talk.lea.uri)
    assert (await talk.find(there)).thanks_count == 0


async def test_they_pass_us_on(talk):
    asked = await talk.lea.says("Fête du quartier samedi.")
    there = note_uri(talk.base, asked.id)
    passed = await talk.does("boost", what=there, of=talk.lea.uri)
    assert (await talk.find(there)).share_count == 1
    await talk.does("undo", id=passed["id"], whom=talk.lea.uri)
    assert (await talk.find(there)).share_count == 0


async def test_what_they_pass_on_comes_home(talk):
    """Something that another of them said, of whom nobody here has heard."""
    said = await talk.peer.does("post", **{"as": "shy"}, text="<p>Bourse aux vélos</p>")
    await talk.does("boost", what=said["object"], of=talk.lea.uri)
    post = await talk.find(said["object"])
    feed = await talk.lea.db.read(list_home, talk.lea.viewer)
    assert feed.shares[post.id].handle.startswith("echo@")


async def test_we_pass_them_on(talk):
    uri, post = await talk.hears("<p>Bourse aux vélos samedi.</p>")
    await talk.lea.does(share_post, post.id)
    (told,) = await talk.peer.heard("Announce", actor=talk.lea.uri)
    assert told["object"] == uri
    await talk.lea.does(unshare_post, post.id)
    (undone,) = await talk.peer.heard("Undo", actor=talk.lea.uri)
    assert undone["document"]["object"]["id"] == told["document"]["id"]


async def test_what_we_know_of_theirs_keeps_its_name(talk):
    uri, post = await talk.hears("<p>Un vélo</p>")
    assert await talk.lea.db.read(uri_of_post, talk.base, post) == uri


async def test_we_answer_them(talk):
    uri, post = await talk.hears("<p>Qui a une poussette ?</p>")
    await talk.lea.says("Moi !", in_reply_to_id=post.id)
    (told,) = await talk.peer.heard("Create", actor=talk.lea.uri)
    assert told["document"]["object"]["inReplyTo"] == uri


async def test_we_vote_with_them(talk):
    _, post = await talk.hears("<p>Quand ?</p>", choices=["Samedi", "Dimanche"])
    await talk.lea.does(vote, post.id, (1,))
    (told,) = await talk.peer.heard("Create", actor=talk.lea.uri)
    assert told["document"]["object"]["name"] == "Dimanche"


async def test_we_thank_them(talk):
    uri, post = await talk.hears("<p>Une poussette à donner.</p>")
    await talk.lea.does(thank, post.id)
    (told,) = await talk.peer.heard("Like", actor=talk.lea.uri)
    assert told["object"] == uri
    await talk.lea.does(unthank, post.id)
    (undone,) = await talk.peer.heard("Undo", actor=talk.lea.uri)
    assert undone["object"] == told["id"]


async def test_we_name_them(talk):
    echo = f"@echo@{talk.peer.url.removeprefix('http://')}"
    await talk.lea.says(f"Bonjour {echo} !")
    (told,) = await talk.peer.heard("Create", actor=talk.lea.uri)
    named = told["document"]["object"]["tag"]
    assert named["href"] == talk.peer.uri("echo")


async def test_our_letters_are_for_whom_they_are(talk):
    echo = await talk.lea.knows(talk.peer.uri("echo"))
    await talk.lea.does(write_to, frozenset({echo}), MessageDraft(text="Bien sûr"))
    (told,) = await talk.peer.heard("Create", actor=talk.lea.uri)
    assert told["document"]["to"] == talk.peer.uri("echo")
    assert "cc" not in told["document"]
    assert told["isProven"] is False


async def test_they_report_us(talk):
    asked = await talk.lea.says("Des mots durs")
    there = note_uri(talk.base, asked.id)
    await talk.does("flag", what=[there], of=talk.lea.uri, text="Trop dur")
    told = await talk.lea.db.read(
        lambda session: session.exec(select(Complaint).where(Complaint.text == "Trop dur")).all()
    )
    assert [each.name for each in told] == [talk.peer.url.removeprefix("http://")]
