"""From what somebody says to what other towns get: real jobs, real rows, real HTTP."""

import asyncio
import base64
import hashlib
import re
from datetime import timedelta
from email.utils import format_datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from sqlmodel import select

from federation.cavage import text_to_sign
from federation.delivery.carrier import Carrier
from federation.delivery.forgetting import forget_expired
from federation.delivery.leasing import lease
from federation.delivery.models import DeliveryHost, DeliveryState, OutgoingActivity, Trouble
from federation.delivery.queue import forget_post, hear_from
from federation.outbox import tell_published
from federation.transport import open_client
from federation.trust import set_standing
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.db import open_database
from fedparents.instance.models import FederationMode
from fedparents.posts.models import Audience
from fedparents.posts.service import delete_post, edit_post, narrow_post
from fedparents.social.models import Follow

pytestmark = pytest.mark.anyio


async def test_a_public_post_reaches_every_town_once(place, clock):
    await place.followed_from(1, 2, 3)
    await place.followed_from(1)
    post = await place.says("Qui a une poussette ?")
    await place.works()
    assert sorted(taken.host for taken in place.towns.taken) == [
        place.towns.name(number) for number in (1, 2, 3)
    ]
    [said] = place.towns.taken_by(2)
    assert said["type"] == "Create"
    assert said["actor"] == f"{place.base}/users/{place.ana.actor_id}"
    assert said["object"]["id"] == f"{place.base}/notes/{post.id}"
    assert said["object"]["content"] == "<p>Qui a une poussette ?</p>"
    assert said["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert {row.state for row in await place.rows()} == {DeliveryState.SENT}


async def test_an_edit_and_the_end_follow_in_order(place):
    await place.followed_from(1)
    post = await place.says("Samedi ?")
    await place.works()
    await place.db.write(edit_post, place.ana, post.id, "Dimanche ?")
    await place.works()
    await place.db.write(delete_post, place.ana, post.id)
    await place.works()
    assert [said["type"] for said in place.towns.taken_by(1)] == ["Create", "Update", "Delete"]
    gone = place.towns.taken_by(1)[-1]
    assert gone["object"]["type"] == "Tombstone"
    assert "Dimanche" not in str(gone)


async def test_nothing_leaves_an_island(place):
    await place.followed_from(1)
    await place.mode(FederationMode.ISLAND)
    await place.says("Pour nous seulement")
    await place.works()
    assert not place.towns.knocks
    assert await place.rows() == []


async def test_what_waits_does_not_leave_a_place_that_became_an_island(place):
    await place.followed_from(1)
    await place.says("Trop tard")
    await place.runtime.worker.work_until_idle()
    await place.mode(FederationMode.ISLAND)
    await place.works()
    assert not place.towns.knocks
    await place.mode(FederationMode.OPEN)
    await place.works()
    assert len(place.towns.taken) == 1


async def test_what_was_taken_back_before_it_left_never_leaves(place):
    await place.followed_from(1)
    post = await place.says("Oups")
    await place.runtime.worker.work_until_idle()
    await place.db.write(delete_post, place.ana, post.id)
    await place.runtime.carrier.work_until_idle()  # before the job that takes it back
    assert place.towns.taken == []
    assert [row.trouble for row in await place.rows()] == [Trouble.WITHDRAWN]
    await place.works()
    assert [said["type"] for said in place.towns.taken_by(1)] == ["Delete"]


async def test_a_town_away_for_six_days_catches_up_without_a_storm(place, clock):
    await place.followed_from(1, 2)
    away = place.towns.town(1)
    away.status = 503
    posts = []
    for _day in range(6):
        for hour in range(8):
            posts.append(await place.says(f"Jour {_day} heure {hour}"))
            await place.works()
            clock.advance(hours=3)
    knocks = place.towns.knocks[place.towns.name(1)]
    assert knocks <= 25
    assert len(place.towns.taken_by(2)) == 48
    asleep = await place.host(1)
    assert asleep.failures == knocks
    assert asleep.trouble == Trouble.FAILING
    away.status = 202
    place.towns.seconds = 0.001
    clock.advance(hours=15)
    await place.works()
    got = [said["object"]["id"] for said in place.towns.taken_by(1)]
    assert sorted(got) == sorted(f"{place.base}/notes/{post.id}" for post in posts)
    assert len(set(got)) == 48
    assert away.busiest <= 4
    assert (await place.host(1)).failures == 0


async def test_after_a_week_what_was_missed_is_given_up(place, clock):
    await place.followed_from(1)
    place.towns.town(1).status = 502
    await place.says("Personne ne répond")
    await place.works()
    for _ in range(40):
        clock.advance(hours=13)
        await place.works()
    [row] = await place.rows()
    assert (row.state, row.trouble) == (DeliveryState.GIVEN_UP, Trouble.TOO_OLD)
    assert (await place.host(1)).due_at is None


async def test_a_dead_town_among_many_delays_no_other(place):
    place.towns.town(250).is_silent = True
    await place.followed_from(*range(1, 501))
    await place.says("À tous")
    await place.runtime.worker.work_until_idle()
    working = asyncio.create_task(place.runtime.carrier.run())
    await place.towns.wait_for(499)
    assert (await place.host(250)).is_leased  # it is still being waited for
    place.runtime.carrier.stop()
    working.cancel()


async def test_a_busy_town_is_left_alone_for_as_long_as_it_says(place, clock):
    await place.followed_from(1)
    town = place.towns.town(1)
    town.status, town.headers = 429, {"Retry-After": "3600"}
    await place.says("Doucement")
    await place.works()
    clock.advance(minutes=59)
    await place.works()
    assert place.towns.knocks[place.towns.name(1)] == 1
    town.status = 202
    clock.advance(minutes=16)
    await place.works()
    assert len(place.towns.taken) == 1


async def test_a_busy_town_may_name_a_day(place, clock):
    await place.followed_from(1)
    town = place.towns.town(1)
    until = clock() + timedelta(hours=3)
    town.status, town.headers = 503, {"Retry-After": format_datetime(until, usegmt=True)}
    await place.says("Doucement")
    await place.works()
    assert (await place.host(1)).rests_until_at >= until


async def test_a_silent_town_that_calls_us_is_called_back(place, clock):
    await place.followed_from(1)
    place.towns.town(1).status = 502
    await place.says("Allô ?")
    await place.works()
    place.towns.town(1).status = 202
    await place.db.write(hear_from, place.towns.inbox(1, "users/1"))
    clock.advance(seconds=2)
    await place.works()
    assert len(place.towns.taken) == 1


async def test_an_inbox_that_is_gone_is_never_asked_again(place, clock):
    await place.followed_from(1)
    place.towns.town(1).status = 410
    await place.says("Allô ?")
    await place.works()
    await place.says("Toujours là ?")
    await place.works()
    assert place.towns.knocks[place.towns.name(1)] == 1
    assert [row.state for row in await place.rows()] == [DeliveryState.GIVEN_UP]


async def test_what_is_not_understood_is_signed_the_other_way_once_and_remembered(place):
    await place.followed_from(1)
    place.towns.town(1).accepts = lambda taken: 202 if "signature-input" in taken.headers else 401
    await place.says("Un")
    await place.works()
    assert place.towns.knocks[place.towns.name(1)] == 2
    await place.says("Deux")
    await place.works()
    assert place.towns.knocks[place.towns.name(1)] == 3
    assert len(place.towns.taken) == 2
    assert (await place.host(1)).scheme == "rfc9421"


async def test_one_that_a_town_does_not_take_holds_up_its_own_lane_only(place, clock):
    await place.followed_from(1)
    town = place.towns.town(1)
    town.accepts = lambda taken: 500 if b"Poison" in taken.body else 202
    poison = await place.says("Poison")
    await place.says("Pain")
    await place.works()
    assert len(place.towns.taken) == 1
    await place.db.write(edit_post, place.ana, poison.id, "Poisson")
    await place.works()
    assert len(place.towns.taken) == 1
    for _ in range(2):  # the first asks in vain how the town is
        clock.advance(hours=2)
        await place.works()
    assert place.towns.taken_by(1)[-1]["object"]["content"] == "<p>Poisson</p>"


async def test_what_fewer_may_read_now_is_taken_back_with_its_answers(place):
    await place.followed_from(1)
    post = await place.says("Pour tout le monde")
    answer = await place.says("Moi aussi", in_reply_to_id=post.id)
    await place.works()
    await place.db.write(narrow_post, place.ana, post.id, Audience.HERE)
    await place.works()
    gone = [said["object"]["id"] for said in place.towns.taken_by(1) if said["type"] == "Delete"]
    assert sorted(gone) == [f"{place.base}/notes/{each.id}" for each in (post, answer)]
    await place.db.write(edit_post, place.ana, post.id, "Pour nous")
    await place.works()
    assert len(place.towns.taken) == 4


async def test_whoever_follows_no_more_hears_what_was_taken_back(place):
    await place.followed_from(1)
    post = await place.says("Bonjour")
    await place.works()

    def leave(uow):
        for follow in uow.session.exec(select(Follow)):
            uow.session.delete(follow)

    await place.db.write(leave)
    await place.db.write(delete_post, place.ana, post.id)
    await place.works()
    assert [said["type"] for said in place.towns.taken_by(1)] == ["Create", "Delete"]


async def test_who_is_erased_is_erased_everywhere(place):
    await place.followed_from(1)
    await place.says("Mon secret")
    await place.works()

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, place.ana.account_id))

    await place.db.write(erase)
    await place.works()
    said = place.towns.taken_by(1)[-1]
    actor = f"{place.base}/users/{place.ana.actor_id}"
    assert (said["type"], said["actor"], said["object"]) == ("Delete", actor, actor)

    def words(session):
        return " ".join(session.exec(select(OutgoingActivity.body)))

    assert "secret" not in await place.db.read(words)


