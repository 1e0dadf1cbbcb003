"""Two at the very same moment: one conversation, and no letter beside a block."""

import asyncio

import pytest

from fedparents.social.service import block_actor

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("round_", range(3))
async def test_two_who_write_to_each_other_at_once_meet_in_one_conversation(neighbours, round_):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await asyncio.gather(
        *(neighbours.write(by, to) for by, to in ((ana, bao), (bao, ana)) * 3)
    )
    assert len({each.conversation_id for each in sent}) == 1
    assert len(await neighbours.texts(ana, sent[0])) == 6
    assert len(await neighbours.members()) == 2


@pytest.mark.parametrize("round_", range(3))
async def test_a_letter_does_not_slip_in_beside_a_block(neighbours, round_):
    ana, bao = neighbours.ana, neighbours.bao
    sent = await neighbours.write(ana, bao)
    await asyncio.gather(
        neighbours.db.write(block_actor, ana, bao.actor_id),
        *(neighbours.send(bao, sent, f"{number}") for number in range(4)),
    )
    before = await neighbours.texts(ana, sent)
    await neighbours.send(bao, sent, "Encore")
    assert await neighbours.texts(ana, sent) == before
    assert len(await neighbours.texts(bao, sent)) == 6
