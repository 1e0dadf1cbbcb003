"""Two who do the same at once: one is first, the other finds it done."""

import asyncio

import pytest

from fedparents.authority import OPERATOR
from fedparents.instance.service import found_instance
from fedparents.retention.service import change_periods, get_periods

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("round_", range(5))
async def test_two_processes_may_found_a_place_at_once(db, round_):
    founded = await asyncio.gather(*(db.write(found_instance, "issy.localhost") for _ in range(4)))
    assert {instance.domain for instance in founded} == {"issy.localhost"}


@pytest.mark.parametrize("round_", range(5))
async def test_a_page_may_be_saved_twice_at_once(db, round_):
    await asyncio.gather(
        *(
            db.write(change_periods, {"audit_log": days}, by=OPERATOR)
            for days in (400, 400, 400, 400)
        )
    )
    assert (await db.read(get_periods))["audit_log"].days == 400