async def test_words_are_forgotten_when_nobody_is_told_any_more(place, clock):
    await place.followed_from(1, 2)
    place.towns.town(2).status = 502
    post = await place.says("Bonjour")
    await place.works()
    clock.advance(days=8)
    while await place.db.write(forget_expired):
        pass

    def bodies(session):
        return list(session.exec(select(OutgoingActivity.body)))

    assert await place.db.read(bodies) == [""]
    assert {row.state for row in await place.rows()} == {
        DeliveryState.SENT,
        DeliveryState.GIVEN_UP,
    }
    await place.db.write(delete_post, place.ana, post.id)
    await place.works()
    assert [said["type"] for said in place.towns.taken_by(1)] == ["Create", "Delete"]


async def test_the_signature_covers_where_it_goes_and_every_byte(place):
    await place.followed_from(1, 2)
    await place.says("Signé")
    await place.works()
    actor = f"{place.base}/users/{place.ana.actor_id}"
    keys = await place.runtime.keys.keys_of(place.ana.actor_id, actor)
    for taken in place.towns.taken:
        fields = dict(re.findall(r'(\w+)="([^"]*)"', taken.headers["signature"]))
        assert fields["keyId"] == keys.rsa.id
        names = fields["headers"].split()
        assert {"(request-target)", "host", "date", "digest"} <= set(names)
        digest = base64.b64encode(hashlib.sha256(taken.body).digest()).decode()
        assert taken.headers["digest"] == f"SHA-256={digest}"
        text = text_to_sign(names, taken.headers, method="POST", target=taken.path)
        keys.rsa.private.public_key().verify(
            base64.b64decode(fields["signature"]), text, PKCS1v15(), SHA256()
        )


