"""Work that was given up, and whether the place is well."""

from __future__ import annotations

from sqlmodel import Session, col, select

from fedparents.jobs.models import JobRow, JobState
from tests.rig.visitors import press
from tests.web.site.admin.conftest import bury, list_audits, somebody_asks


async def test_work_that_was_given_up_is_tried_again_or_thrown_away(marie, db):
    first, second = [await db.write(bury, name) for name in ("mail.confirm_email", "a.new.one")]
    page = await marie.get("/admin/jobs")
    assert "Mail to confirm an address" in page.text
    assert "a.new.one" in page.text
    assert "the relay refuses the &lt;name&gt;" in page.text
    await press(marie, page, f"{first}/retry")
    await press(marie, page, f"{second}/discard")

    def states(session: Session) -> dict[int, JobState]:
        jobs = session.exec(select(JobRow).where(col(JobRow.id).in_((first, second))))
        return {job.id: JobState(job.state) for job in jobs}

    assert await db.read(states) == {first: JobState.WAITING}
    assert (await db.read(list_audits))[-2:] == ["job.retried", "job.discarded"]
    late = await press(marie, page, f"{second}/discard")
    assert "done or thrown away already" in (await marie.get(late.headers["location"])).text


# Health


async def test_a_healthy_place_says_so(place, marie):
    await place.worker.plan_schedules()
    page = await marie.get("/admin/health")
    assert 'class="notice bad"' not in page.text
    assert "Mails are kept on this computer and not sent." in page.text
    assert "This is fedparents" in page.text


async def test_work_that_waits_too_long_is_red(place, marie, db, clock):
    await place.worker.plan_schedules()
    await somebody_asks(db)
    clock.advance(minutes=20)
    page = await marie.get("/admin/health")
    assert "should start it again" in page.text
    assert 'class="notice bad"' in page.text
    clock.advance(days=2)
    assert "Old data should have been erased" in (await marie.get("/admin/health")).text


async def test_a_clock_that_is_wrong_is_red(place, marie, clock):
    await place.worker.plan_schedules()
    clock.advance(hours=-3)
    page = await marie.get("/admin/health")
    assert "The clock of the server is wrong" in page.text


async def test_what_was_given_up_waits_on_the_desk(marie, db):
    await db.write(bury, "mail.sign_in")
    assert "One piece of work was given up" in (await marie.get("/admin")).text


# Communes
