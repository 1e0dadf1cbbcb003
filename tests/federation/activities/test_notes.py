"""What people of another town say arrives here, over the wire, and is changed and taken back."""

import itertools

import pytest
from sqlmodel import select

from federation.outbox import tell_counted
from federation.posts import find_post
from fedparents import clock as clocks
from fedparents.conversations.models import ConversationMember, MemberState
from fedparents.conversations.queries import get_conversation
from fedparents.conversations.service import MessageDraft, send_message, write_to
from fedparents.errors import NotFound
from fedparents.notifications.models import Notification
from fedparents.posts.models import Audience, PostState
from fedparents.posts.polls import PollDraft, list_polls, vote
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.social.follows import follow_actor
from fedparents.timelines.queries import get_card, list_home
from fedparents.timelines.threads import find_place, get_thread
from tests.federation.activities.test_follow import known_in
from tests.rig.fediverse import settle

NUMBERS = itertools.count()


class Neighbours:
    """Léa of Annecy follows Max of Rumilly."""

    def __init__(self, annecy, rumilly, lea, max_):
        self.annecy, self.rumilly, self.lea, self.max = annecy, rumilly, lea, max_

    async def settles(self):
        await settle(self.annecy, self.rumilly)

    async def says(self, town, viewer, text, **draft):
        draft = {"audience": Audience.PUBLIC, **draft}
        post = (await town.place.db.write(publish_post, viewer, PostDraft(text=text, **draft))).post
        await self.settles()
        return post

    async def here(self, post):
        """A post of Rumilly as Annecy has it."""
        uri = f"{self.rumilly.url}/notes/{post.id}"
        return await self.annecy.place.db.read(find_post, self.annecy.url, uri)

    async def there(self, post):
        """A post of Annecy as Rumilly has it."""
        uri = f"{self.annecy.url}/notes/{post.id}"
        return await self.rumilly.place.db.read(find_post, self.rumilly.url, uri)

    async def told(self, town, viewer):
        own = select(Notification.kind).where(Notification.account_id == viewer.account_id)
        return await town.place.db.read(lambda session: list(session.exec(own)))

    async def at_home(self):
        feed = await self.annecy.place.db.read(list_home, self.lea)
        return [card.id for card in feed.cards]


@pytest.fixture
async def neighbours(towns):
    annecy, rumilly = towns
    number = next(NUMBERS)
    lea = await annecy.somebody(f"lea_notes{number}")
    max_ = await rumilly.somebody(f"max_notes{number}", is_locked=False)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    found = Neighbours(annecy, rumilly, lea, max_)
    await found.settles()
    return found


async def test_what_is_said_to_everybody_comes_home_to_who_follows(neighbours):
    said = await neighbours.says(
        neighbours.rumilly, neighbours.max, "Un **xylophone** ? #vélo", warning="Vélo"
    )
    post = await neighbours.here(said)
    assert post.html.startswith("<p>Un <strong>xylophone</strong> ?")
    assert '<a href="/tags/v%C3%A9lo"' in post.html or '<a href="/tags/vélo"' in post.html
    assert (post.warning, post.audience, post.is_from_elsewhere) == ("Vélo", Audience.PUBLIC, True)
    assert await neighbours.at_home() == [post.id]


