"""What real servers say of their people and groups is understood."""

import json
from pathlib import Path

import pytest

from federation.discovery import read_finger
from federation.errors import Malformed
from federation.objects.actors import actor_from_ap
from federation.reading import read_document
from fedparents.actors.models import ActorKind

RECORDED = Path(__file__).parents[2] / "fixtures" / "ap"
KINDS = {
    "Person": ActorKind.PERSON,
    "Group": ActorKind.GROUP,
    "Application": ActorKind.APPLICATION,
}


def bodies(pattern):
    for path in sorted(RECORDED.glob(pattern)):
        body = json.loads(path.read_text())["response"]["body"]
        if isinstance(body, dict) and "base64" not in body:
            yield pytest.param(body, id=f"{path.parent.name}/{path.stem}")


@pytest.mark.parametrize(
    "body", [each for kind in KINDS for each in bodies(f"*/GET-{kind}-*.json")]
)
def test_recorded_actors(body):
    document = read_document(json.dumps(body).encode())
    if "inbox" not in body:  # a key with the least that it needs, as GoToSocial shows them
        with pytest.raises(Malformed):
            actor_from_ap(document)
        return
    draft = actor_from_ap(document)
    assert draft.kind == KINDS[body["type"]]
    assert (draft.uri, draft.handle) == (body["id"], body["preferredUsername"])
    assert draft.inbox == body["inbox"]
    assert "<" not in draft.summary


@pytest.mark.parametrize("body", list(bodies("*/webfinger-*.json")))
def test_recorded_names(body):
    document = read_document(json.dumps(body).encode())
    name, _, domain = body["subject"].removeprefix("acct:").partition("@")
    finger = read_finger(document, name, domain)
    assert (finger.handle, finger.domain) == (name, domain)
    assert finger.uri.startswith(f"https://{domain}/")
