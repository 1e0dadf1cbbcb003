"""A parent protects their account, comes back with a code, without a phone, and gives it up."""

from __future__ import annotations

import pytest

from tests.journeys import steps
from tests.journeys.person import Somebody
from tests.journeys.rooms import database_of, opens
from tests.journeys.way import Way
from tests.rig.builders import an_account
from tests.rig.live import LivePlace
from web.auth.passwords import hash_password

pytestmark = pytest.mark.anyio

WAYS = [
    pytest.param(Way("fr", 360, javascript=False), id="fr-plain"),
    pytest.param(Way("en", 1280, keyboard=True, colours="dark"), id="en-keyboard"),
    pytest.param(
        Way("th", 360, javascript=False, colours="dark"), id="th-plain", marks=pytest.mark.long
    ),
]


@pytest.mark.parametrize("way", WAYS)
async def test_a_second_step(live: LivePlace, somebody: Somebody, way: Way) -> None:
    await opens(live)
    hashed = hash_password(steps.PASSWORD)
    async with database_of(live) as db:
        await an_account(db, "chloe", name="Chloé", password_hash=hashed, language=way.language)
    chloe = await somebody("Chloé", way)
    await steps.signs_in_with_password(chloe, live.url, steps.PASSWORD)
    await chloe.sees("Hello %(name)s", name=chloe.name)
    phone = await steps.sets_up_the_second_step(chloe)
    assert len(phone.paper) == 10
    assert (await chloe.gets_mail()).subject == chloe.words("Signing in now takes a second step")
    await steps.signs_out(chloe)

    await steps.signs_in_with_password(chloe, live.url, steps.PASSWORD)
    await chloe.sees("The code from your app")
    await chloe.writes("The six digits that the app shows", phone.wrong_code())
    await chloe.presses("Sign in")
    await chloe.sees("The code from your app")
    await chloe.writes("The six digits that the app shows", phone.code(steps_ahead=1))
    await chloe.presses("Sign in")
    await chloe.sees("Hello %(name)s", name=chloe.name)
    await steps.signs_out(chloe)

    await steps.signs_in_with_password(chloe, live.url, steps.PASSWORD)
    await chloe.sees("The code from your app")
    await chloe.presses("Use a recovery code")
    await chloe.sees("A recovery code")
    await chloe.writes("Recovery code", phone.paper[7])
    await chloe.presses("Sign in")
    await chloe.sees("Hello %(name)s", name=chloe.name)
    assert (await chloe.gets_mail()).subject == chloe.words("A recovery code was used")

    await chloe.goes_to(f"{live.url}/settings/second-factor")
    await chloe.presses("Turn it off")
    await chloe.sees("Turn off the second step")
    await chloe.writes("A code of your app, or a recovery code", phone.paper[0])
    await chloe.presses("Turn it off")
    await chloe.reads("From now on you sign in without a code.")
