"""Writing to neighbours and to strangers; who was blocked or ignored notices nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.conversations.facts import MessageReceived, MessageRequested
from fedparents.conversations.models import Conversation, ConversationMember, MemberState
from fedparents.conversations.queries import find_conversation_of
from fedparents.conversations.service import (
    A_DAY,
    A_DAY_FOR_NEWCOMERS,
    MessageDraft,
    forget_correspondent,
    mark_read,
    send_message,
    write_to,
)
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.members import leave_group
from fedparents.media.models import MediaUse
from fedparents.media.service import PhotoDraft, complete_media, reserve_media
from fedparents.posts.asking import close_post, reopen_post
from fedparents.posts.models import Audience, Post, PostRecipient, PostState
from fedparents.posts.retention import forget_author
from fedparents.posts.service import delete_post
from fedparents.retention.service import forget_what_is_due
from fedparents.social.service import block_actor, mute_actor, unblock_actor
from fedparents.timelines.queries import get_card
from fedparents.timelines.threads import get_thread
from tests.core.media.test_service import DRAWN
from tests.rig.builders import a_viewer

pytestmark = pytest.mark.anyio


async def a_photo(db, viewer):
    def keep(uow):
        media = reserve_media(uow, viewer, MediaUse.PHOTO)
        uow.session.flush()
        complete_media(uow, media.id, DRAWN)
        return PhotoDraft(media.id)

    return await db.write(keep)


async def test_those_who_share_a_group_write_to_each_other(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(
        ana, bao, "Tu viens ?", photos=(await a_photo(neighbours.db, ana),)
    )
    assert sent.post.audience == Audience.DIRECT
    assert await neighbours.texts(bao, sent) == ["Tu viens ?"]
    (line,) = await neighbours.folder(bao)
    assert (line.text, line.is_unread, line.people[0].name) == ("Tu viens ?", True, "Ana")
    assert await neighbours.is_told(bao)
    assert not await neighbours.is_told(ana)
    assert MessageReceived(sent.conversation_id, sent.post.id) in neighbours.facts
    await neighbours.send(bao, sent, "Oui.")
    assert await neighbours.texts(ana, sent) == ["Tu viens ?", "Oui."]
    with pytest.raises(NotFound):
        await neighbours.open(neighbours.marie, sent)


async def test_there_is_one_conversation_of_the_same_people(neighbours):
    first = await neighbours.write(neighbours.ana, neighbours.bao)
    second = await neighbours.write(neighbours.bao, neighbours.ana)
    assert first.conversation_id == second.conversation_id
    ask = await neighbours.ask(neighbours.ana)
    about = await neighbours.write_about(neighbours.bao, ask)
    again = await neighbours.write_about(neighbours.bao, ask, "Elle est bleue.")
    assert about.conversation_id == again.conversation_id != first.conversation_id


async def test_every_letter_belongs_to_one_conversation_and_follows_the_one_before(neighbours):
    ask = await neighbours.ask(neighbours.ana)
    first = await neighbours.write_about(neighbours.bao, ask)
    second = await neighbours.send(neighbours.ana, first)
    assert first.post.in_reply_to_id == ask.id
    assert second.post.in_reply_to_id == first.post.id
    assert second.post.root_id == first.post.root_id == first.post.id
    links = {each.post_id: each.conversation_id for each in await neighbours.links()}
    assert links == dict.fromkeys((first.post.id, second.post.id), first.conversation_id)
    find = neighbours.db.read
    found = await find(find_conversation_of, neighbours.ana, second.post.id)
    assert found == first.conversation_id
    assert await find(find_conversation_of, neighbours.marie, second.post.id) is None


async def test_nobody_notices_that_there_are_letters_about_a_post(neighbours):
    ask = await neighbours.ask(neighbours.ana)
    await neighbours.write_about(neighbours.bao, ask)
    for viewer in (neighbours.ana, neighbours.bao, neighbours.marie):
        thread = await neighbours.db.read(get_thread, viewer, ask.id)
        assert (thread.root.reply_count, thread.replies) == (0, ())


async def test_a_letter_goes_to_nobody_who_is_only_named_in_it(neighbours):
    sent = await neighbours.write(neighbours.ana, neighbours.bao, "Pas un mot à @marie !")
    with pytest.raises(NotFound):
        await neighbours.db.read(get_card, neighbours.marie, sent.post.id)
    assert '"/@marie"' in sent.post.html


async def test_a_stranger_asks_first(neighbours):
    chloe, ana = neighbours.chloe, neighbours.ana
    sent = await neighbours.write(chloe, ana, "Bonjour, http://example.org")
    assert await neighbours.state(ana, sent) == MemberState.REQUEST
    assert await neighbours.folder(ana) == ()
    assert len(await neighbours.folder(ana, MemberState.REQUEST)) == 1
    assert not await neighbours.is_told(ana)
    assert MessageRequested(sent.conversation_id, ana.actor_id) in neighbours.facts
    assert not [each for each in neighbours.facts if isinstance(each, MessageReceived)]
    assert (await neighbours.open(chloe, sent)).is_waiting
    await neighbours.accept(ana, sent)
    assert not (await neighbours.open(chloe, sent)).is_waiting
    await neighbours.send(chloe, sent)
    assert await neighbours.is_told(ana)


async def test_a_stranger_sends_few_words_and_no_photos(neighbours):
    chloe, ana = neighbours.chloe, neighbours.ana
    photo = await a_photo(neighbours.db, chloe)
    with pytest.raises(Invalid) as refused:
        await neighbours.write(chloe, ana, photos=(photo,))
    assert refused.value.fields == {"photos": "photos_once_accepted"}
    assert await neighbours.members() == []
    sent = await neighbours.write(chloe, ana)
    await neighbours.send(chloe, sent)
    await neighbours.send(chloe, sent)
    with pytest.raises(LimitReached, match="wait_for_answer"):
        await neighbours.send(chloe, sent)
    await neighbours.accept(ana, sent)
    await neighbours.send(chloe, sent, photos=(photo,))


async def test_answering_a_request_is_accepting_it(neighbours):
    sent = await neighbours.write(neighbours.chloe, neighbours.ana)
    await neighbours.send(neighbours.ana, sent)
    assert await neighbours.state(neighbours.ana, sent) == MemberState.ACCEPTED
    with pytest.raises(Conflict, match="already_accepted"):
        await neighbours.ignore(neighbours.ana, sent)


async def test_whoever_is_ignored_blocked_or_waits_sees_the_same(neighbours):
    """Three strangers ask Ana; she ignores one, blocks one, and has not looked at the third."""
    ana, db = neighbours.ana, neighbours.db
    strangers = [await a_viewer(db, name) for name in ("emil", "farid", "gaelle")]
    sent = [await neighbours.write(each, ana, "Bonjour") for each in strangers]
    await neighbours.ignore(ana, sent[0])
    await db.write(block_actor, ana, strangers[1].actor_id)
    seen = []
    for stranger, first in zip(strangers, sent, strict=True):
        await neighbours.send(stranger, first, "Alors ?")
        await neighbours.send(stranger, first, "Hm.")
        with pytest.raises(LimitReached, match="wait_for_answer") as waits:
            await neighbours.send(stranger, first, "Toujours pas ?")
        photo = await a_photo(db, stranger)
        with pytest.raises(Invalid) as refused:
            await neighbours.send(stranger, first, photos=(photo,))
        view = await neighbours.open(stranger, first)
        (line,) = await neighbours.folder(stranger)
        seen.append(
            (
                [(each.text, each.is_own, each.is_taken_back) for each in view.letters],
                view.is_waiting,
                view.takes_photos,
                view.closes_at,
                [(each.name, each.handle, each.has_left) for each in view.people],
                (line.text, line.is_unread, [each.name for each in line.people]),
                waits.value.params,
                refused.value.fields,
            )
        )
    assert seen[0] == seen[1] == seen[2]
    assert await neighbours.texts(ana, sent[1]) == ["Bonjour"]
    assert [each.id for each in await neighbours.folder(ana, MemberState.REQUEST)] == [
        sent[2].conversation_id
    ]
    assert [each.id for each in await neighbours.folder(ana, MemberState.IGNORED)] == [
        sent[0].conversation_id
    ]


async def test_after_a_block_letters_stay_with_their_author(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(ana, bao, "Bonjour")
    await neighbours.send(bao, sent, "Bonjour")
    await neighbours.db.write(block_actor, ana, bao.actor_id)
    neighbours.facts.clear()
    late = await neighbours.send(
        bao, sent, "Tu es là ?", photos=(await a_photo(neighbours.db, bao),)
    )
    assert await neighbours.texts(bao, sent) == ["Bonjour", "Bonjour", "Tu es là ?"]
    assert await neighbours.texts(ana, sent) == ["Bonjour", "Bonjour"]
    with pytest.raises(NotFound):
        await neighbours.db.read(get_card, ana, late.post.id)
    assert not [each for each in neighbours.facts if isinstance(each, MessageReceived)]
    assert await neighbours.folder(ana) == ()
    assert len(await neighbours.folder(bao)) == 1
    with pytest.raises(NotAllowed, match="unblock_first"):
        await neighbours.send(ana, sent)
    with pytest.raises(NotAllowed, match="unblock_first"):
        await neighbours.write(ana, bao)
    with pytest.raises(NotFound, match="person_not_found"):
        await neighbours.write(bao, ana)  # as for a name that was never given
    await neighbours.db.write(unblock_actor, ana, bao.actor_id)
    assert len(await neighbours.folder(ana)) == 1
    assert await neighbours.texts(ana, sent) == ["Bonjour", "Bonjour"]


async def test_who_asks_is_written_to_at_once_and_others_are_asked_first(neighbours):
    ask = await neighbours.ask(neighbours.driss, group_id=None, audience=Audience.HERE)
    sent = await neighbours.write_about(neighbours.chloe, ask)
    assert await neighbours.state(neighbours.driss, sent) == MemberState.ACCEPTED
    answer = await neighbours.say(neighbours.ana, "J'en ai une.", in_reply_to_id=ask.id)
    by_asker = await neighbours.write_about(neighbours.driss, answer)
    assert await neighbours.state(neighbours.ana, by_asker) == MemberState.ACCEPTED
    by_third = await neighbours.write_about(neighbours.chloe, answer)
    assert await neighbours.state(neighbours.ana, by_third) == MemberState.REQUEST


async def test_what_nobody_can_be_written_to_about(neighbours):
    said = await neighbours.say(neighbours.ana, "Bonjour à tous", group_id=neighbours.group)
    with pytest.raises(Conflict, match="no_more_answers"):
        await neighbours.write_about(neighbours.bao, said)
    await neighbours.allow_anonymous()
    hidden = await neighbours.ask(neighbours.ana, "Qui connaît ?", is_anonymous=True)
    with pytest.raises(NotAllowed, match="anonymous_in_group_only"):
        await neighbours.write_about(neighbours.bao, hidden)
    # Nor does she tell who she is by a letter about an answer.
    answer = await neighbours.say(neighbours.bao, "Moi", group_id=None, in_reply_to_id=hidden.id)
    with pytest.raises(NotAllowed, match="anonymous_in_group_only"):
        await neighbours.write_about(neighbours.ana, answer)
    ask = await neighbours.ask(neighbours.ana)
    with pytest.raises(NotFound):
        await neighbours.write_about(neighbours.chloe, ask)
    with pytest.raises(Conflict, match="not_with_yourself"):
        await neighbours.write_about(neighbours.ana, ask)
    with pytest.raises(Conflict, match="not_with_yourself"):
        await neighbours.write(neighbours.ana, neighbours.ana)


async def test_it_closes_thirty_days_after_what_it_is_about(neighbours, clock):
    ask = await neighbours.ask(neighbours.ana)
    sent = await neighbours.write_about(neighbours.bao, ask)
    await neighbours.db.write(close_post, neighbours.ana, ask.id)
    with pytest.raises(Conflict, match="no_more_answers"):
        await neighbours.write_about(neighbours.marie, ask)
    clock.advance(timedelta(days=30, seconds=-1))
    await neighbours.send(neighbours.ana, sent)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Conflict, match="conversation_closed"):
        await neighbours.send(neighbours.bao, sent)
    assert len(await neighbours.texts(neighbours.bao, sent)) == 2
    await neighbours.db.write(reopen_post, neighbours.ana, ask.id)
    await neighbours.send(neighbours.bao, sent)


async def test_it_stays_closed_when_nothing_is_left_of_what_it_was_about(neighbours, clock):
    ask = await neighbours.ask(neighbours.ana)
    sent = await neighbours.write_about(neighbours.bao, ask)
    await neighbours.db.write(delete_post, neighbours.ana, ask.id)
    assert (await neighbours.folder(neighbours.bao))[0].about is None
    await neighbours.send(neighbours.bao, sent)
    clock.advance(timedelta(days=31))
    await forget_what_is_due(neighbours.db)
    with pytest.raises(Conflict, match="conversation_closed"):
        await neighbours.send(neighbours.bao, sent)


async def test_teenagers_meet_people_in_groups_only(neighbours):
    await neighbours.make_young(neighbours.ana)
    await neighbours.write(neighbours.bao, neighbours.ana)
    for by, to in (
        (neighbours.chloe, neighbours.ana),
        (neighbours.ana, neighbours.chloe),
    ):
        with pytest.raises(NotAllowed, match="cannot_be_written_to"):
            await neighbours.write(by, to)
    ask = await neighbours.ask(neighbours.ana, group_id=None, audience=Audience.HERE)
    with pytest.raises(NotAllowed, match="cannot_be_written_to"):
        await neighbours.write_about(neighbours.chloe, ask)


async def test_a_teenager_is_out_of_reach_once_the_group_is_left(neighbours, clock):
    sent = await neighbours.write(neighbours.bao, neighbours.ana)
    last_day = clock().date() + timedelta(days=3)
    await neighbours.make_young(neighbours.ana, until=last_day)
    await neighbours.db.write(leave_group, neighbours.bao, neighbours.group)
    for viewer in (neighbours.ana, neighbours.bao):
        with pytest.raises(NotAllowed, match="cannot_be_written_to"):
            await neighbours.send(viewer, sent)
    clock.advance(timedelta(days=3))
    await neighbours.send(neighbours.bao, sent)


async def test_whoever_leaves_hears_nothing_more(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(ana, bao)
    await neighbours.leave(bao, sent)
    assert await neighbours.folder(bao) == ()
    for attempt in (neighbours.open, neighbours.send, neighbours.leave, neighbours.accept):
        with pytest.raises(NotFound):
            await attempt(bao, sent)
    with pytest.raises(Conflict, match="nobody_left"):
        await neighbours.send(ana, sent)
    assert (await neighbours.open(ana, sent)).people[0].has_left


async def test_whoever_had_left_is_asked_anew(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(ana, bao)
    await neighbours.leave(bao, sent)
    again = await neighbours.write(ana, bao, "Encore une chose")
    assert again.conversation_id == sent.conversation_id
    assert await neighbours.state(bao, sent) == MemberState.REQUEST
    assert not await neighbours.is_told(bao)
    await neighbours.leave(bao, sent)
    await neighbours.write(bao, ana, "Oui ?")
    assert await neighbours.state(bao, sent) == MemberState.ACCEPTED


async def test_nobody_is_told_twice_and_reading_is_noticed(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(ana, bao)
    second = await neighbours.send(ana, sent)
    await neighbours.db.write(mark_read, bao, sent.conversation_id, sent.post.id)
    assert await neighbours.is_told(bao)
    await neighbours.db.write(mark_read, bao, sent.conversation_id, second.post.id)
    await neighbours.db.write(mark_read, bao, sent.conversation_id, sent.post.id)
    assert not await neighbours.is_told(bao)


async def test_who_is_muted_is_found_but_not_announced(neighbours):
    ana, bao = neighbours.ana, neighbours.bao
    await neighbours.db.write(mute_actor, bao, ana.actor_id)
    await neighbours.write(ana, bao)
    assert not await neighbours.is_told(bao)
    assert len(await neighbours.folder(bao)) == 1


async def test_new_conversations_of_one_day_are_counted(neighbours, clock):
    strangers = [await a_viewer(neighbours.db, f"voisin_{number}") for number in range(A_DAY + 1)]
    for stranger in strangers[:A_DAY_FOR_NEWCOMERS]:
        await neighbours.write(neighbours.chloe, stranger)
    with pytest.raises(LimitReached, match="conversations_a_day") as limit:
        await neighbours.write(neighbours.chloe, strangers[A_DAY_FOR_NEWCOMERS])
    assert limit.value.retry_after == timedelta(days=1)
    await neighbours.write(neighbours.chloe, strangers[0])  # goes on with what there is
    await neighbours.make_old(neighbours.chloe)
    for stranger in strangers[A_DAY_FOR_NEWCOMERS:A_DAY]:
        await neighbours.write(neighbours.chloe, stranger)
    with pytest.raises(LimitReached, match="conversations_a_day"):
        await neighbours.write(neighbours.chloe, strangers[A_DAY])
    clock.advance(timedelta(days=1))
    await neighbours.write(neighbours.chloe, strangers[A_DAY])


async def test_nobody_is_left_when_an_account_has_been_erased(neighbours):
    sent = await neighbours.write(neighbours.ana, neighbours.bao)
    await neighbours.send(neighbours.bao, sent)

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, neighbours.bao.account_id))

    await neighbours.db.write(erase)
    await neighbours.db.write(forget_author, neighbours.bao.actor_id)
    await neighbours.db.write(forget_correspondent, neighbours.bao.actor_id)
    view = await neighbours.open(neighbours.ana, sent)
    assert (view.people[0].name, view.people[0].has_left) == ("", True)
    assert [each.is_taken_back for each in view.letters] == [False, True]
    with pytest.raises(Conflict, match="nobody_left"):
        await neighbours.send(neighbours.ana, sent)


async def test_several_can_write_to_each_other(neighbours):
    ana, bao, marie, chloe = (
        neighbours.ana,
        neighbours.bao,
        neighbours.marie,
        neighbours.chloe,
    )
    people = [bao.actor_id, marie.actor_id, chloe.actor_id]
    sent = await neighbours.db.write(write_to, ana, people, MessageDraft(text="À tous"))
    assert await neighbours.state(chloe, sent) == MemberState.REQUEST
    await neighbours.send(bao, sent, "Merci")
    assert await neighbours.texts(chloe, sent) == ["À tous", "Merci"]
    await neighbours.db.write(block_actor, marie, bao.actor_id)
    await neighbours.send(bao, sent, "Et Marie ?")
    assert await neighbours.texts(marie, sent) == ["À tous", "Merci"]
    assert len(await neighbours.texts(ana, sent)) == 3
    many = [*range(1, 31)]
    with pytest.raises(Invalid):
        await neighbours.db.write(write_to, ana, many, MessageDraft(text="Spam"))
    with pytest.raises(Invalid):
        await neighbours.db.write(write_to, ana, [], MessageDraft(text="Personne"))


async def test_a_letter_that_is_taken_back_leaves_a_mark_and_no_word(neighbours):
    sent = await neighbours.write(neighbours.ana, neighbours.bao, "Oups")
    await neighbours.db.write(delete_post, neighbours.ana, sent.post.id)
    (letter,) = (await neighbours.open(neighbours.bao, sent)).letters
    assert (letter.is_taken_back, letter.text, letter.html) == (True, "", "")
    (line,) = await neighbours.folder(neighbours.bao)
    assert (line.is_taken_back, line.text) == (True, "")


async def test_letters_are_read_page_by_page(neighbours):
    sent = await neighbours.write(neighbours.ana, neighbours.bao, "0")
    for number in range(1, 45):
        await neighbours.send(neighbours.ana, sent, str(number))
    newest = await neighbours.open(neighbours.bao, sent)
    assert [each.text for each in newest.letters] == [str(number) for number in range(5, 45)]
    older = await neighbours.open(neighbours.bao, sent, before=newest.older)
    assert [each.text for each in older.letters] == [str(number) for number in range(5)]
    assert older.older is None


async def test_a_year_after_the_last_letter_all_of_them_go(neighbours, clock):
    photo = await a_photo(neighbours.db, neighbours.ana)
    sent = await neighbours.write(neighbours.ana, neighbours.bao, photos=(photo,))
    clock.advance(timedelta(days=300))
    later = await neighbours.write(neighbours.ana, neighbours.marie)
    clock.advance(timedelta(days=66))
    assert (await forget_what_is_due(neighbours.db))["conversations"] == 1

    def left(session):
        letters = session.exec(select(Post.id).where(Post.audience == Audience.DIRECT)).all()
        readers = session.exec(select(PostRecipient.post_id)).all()
        return letters, readers, session.exec(select(Conversation.id)).all()

    letters, readers, conversations = await neighbours.db.read(left)
    assert letters == readers == [later.post.id]
    assert conversations == [later.conversation_id]
    with pytest.raises(NotFound):
        await neighbours.open(neighbours.bao, sent)


async def test_what_everybody_has_left_goes_in_the_night(neighbours):
    sent = await neighbours.write(neighbours.ana, neighbours.bao)
    await neighbours.leave(neighbours.ana, sent)
    assert (await forget_what_is_due(neighbours.db))["conversations"] == 0
    await neighbours.leave(neighbours.bao, sent)
    assert (await forget_what_is_due(neighbours.db))["conversations"] == 1


async def test_a_group_that_wakes_nobody_in_it_twice(neighbours):
    """Each member's own row says up to where they have read; others' do not matter."""
    sent = await neighbours.write(neighbours.ana, neighbours.bao)
    await neighbours.send(neighbours.bao, sent)
    rows = {each.actor_id: each for each in await neighbours.members()}
    own = rows[neighbours.bao.actor_id]
    assert own.last_post_id == own.read_post_id
    other: ConversationMember = rows[neighbours.ana.actor_id]
    assert other.last_post_id > other.read_post_id


async def test_bad_input_is_refused_and_nothing_begins(neighbours):
    for text in ("", "   ", "x" * 5001):
        with pytest.raises(Invalid) as refused:
            await neighbours.write(neighbours.ana, neighbours.bao, text)
        assert set(refused.value.fields) == {"text"}
    with pytest.raises(NotFound):
        await neighbours.db.write(write_to, neighbours.ana, [77], MessageDraft(text="?"))
    with pytest.raises(NotFound):
        await neighbours.db.write(send_message, neighbours.ana, 77, MessageDraft(text="?"))
    assert await neighbours.members() == []
    sent = await neighbours.write(neighbours.ana, neighbours.bao, "<b>gras</b> [x](javascript:1)")
    assert "<b>" not in sent.post.html
    assert "href" not in sent.post.html
    assert sent.post.state == PostState.VISIBLE
