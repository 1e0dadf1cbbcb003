"""What the benchmark fills in is, row for row, what the services would have written."""

import pytest
import sqlalchemy as sa

from bench.square import Said, post_row, swap_row, texts
from fedparents.db import table_of
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from fedparents.search.models import SearchDocument
from fedparents.search.service import index_post, marks_of, scope_of
from fedparents.swaps.models import Direction, Swap
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_viewer, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
POSTS, FEW = 1000, 300


async def test_the_rows_of_all_posts_are_equal(db, clock, is_long):
    await db.write(open_the_doors)
    ana = await a_viewer(db)
    group = await a_group(db, ana)
    said, asked = texts(), None
    for number in range(POSTS if is_long else FEW):
        if number % len(said) == 0:
            clock.advance(minutes=11)  # the same words again are welcome after ten minutes
        told = said[number % len(said)]
        if number % 3 == 0 or asked is None:
            ask = SwapDraft(PostDraft(text=told.text, group_id=group), Direction.ASK)
            asked = (await db.write(publish_swap, ana, ask)).post
            await check(db, asked, told, ana, asked.id)
        else:
            answer = PostDraft(text=told.text, in_reply_to_id=asked.id)
            reply = (await db.write(publish_post, ana, answer)).post
            await check(db, reply, told, ana, asked.id)


async def check(db, post, told: Said, author, root_id):
    await db.write(index_post, post.id)
    row = await db.read(one_row, Post, "id", post.id)
    filled = post_row(post.id, post.created_at, author.actor_id, post.group_id, told, root_id)
    assert row == filled
    swap = await db.read(one_row, Swap, "post_id", post.id)
    assert swap == (None if post.is_reply else swap_row(post.id, post.created_at, told.text))
    document = await db.read(one_row, SearchDocument, "post_id", post.id)
    direction = None if post.is_reply else Direction.ASK
    marks = [scope_of(post.group_id), *marks_of(post.kind, direction)]
    assert document["terms"] == " ".join((*marks, told.terms))


def one_row(session, model, key, value):
    table = table_of(model)
    found = session.execute(sa.select(table).where(table.c[key] == value)).mappings().first()
    return dict(found) if found else None