async def test_two_carriers_share_the_towns(place, settings):
    await place.followed_from(*range(1, 41))
    for number in range(3):
        await place.says(f"Bonjour {number}")
    await place.runtime.worker.work_until_idle()
    one = place.runtime.carrier
    other = Carrier(
        place.db,
        place.runtime.bus,
        place.runtime.keys,
        place.base,
        lambda: open_client(settings),
    )
    await asyncio.gather(one.work_until_idle(), other.work_until_idle())
    await one.work_until_idle()
    await other.close()
    assert len(place.towns.taken) == 120
    assert len({(taken.host, taken.document["id"]) for taken in place.towns.taken}) == 120
    assert max(place.towns.town(number).busiest for number in range(1, 41)) <= 4


async def test_a_job_that_runs_twice_says_it_once(place):
    await place.followed_from(1)
    post = await place.says("Une fois")
    number = place.db.new_id()
    for _ in range(2):
        await place.db.write(tell_published, place.base, post.id, number)
    await place.works()
    assert len(place.towns.taken) == 1


async def test_a_wait_of_thousands_of_digits_is_a_day(place, clock):
    """A town that says so was called again and again, without a pause."""
    await place.followed_from(1)
    town = place.towns.town(1)
    town.status, town.headers = 429, {"Retry-After": "9" * 5000}
    await place.says("Doucement")
    async with asyncio.timeout(60):
        await place.works()
    clock.advance(hours=23)
    await place.works()
    assert place.towns.knocks[place.towns.name(1)] == 1


