"""The same thing said twice within ten minutes, with and without a name."""

import pytest

from fedparents.errors import Conflict
from tests.core.posts.test_service import square

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
__all__ = ["square"]


@pytest.mark.parametrize("is_anonymous", [False, True])
async def test_the_first_one_counts(square, clock, is_anonymous):
    await square.allow(allows_anonymous=True)
    first = await square.say(square.ana, "Une poussette ?", is_anonymous=is_anonymous)
    with pytest.raises(Conflict) as error:
        await square.say(square.ana, "Une poussette ?", is_anonymous=is_anonymous)
    assert error.value.params["post_id"] == first.id
    await square.say(square.bao, "Une poussette ?")
    clock.advance(minutes=11)
    await square.say(square.ana, "Une poussette ?", is_anonymous=is_anonymous)