async def test_it_is_changed_and_taken_back_where_it_was_said(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    said = await neighbours.says(rumilly, max_, "Un xylophone ?")
    await rumilly.place.db.write(edit_post, max_, said.id, "Un vélo ?")
    await neighbours.settles()
    post = await neighbours.here(said)
    assert (post.text, post.edited_at is not None) == ("Un vélo ?", True)
    await rumilly.place.db.write(delete_post, max_, said.id)
    await neighbours.settles()
    assert (await neighbours.here(said)).state == PostState.DELETED
    assert await neighbours.at_home() == []


async def test_an_answer_goes_to_the_town_of_what_it_answers_and_its_changes_with_it(neighbours):
    annecy, lea = neighbours.annecy, neighbours.lea
    asked = await neighbours.says(neighbours.rumilly, neighbours.max, "Qui a un vélo ?")
    here = await neighbours.here(asked)
    answer = await neighbours.says(annecy, lea, "Moi !", audience=None, in_reply_to_id=here.id)
    there = await neighbours.there(answer)
    assert (there.in_reply_to_id, there.root_id, there.text) == (asked.id, asked.id, "Moi !")
    assert await neighbours.told(neighbours.rumilly, neighbours.max) == ["follow", "answer"]
    await annecy.place.db.write(edit_post, lea, answer.id, "Moi aussi !")
    await neighbours.settles()
    assert (await neighbours.there(answer)).text == "Moi aussi !"
    await annecy.place.db.write(delete_post, lea, answer.id)
    await neighbours.settles()
    assert (await neighbours.there(answer)).state == PostState.DELETED


async def test_a_conversation_goes_back_and_forth_in_one_thread(neighbours):
    asked = await neighbours.says(neighbours.annecy, neighbours.lea, "Qui a un lit ?")
    here = await known_in(neighbours.rumilly, neighbours.lea, neighbours.annecy)
    assert await neighbours.there(asked) is None  # nobody there follows her
    name = f"@{neighbours.max.handle}@{neighbours.rumilly.domain}"
    asked = await neighbours.says(neighbours.annecy, neighbours.lea, f"Et vous, {name} ?")
    there = await neighbours.there(asked)
    assert there.author_actor_id == here
    link = f'href="/@{neighbours.max.handle}"'
    assert link in there.html
    answer = await neighbours.says(
        neighbours.rumilly, neighbours.max, "Oui", audience=None, in_reply_to_id=there.id
    )
    again = await neighbours.says(
        neighbours.annecy,
        neighbours.lea,
        "Merci",
        audience=None,
        in_reply_to_id=(await neighbours.here(answer)).id,
    )
    assert (await neighbours.there(again)).root_id == there.id
    assert "mention" in await neighbours.told(neighbours.rumilly, neighbours.max)


async def test_what_is_for_followers_reaches_them_and_nobody_else(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    said = await neighbours.says(rumilly, max_, "Entre nous", audience=Audience.FOLLOWERS)
    post = await neighbours.here(said)
    assert post.audience == Audience.FOLLOWERS
    assert await neighbours.at_home() == [post.id]
    bao = await neighbours.annecy.somebody(f"bao_notes{next(NUMBERS)}")
    with pytest.raises(NotFound):
        await neighbours.annecy.place.db.read(get_card, bao, post.id)


async def test_letters_go_there_and_come_back_in_one_conversation(neighbours):
    annecy, rumilly, lea = neighbours.annecy, neighbours.rumilly, neighbours.lea
    there = await annecy.finds(neighbours.max.handle, rumilly)
    sent = await annecy.place.db.write(write_to, lea, [there], MessageDraft(text="Samedi ?"))
    await neighbours.settles()
    own = select(ConversationMember).where(
        ConversationMember.actor_id == neighbours.max.actor_id,
    )
    (row,) = await rumilly.place.db.read(lambda session: list(session.exec(own)))
    assert row.state == MemberState.REQUEST
    draft = MessageDraft(text="Avec plaisir")
    await rumilly.place.db.write(send_message, neighbours.max, row.conversation_id, draft)
    await neighbours.settles()
    view = await annecy.place.db.read(get_conversation, lea, sent.conversation_id)
    assert [each.text for each in view.letters] == ["Samedi ?", "Avec plaisir"]
    await annecy.place.db.write(delete_post, lea, sent.post.id)
    await neighbours.settles()
    assert (await neighbours.there(sent.post)).state == PostState.DELETED


async def test_a_poll_is_asked_here_and_answered_there(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    poll = PollDraft(("Lundi", "Mardi"), is_multiple=True)
    asked = await neighbours.says(rumilly, max_, "Quand ?", poll=poll)
    here = await neighbours.here(asked)
    for chosen in (0, 1):
        await neighbours.annecy.place.db.write(vote, neighbours.lea, here.id, [chosen])
        await neighbours.settles()

    async def numbers(town, viewer, post):
        found = await town.place.db.read(list_polls, viewer, [post.id], now=clocks.now())
        return [each.votes for each in found[post.id].options], found[post.id].voters

    assert await numbers(rumilly, max_, asked) == ([1, 1], 1)
    await rumilly.place.db.write(vote, max_, asked.id, [1])
    await rumilly.place.db.write(tell_counted, rumilly.url, asked.id, clocks.now())
    await rumilly.place.carrier.work_until_idle()
    await neighbours.settles()
    assert await numbers(neighbours.annecy, neighbours.lea, here) == ([1, 2], 2)


async def test_what_is_answered_is_looked_up_and_what_that_answers_too(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    bao = await rumilly.somebody(f"bao_up{next(NUMBERS)}")
    asked = await neighbours.says(rumilly, bao, "Qui connaît un dentiste ?")
    between = await neighbours.says(rumilly, bao, "Pour samedi", in_reply_to_id=asked.id)
    assert await neighbours.here(asked) is None  # nobody here follows Bao
    answer = await neighbours.says(rumilly, max_, "Le nôtre", in_reply_to_id=between.id)
    root, middle, last = [await neighbours.here(each) for each in (asked, between, answer)]
    assert [each.root_id for each in (root, middle, last)] == [root.id] * 3
    assert (middle.in_reply_to_id, last.in_reply_to_id) == (root.id, middle.id)
    assert await neighbours.at_home() == []
    thread = await neighbours.annecy.place.db.read(get_thread, neighbours.lea, root.id)
    assert [card.id for card in thread.replies] == [middle.id, last.id]


async def test_what_cannot_be_looked_up_leaves_the_answer_where_it_is(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    bao = await rumilly.somebody(f"bao_up{next(NUMBERS)}")
    asked = await neighbours.says(rumilly, bao, "Qui a un moule à gaufres ?")
    answer = (
        await rumilly.place.db.write(
            publish_post, max_, PostDraft(text="Pas moi", in_reply_to_id=asked.id)
        )
    ).post
    await rumilly.place.worker.work_until_idle()
    await rumilly.place.db.write(delete_post, bao, asked.id)
    await rumilly.place.carrier.work_until_idle()
    await neighbours.settles()
    here = await neighbours.here(answer)
    assert (here.root_id, here.is_reply, here.in_reply_to_id) == (here.id, True, None)
    place = await neighbours.annecy.place.db.read(find_place, neighbours.lea, here.id)
    assert (place.root_id, place.reply_id) == (here.id, None)