async def test_what_is_taken_back_in_the_middle_of_a_round_leaves_the_others_alone(place):
    await place.followed_from(1)
    name = place.towns.name(1)
    posts = []
    for text in ("Un", "Deux", "Trois"):
        posts.append(await place.says(text))
        await place.runtime.worker.work_until_idle()
    place.towns.opens.clear()
    carrying = asyncio.create_task(place.runtime.carrier.work_until_idle())
    async with asyncio.timeout(60):
        while place.towns.knocks[name] < 2:  # noqa: ASYNC110 - the third waits for one of these
            await asyncio.sleep(0.01)
        await place.db.write(forget_post, posts[2].id)
        place.towns.opens.set()
        await carrying
    said = [each["object"]["id"] for each in place.towns.taken_by(1)]
    assert sorted(said) == [f"{place.base}/notes/{post.id}" for post in posts[:2]]


async def test_a_failure_of_our_own_makes_no_storm(place, clock, monkeypatch):
    await place.followed_from(1)
    await place.says("Un")
    await place.runtime.worker.work_until_idle()
    asked = []

    async def fail(actor_id, _uri):
        asked.append(actor_id)
        raise RuntimeError("a disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(place.runtime.carrier._keys, "keys_of", fail)
        async with asyncio.timeout(60):
            await place.works()
    assert len(asked) == 1
    assert not place.towns.knocks
    clock.advance(minutes=2)
    await place.works()
    assert len(place.towns.taken) == 1


async def test_a_server_that_is_kept_out_is_told_only_what_is_taken_back(place):
    await place.followed_from(1)
    first = await place.says("Avant")
    await place.works()
    await place.says("En route")
    await place.runtime.worker.work_until_idle()
    await place.db.write(set_standing, "127.1.0.1", Standing.BLOCKED, by=OPERATOR)
    await place.says("Après")
    await place.works()
    assert [row.trouble for row in await place.rows()] == [None, Trouble.WITHDRAWN]
    await place.db.write(delete_post, place.ana, first.id)
    await place.works()
    assert [said["type"] for said in place.towns.taken_by(1)] == ["Create", "Delete"]


async def test_what_waits_does_not_leave_once_its_author_is_paused(place):
    await place.followed_from(1)
    await place.says("Pas moi")
    await place.runtime.worker.work_until_idle()

    def pause(uow):
        uow.session.get_one(Account, place.ana.account_id).state = AccountState.FROZEN

    await place.db.write(pause)
    await place.works()
    assert not place.towns.knocks
    assert [row.trouble for row in await place.rows()] == [Trouble.WITHDRAWN]


async def test_who_lost_a_town_in_between_changes_nothing(place, clock):
    """Its round took longer than its lease: another process has the town, and has written down
    what came of it."""
    await place.followed_from(1)
    place.towns.town(1).status, place.towns.seconds = 404, 0.2
    await place.says("Bonjour")
    await place.runtime.worker.work_until_idle()

    def lose(uow):
        host = uow.session.exec(select(DeliveryHost)).one()
        host.turn += 1
        uow.session.add(host)

    working = asyncio.create_task(place.runtime.carrier.work_until_idle())
    await place.towns.knocked.wait()
    await place.db.write(lose)
    await working
    (row,) = await place.rows()
    assert (row.state, row.trouble) == (DeliveryState.WAITING, None)
    assert (await place.host(1)).is_leased


@pytest.mark.postgres_only
async def test_leases_of_a_process_that_is_gone_end_at_once(place, settings):
    """It was killed with a town in its hands; another one of the same place goes on."""
    await place.followed_from(1)
    await place.says("Bonjour")
    await place.runtime.worker.work_until_idle()
    other = open_database(settings.database)
    await other.start()
    await other.write(lease, place.base, 10, probes=True, node=other.new_id.node)
    carrier = place.runtime.carrier
    running = asyncio.create_task(carrier.run())
    await asyncio.sleep(0.2)
    assert place.towns.taken == []
    carrier.stop()
    await running
    await other.close()
    carrier = Carrier(
        place.db,
        place.runtime.bus,
        place.runtime.keys,
        place.base,
        lambda: open_client(place.runtime.settings),
    )
    running = asyncio.create_task(carrier.run())
    await place.towns.wait_for(1)
    carrier.stop()
    await running
    await carrier.close()
