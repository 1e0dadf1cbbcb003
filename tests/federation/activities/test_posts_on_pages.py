"""What people elsewhere say, on the pages on which one reads and answers what neighbours say."""

import itertools

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account
from fedparents.notifications.models import Notification
from fedparents.posts.models import Audience, Post, PostMention
from fedparents.posts.service import PostDraft, delete_post, publish_post
from fedparents.social.follows import follow_actor
from tests.federation.activities.test_notes import Neighbours
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()


@pytest.fixture
async def neighbours(towns):
    annecy, rumilly = towns
    number = next(NUMBERS)
    lea = await annecy.somebody(f"lea_pag{number}")
    max_ = await rumilly.somebody(f"max_pag{number}", is_locked=False)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    found = Neighbours(annecy, rumilly, lea, max_)
    await found.settles()
    return found


@pytest.fixture
async def of_lea(neighbours):
    """Léa's."""
    place = neighbours.annecy.place
    account = await place.db.read(
        lambda session: session.get_one(Account, neighbours.lea.account_id)
    )
    async with a_browser(place, account=account) as visitor:
        yield visitor


async def test_it_is_read_at_home_and_answered_below(neighbours, of_lea):
    said = await neighbours.says(neighbours.rumilly, neighbours.max, "Qui a un rabot ?")
    address = f"{neighbours.max.handle}@{neighbours.rumilly.domain}"
    home = await of_lea.get("/")
    assert "Qui a un rabot ?" in home.text
    assert f"@{address}" in home.text
    here = await neighbours.here(said)
    page = await of_lea.get(f"/p/{here.id}", follow_redirects=True)
    assert f'href="{neighbours.rumilly.url}/p/{said.id}" rel="nofollow' in page.text
    assert "Read it where it was said" in page.text
    await press(of_lea, page, f"/p/{here.id}/answer", text="Moi, un vieux")
    await neighbours.settles()
    answers = select(Post.text).where(Post.in_reply_to_id == said.id)
    assert await neighbours.rumilly.place.db.read(lambda s: list(s.exec(answers))) == [
        "Moi, un vieux"
    ]


async def test_somebody_whom_nobody_here_knows_is_found_when_they_are_named(neighbours, of_lea):
    rumilly = neighbours.rumilly
    chloe = await rumilly.somebody(f"chloe_pag{next(NUMBERS)}")
    page = await of_lea.get("/write/message")
    words = f"Un mot pour @{chloe.handle}@{rumilly.domain} et @personne@{rumilly.domain}"
    sent = await press(of_lea, page, "/write/message", text=words, to="public")
    assert sent.status_code == 303
    await neighbours.settles()
    named = select(PostMention).where(PostMention.actor_id == chloe.actor_id)
    assert len(await rumilly.place.db.read(lambda s: list(s.exec(named)))) == 1
    told = select(Notification.kind).where(Notification.account_id == chloe.account_id)
    assert await rumilly.place.db.read(lambda s: list(s.exec(told))) == ["mention"]


async def test_an_answer_without_its_question_has_a_page_of_its_own(neighbours, of_lea):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    bao = await rumilly.somebody(f"bao_pag{next(NUMBERS)}")
    asked = await neighbours.says(rumilly, bao, "Un marteau ?")
    draft = PostDraft(text="Un gros", audience=Audience.PUBLIC, in_reply_to_id=asked.id)
    answer = (await rumilly.place.db.write(publish_post, max_, draft)).post
    await rumilly.place.worker.work_until_idle()
    await rumilly.place.db.write(delete_post, bao, asked.id)
    await neighbours.settles()
    here = await neighbours.here(answer)
    page = await of_lea.get(f"/p/{here.id}", follow_redirects=True)
    assert page.status_code == 200
    assert page.text.count("Un gros") == 1


async def test_who_writes_there_is_told_who_could_read_it(neighbours, of_lea):
    address = f"{neighbours.max.handle}@{neighbours.rumilly.domain}"
    page = await of_lea.get(f"/@{address}/write")
    assert f"or {neighbours.rumilly.domain}, could technically read them" in page.text
    sent = await press(of_lea, page, "/write", text="Bonjour d’à côté")
    talk = await of_lea.get(sent.headers["location"])
    assert f"or {neighbours.rumilly.domain}, could technically read them" in talk.text
    assert f"/@{address}".replace(":", "%3A") in talk.text
