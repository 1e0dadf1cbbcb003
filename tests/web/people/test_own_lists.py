"""People put together to be read by themselves, on pages without scripts."""

import pytest

from fedparents.errors import NotFound
from fedparents.paging import Paging
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import accept_follow, follow_actor
from fedparents.social.lists import (
    ListDraft,
    add_to_list,
    create_list,
    get_own_list,
    list_list_people,
    list_own_lists,
)
from fedparents.social.models import Answers
from tests.rig.builders import a_viewer, an_account, signed_in
from tests.rig.pages import fill_in, forms_of, submit
from tests.web.conftest import sign_in

pytestmark = pytest.mark.anyio
LISTS = "/settings/lists"


@pytest.fixture
async def ana(place, visitor):
    account = await an_account(place.db, "ana", language="en")
    await sign_in(place, visitor, account)
    return await signed_in(place.db, account)


@pytest.fixture
async def bao(place, ana):
    return await followed(place, ana, "bao")


async def followed(place, viewer, handle):
    other = await a_viewer(place.db, handle)
    await place.db.write(follow_actor, viewer, other.actor_id)
    await place.db.write(accept_follow, other, viewer.actor_id)
    return other


async def press(visitor, path, action, **wanted):
    """Send the form of a page that goes there and holds these values; the page that follows."""
    page = await visitor.get(path)
    found = next(
        form
        for form in forms_of(page.text)
        if form.action == action
        and all(form.answers.get(name) == [str(value)] for name, value in wanted.items())
    )
    origin = str(visitor.base_url).rstrip("/")
    answer = await visitor.post(action, data=found.answers, headers={"Origin": origin})
    assert answer.status_code == 303, answer.text
    return await visitor.get(answer.headers["location"])


async def says(place, viewer, text):
    draft = PostDraft(text=text, audience=Audience.HERE)
    return (await place.db.write(publish_post, viewer, draft)).post


async def inside(place, viewer, number):
    lines = await place.db.read(list_list_people, viewer, number, Paging(50))
    return {line.actor.handle for line in lines}


async def test_a_list_is_made_filled_and_read(place, visitor, ana, bao):
    chloe = await followed(place, ana, "chloe")
    await says(place, bao, "La répétition est à huit heures.")
    await says(place, chloe, "Je vends mon vélo.")
    sent = {"title": "Chorale", "answers": "followed", "is_exclusive": "yes"}
    made = await submit(visitor, LISTS, sent)
    (own,) = await place.db.read(list_own_lists, ana)
    assert made.headers["location"] == f"{LISTS}/{own.id}/add"
    assert (own.title, own.answers, own.is_exclusive) == ("Chorale", Answers.FOLLOWED, True)
    adding = f"{LISTS}/{own.id}/add"
    page = await press(visitor, adding, f"{LISTS}/{own.id}/put-in/{bao.actor_id}")
    assert page.url.path == adding, "one adds several in a row"
    assert "Chloe" in page.text
    assert "Bao" not in page.text
    read = (await visitor.get(f"/lists/{own.id}")).text
    assert "La répétition est à huit heures." in read
    assert "Je vends mon vélo." not in read
    assert "1 person" in (await visitor.get(LISTS)).text
    page = await press(visitor, f"{LISTS}/{own.id}", f"{LISTS}/{own.id}/take-out/{bao.actor_id}")
    assert "Nobody yet." in page.text
    assert "La répétition" not in (await visitor.get(f"/lists/{own.id}")).text


async def test_a_long_list_goes_on(place, visitor, ana, bao):
    for number in range(21):
        await says(place, bao, f"Numéro {number}.")
    own = await place.db.write(create_list, ana, ListDraft("Chorale"))
    await place.db.write(add_to_list, ana, own.id, [bao.actor_id])
    first = await visitor.get(f"/lists/{own.id}")
    assert "Numéro 20." in first.text
    assert "Numéro 0." not in first.text
    older = next(form for form in first.text.split('href="') if "before=" in form).split('"')[0]
    assert "Numéro 0." in (await visitor.get(older)).text


async def test_a_list_is_changed_and_deleted(place, visitor, ana, bao):
    own = await place.db.write(create_list, ana, ListDraft("Chorale"))
    await place.db.write(add_to_list, ana, own.id, [bao.actor_id])
    page = await visitor.get(f"{LISTS}/{own.id}")
    filled = fill_in(page, {"title": "Notre rue", "answers": "none", "is_exclusive": []})
    assert (await filled.send(visitor)).status_code == 303
    changed = await place.db.read(get_own_list, ana, own.id)
    assert (changed.title, changed.answers) == ("Notre rue", Answers.NONE)
    page = await press(visitor, f"{LISTS}/{own.id}", f"{LISTS}/{own.id}/delete")
    assert "You still follow everybody who was in it." in page.text
    with pytest.raises(NotFound):
        await place.db.read(get_own_list, ana, own.id)


async def test_on_somebodys_page_one_sees_in_which_lists_they_are(place, visitor, ana, bao):
    own = await place.db.write(create_list, ana, ListDraft("Chorale"))
    there = "/@bao/lists"
    assert f'href="{there}"' in (await visitor.get("/@bao")).text
    page = await press(visitor, there, f"{LISTS}/{own.id}/put-in/{bao.actor_id}")
    assert page.url.path == there
    assert await inside(place, ana, own.id) == {"bao"}
    await press(visitor, there, f"{LISTS}/{own.id}/take-out/{bao.actor_id}")
    assert await inside(place, ana, own.id) == set()


async def test_nobody_is_put_into_a_list_whom_one_does_not_follow(place, visitor, ana, bao):
    lou = await a_viewer(place.db, "lou")
    own = await place.db.write(create_list, ana, ListDraft("Chorale"))
    assert (await visitor.get("/@lou/lists")).status_code == 404
    assert "/lists" not in (await visitor.get("/@lou")).text.split("<main")[1]
    page = await visitor.get(f"{LISTS}/{own.id}/add")
    form = next(form for form in forms_of(page.text) if f"/{bao.actor_id}" in form.action)
    path = form.action.replace(str(bao.actor_id), str(lou.actor_id))
    origin = {"Origin": str(visitor.base_url).rstrip("/")}
    assert (await visitor.post(path, data=form.answers, headers=origin)).status_code == 404
    assert await inside(place, ana, own.id) == set()


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (" ", "Please give the list a name."),
        ("x" * 101, "Please shorten this to 100 characters or fewer."),
    ],
)
async def test_what_a_list_cannot_be_called(place, visitor, ana, title, said):
    answer = await submit(visitor, LISTS, title=title)
    assert answer.status_code == 422
    assert said in answer.text
    assert await place.db.read(list_own_lists, ana) == []


async def test_lists_of_others_are_not_there(place, visitor, ana, bao):
    theirs = await place.db.write(create_list, bao, ListDraft("Voisins"))
    for path in (f"{LISTS}/{theirs.id}", f"{LISTS}/{theirs.id}/add", f"/lists/{theirs.id}"):
        assert (await visitor.get(path)).status_code == 404
    assert "Voisins" not in (await visitor.get(LISTS)).text
