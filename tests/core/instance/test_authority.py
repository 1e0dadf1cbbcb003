"""Only administrators and the operator change the place: the services refuse everybody else."""

from datetime import timedelta

import pytest
from sqlmodel import func, select

from fedparents import clock
from fedparents.accounts.deciding import change_role, freeze_account, thaw_account
from fedparents.accounts.models import AccountState, Role
from fedparents.accounts.queries import get_account
from fedparents.audit.models import AuditEntry
from fedparents.authority import OPERATOR
from fedparents.errors import NotFound
from fedparents.instance.models import (
    FederationMode,
    GroupFounding,
    Instance,
    LegalKind,
    Registrations,
)
from fedparents.instance.queries import get_instance, list_legal_versions
from fedparents.instance.service import (
    IdentityDraft,
    JoiningDraft,
    change_federation,
    change_group_founding,
    change_identity,
    change_joining,
    change_language,
    change_moderators_factor,
    finish_setup,
    note_setup_step,
    write_legal_page,
)
from fedparents.jobs.models import JobRow, JobState
from fedparents.jobs.queries import find_last_error, list_dead_jobs
from fedparents.jobs.service import discard_job, retry_job
from fedparents.places.drafts import PlaceDraft
from fedparents.places.loading import import_places, preview_import
from fedparents.retention.service import change_periods, count_due
from tests.rig.builders import a_viewer, open_the_doors

pytestmark = pytest.mark.anyio
IDENTITY = IdentityDraft("Autre nom", "", "en", "Europe/Paris", "")
JOINING = JoiningDraft(
    Registrations.OPEN,
    asks_reason=False,
    minimum_age=16,
    approvals_a_day=5,
    waiting_at_most=5,
    blocked_mail_domains="",
)
WRITES = {
    "identity": (change_identity, IDENTITY),
    "language": (change_language, "en"),
    "joining": (change_joining, JOINING),
    "federation": (change_federation, FederationMode.OPEN),
    "founding": (change_group_founding, GroupFounding.MODERATORS),
    "legal page": (write_legal_page, LegalKind.RULES, "fr", "Plus de règles."),
    "set-up step": (note_setup_step, 3),
    "set-up": (finish_setup,),
    "periods": (change_periods, {"audit_log": 400}),
}
READS = {
    "legal versions": (list_legal_versions, LegalKind.RULES, "fr"),
    "given up work": (list_dead_jobs,),
    "last error": (find_last_error, "mail."),
}
ROLES = [Role.MEMBER, Role.MODERATOR]


@pytest.fixture(autouse=True)
async def place(db):
    await db.write(open_the_doors)


@pytest.fixture(params=ROLES)
async def outsider(request, db):
    return await a_viewer(db, "ana", role=request.param)


@pytest.fixture(params=["admin", "operator"])
async def insider(request, db):
    return OPERATOR if request.param == "operator" else await a_viewer(db, "ida", role=Role.ADMIN)


def snapshot(session):
    audits = session.exec(select(func.count()).select_from(AuditEntry)).one()
    place = get_instance(session)
    return {name: getattr(place, name) for name in Instance.model_fields}, audits


@pytest.mark.parametrize("name", WRITES)
async def test_others_change_nothing(db, outsider, name):
    service, *answers = WRITES[name]
    before = await db.read(snapshot)
    with pytest.raises(NotFound):
        await db.write(service, *answers, by=outsider)
    assert await db.read(snapshot) == before


@pytest.mark.parametrize("name", WRITES)
async def test_administrators_and_the_operator_change_it(db, insider, name):
    service, *answers = WRITES[name]
    await db.write(service, *answers, by=insider)


async def test_the_second_factor_of_moderators_is_the_admins_matter(db, outsider):
    with pytest.raises(NotFound):
        await db.write(change_moderators_factor, is_needed=True, by=outsider)
    await db.write(change_moderators_factor, is_needed=True, by=OPERATOR)


@pytest.mark.parametrize("name", READS)
async def test_others_read_nothing_of_it(db, outsider, name):
    query, *which = READS[name]
    with pytest.raises(NotFound):
        await db.read(query, *which, by=outsider)
    await db.read(query, *which, by=OPERATOR)


async def test_what_would_be_forgotten_is_for_admins(db, outsider):
    periods = {"audit_log": timedelta(days=400)}
    with pytest.raises(NotFound):
        await db.read(count_due, periods, now=clock.now(), by=outsider)


async def test_given_up_work_is_tried_again_or_thrown_away_by_admins_only(db, outsider, insider):
    def bury(uow):
        job = JobRow(
            id=uow.new_id(),
            name="mail.sign_in",
            payload="{}",
            state=JobState.DEAD,
            run_at=uow.now,
            created_at=uow.now,
        )
        uow.session.add(job)
        return job.id

    job = await db.write(bury)
    for service in (retry_job, discard_job):
        with pytest.raises(NotFound):
            await db.write(service, job, by=outsider)
    await db.write(retry_job, job, by=insider)
    other = await db.write(bury)
    await db.write(discard_job, other, by=insider)
    audits = await db.read(
        lambda s: list(s.exec(select(AuditEntry.action, AuditEntry.by_actor_id)))
    )
    assert [each for each in audits if each[0].startswith("job.")] == [
        ("job.retried", insider.actor_id),
        ("job.discarded", insider.actor_id),
    ]


async def test_communes_are_brought_in_by_admins_only(db, outsider, insider):
    namur = PlaceDraft(country="BE", code="92094", name="Namur")
    for bring in (import_places, preview_import):
        with pytest.raises(NotFound):
            await bring(db, [namur], by=outsider)
    assert (await preview_import(db, [namur], by=insider)).added == 1
    assert (await import_places(db, [namur], by=insider)).added == 1


async def test_accounts_are_paused_by_admins_only(db, outsider):
    """As the page says, which moderators do not see."""
    bao = await a_viewer(db, "bao")
    for service, more in ((freeze_account, ("Pub.",)), (thaw_account, ())):
        with pytest.raises(NotFound):
            await db.write(service, bao.account_id, *more, by=outsider)
    with pytest.raises(NotFound):
        await db.write(change_role, bao.account_id, Role.ADMIN, by=outsider)
    assert (await db.read(get_account, bao.account_id)).account.state == AccountState.ACTIVE
