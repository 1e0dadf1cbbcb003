"""What is said, on the wire: the published examples are read, ours are like them, and whatever is
missing or odd is a default or Malformed."""

import json
from datetime import UTC, datetime
from importlib import resources

import pytest

from federation.errors import Malformed
from federation.objects.note import from_ap, to_ap
from federation.reading import Json
from federation.vocab import with_context
from fedparents import clock as clocks
from fedparents.posts.models import Audience, Post
from fedparents.posts.polls import PollDraft
from fedparents.posts.service import PostDraft, edit_post, publish_post
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.schemas import complaints

BASE = "https://annecy.example"
KINDS = ("note", "question")
WRONG: tuple[Json, ...] = (None, True, 7, 1.5, "", "x", [], ["x", None], {}, {"x": {}})


def read(name):
    return json.loads(resources.files("schemas").joinpath(f"objects/{name}").read_bytes())


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_fits_its_schema(kind):
    assert list(complaints(read(f"{kind}.json"), read(f"{kind}.schema.json"))) == []


def test_the_example_of_a_note_is_read():
    document = read("note.json")
    note = from_ap(document)
    assert note.uri == document["id"]
    assert note.url == document["url"]
    assert note.authors == (document["attributedTo"],)
    assert (list(note.to), list(note.cc)) == (document["to"], document["cc"])
    assert note.published == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert note.updated == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert note.html == document["content"]
    assert note.text == "Qui a une poussette double ? @max@rumilly.example #poussette"
    assert (note.warning, note.is_sensitive, note.language) == ("Vélos et poussettes", True, "fr")
    assert note.mentions == (document["tag"][0]["href"],)
    assert note.tags == (("poussette", document["tag"][1]["href"]),)
    assert note.answers == document["inReplyTo"]
    (picture,) = note.pictures
    assert (picture.description, picture.focus_y) == ("Une poussette double, bleue", 0.2)
    assert (note.poll, note.choice) == (None, "")


def test_the_example_of_a_question_is_read():
    poll = from_ap(read("question.json")).poll
    assert poll is not None
    assert poll.options == (("Samedi", 7), ("Dimanche", 5))
    assert (poll.is_multiple, poll.voters) == (False, 12)
    assert poll.ends_at == datetime(2026, 11, 30, 14, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_a_property_that_is_missing_or_wrong_is_malformed_or_a_default(kind):
    document = read(f"{kind}.json")
    for name in document:
        changed = [{**document, name: value} for value in WRONG]
        changed.append({each: value for each, value in document.items() if each != name})
        for each in changed:
            try:
                from_ap(each)
            except Malformed:
                continue


@pytest.mark.parametrize(
    ("changes", "html"),
    [
        ({"type": "Article", "name": "Troc"}, "<p><strong>Troc</strong></p><p>Samedi</p>"),
        ({"name": "Troc"}, "<p>Samedi</p>"),
        (
            {"type": "Event", "name": "Troc"},
            "<p><strong>Troc</strong></p><p>Samedi</p>"
            '<p><a href="https://x.example/1">https://x.example/1</a></p>',
        ),
        ({"content": "a < b", "mediaType": "text/plain"}, "<p>a &lt; b</p>"),
        ({"content": None, "contentMap": {"fr": "<p>Lundi</p>"}}, "<p>Lundi</p>"),
        (
            {"quoteUrl": "https://y.example/2"},
            '<p>Samedi</p><p><a href="https://y.example/2">https://y.example/2</a></p>',
        ),
        (
            {
                "attachment": [
                    {"type": "Document", "mediaType": "video/mp4", "url": "https://x.example/v"}
                ]
            },
            '<p>Samedi</p><p><a href="https://x.example/v">https://x.example/v</a></p>',
        ),
    ],
)
def test_whatever_has_words_is_read(changes, html):
    document = {
        "id": "https://x.example/1",
        "type": "Note",
        "attributedTo": "https://x.example/u",
        "content": "<p>Samedi</p>",
    }
    assert from_ap(document | changes).html == html


@pytest.mark.parametrize("changes", [{"type": "Tombstone"}, {"content": ""}, {"attributedTo": 7}])
def test_what_says_nothing_is_nothing(changes):
    document = {
        "id": "https://x.example/1",
        "type": "Note",
        "attributedTo": "https://x.example/u",
        "content": "<p>Samedi</p>",
    }
    with pytest.raises(Malformed):
        from_ap(document | changes)


@pytest.mark.anyio
async def test_ours_are_as_the_schemas_say(db):
    await db.write(open_the_doors)
    ana = await a_viewer(db, "ana")
    asked = PostDraft(
        text="Qui a une **poussette** ? #vélo", audience=Audience.PUBLIC, warning="Vélo"
    )
    note = (await db.write(publish_post, ana, asked)).post
    await db.write(edit_post, ana, note.id, "Et un vélo ? #vélo", warning="Vélo")
    poll = PollDraft(("Samedi", "Dimanche"), is_multiple=True)
    question = PostDraft(text="Quand ?", audience=Audience.PUBLIC, poll=poll)
    asked_too = (await db.write(publish_post, ana, question)).post

    def shown(session, post_id):
        post = session.get_one(Post, post_id)
        return with_context(to_ap(session, post, BASE, now=clocks.now()))

    for kind, post in (("note", note), ("question", asked_too)):
        document, schema = await db.read(shown, post.id), read(f"{kind}.schema.json")
        assert list(complaints(document, schema)) == []
        assert document.keys() <= schema["properties"].keys()
        again = from_ap(document)
        assert (again.uri, again.html) == (document["id"], document["content"])
