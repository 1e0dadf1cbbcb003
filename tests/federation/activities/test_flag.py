"""Reports across towns: out by the place alone and without words, in with those of the place."""

import itertools

import pytest
from sqlmodel import col, delete, select

from federation.activities.flag import receive_flag
from federation.models import RemoteActor, RemotePost, Town
from federation.uris import note_uri
from fedparents.accounts.models import Account
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.moderation.complaints import (
    MOST_FROM_A_TOWN,
    ComplaintDraft,
    file_complaint,
)
from fedparents.moderation.models import Category, Complaint, Report, SubjectKind
from fedparents.posts.models import Audience, Post
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()


class Said:
    """As if it had been signed."""

    def __init__(self, sender, thing, **more):
        self.sender = sender
        self.document = {"type": "Flag", "actor": sender, "object": thing, **more}


@pytest.fixture
async def scene(towns):
    """Léa of Annecy follows Max of Rumilly, who has said something to everybody."""
    annecy, rumilly = towns
    for town in towns:
        await town.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        await town.place.db.write(lambda uow: uow.session.exec(delete(Town)))
        await town.place.db.write(lambda uow: uow.session.exec(delete(Complaint)))
    lea = await annecy.somebody(f"lea_f{next(NUMBERS)}")
    max_ = await rumilly.somebody(f"max_f{next(NUMBERS)}", is_locked=False)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    await settle(*towns)
    said = PostDraft(text="Des mots durs", audience=Audience.PUBLIC)
    post = (await rumilly.place.db.write(publish_post, max_, said)).post
    await settle(*towns)
    return annecy, rumilly, lea, max_, post


async def known_in(town, uri):
    def read(session):
        row = session.exec(select(RemotePost).where(RemotePost.uri == uri)).one()
        return row.post_id

    return await town.place.db.read(read)


async def complaints(town):
    def read(session):
        rows = session.exec(select(Complaint, Report).join(Report).order_by(col(Complaint.id)))
        return list(rows)

    return await town.place.db.read(read)


async def files(town, viewer, kind, number, category=Category.HARASSMENT, *, tells=True):
    draft = ComplaintDraft(category, "Il insulte ma fille Zoé", tells)
    await town.place.db.write(
        file_complaint, viewer, kind, number, draft, seal=lambda _report, data: data
    )


async def test_a_report_reaches_the_town_and_nobody_learns_from_whom(scene, towns):
    annecy, rumilly, lea, _max, post = scene
    number = await known_in(annecy, note_uri(rumilly.url, post.id))
    await files(annecy, lea, SubjectKind.POST, number)
    await settle(*towns)
    ((complaint, report),) = await complaints(rumilly)
    assert (report.subject_kind, report.subject_id) == (SubjectKind.POST, post.id)
    assert (complaint.by_actor_id, complaint.name) == (None, annecy.domain)
    assert complaint.text == "harassment"
    assert "Zoé" not in report.snapshot
    kept = await rumilly.place.db.read(lambda session: session.get(Post, post.id).state)
    assert kept == "visible"


async def test_a_person_is_reported_too(scene, towns):
    annecy, rumilly, lea, max_, _post = scene
    uri = f"{rumilly.url}/users/{max_.actor_id}"
    known = select(RemoteActor.actor_id).where(RemoteActor.uri == uri)
    number = await annecy.place.db.read(lambda session: session.exec(known).one())
    await files(annecy, lea, SubjectKind.PERSON, number)
    await settle(*towns)
    ((_complaint, report),) = await complaints(rumilly)
    assert (report.subject_kind, report.subject_id) == (SubjectKind.PERSON, max_.actor_id)


@pytest.mark.parametrize("why", ["they did not say so", "a child may be in danger"])
async def test_nothing_leaves_unless_it_may(scene, towns, why):
    annecy, rumilly, lea, _max, post = scene
    number = await known_in(annecy, note_uri(rumilly.url, post.id))
    if why == "they did not say so":
        await files(annecy, lea, SubjectKind.POST, number, tells=False)
    else:
        await files(annecy, lea, SubjectKind.POST, number, Category.CHILD_DANGER)
    await settle(*towns)
    assert await complaints(rumilly) == []


async def test_what_is_ours_is_told_to_nobody(scene, towns):
    annecy, rumilly, _lea, _max, _post = scene
    ana = await annecy.somebody(f"ana_f{next(NUMBERS)}")
    lou = await annecy.somebody(f"lou_f{next(NUMBERS)}")
    said = PostDraft(text="Bonjour", audience=Audience.HERE)
    post = (await annecy.place.db.write(publish_post, ana, said)).post
    await files(annecy, lou, SubjectKind.POST, post.id)
    await settle(*towns)
    assert await complaints(rumilly) == []


SHAPES = {
    "one address": lambda post, _person: post,
    "a list with the account first": lambda post, person: [person, post],
    "whole objects": lambda post, person: [{"id": person}, {"id": post, "type": "Note"}],
    "twice the same": lambda post, _person: [post, post],
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_all_shapes_of_a_flag_mean_the_post(scene, shape):
    annecy, rumilly, _lea, max_, post = scene
    uri, person = note_uri(rumilly.url, post.id), f"{rumilly.url}/users/{max_.actor_id}"
    said = Said(f"{annecy.url}/actor", SHAPES[shape](uri, person), content="<p>Trop dur</p>")
    for _ in range(2):
        await rumilly.place.db.write(receive_flag, rumilly.url, said)
    ((complaint, report),) = await complaints(rumilly)
    assert (report.subject_id, complaint.text, report.complaint_count) == (post.id, "Trop dur", 1)


async def test_what_they_cannot_know_is_not_looked_for(scene):
    annecy, rumilly, _lea, max_, _post = scene
    said = PostDraft(text="Entre nous", audience=Audience.HERE)
    hidden = (await rumilly.place.db.write(publish_post, max_, said)).post
    shy = await rumilly.somebody(f"shy_f{next(NUMBERS)}", is_discoverable=False)
    for uri in (
        note_uri(rumilly.url, hidden.id),
        f"{rumilly.url}/users/{shy.actor_id}",
        f"{rumilly.url}/users/1",
        "https://elsewhere.example/1",
        "nonsense",
    ):
        flag = Said(f"{annecy.url}/actor", uri)
        await rumilly.place.db.write(receive_flag, rumilly.url, flag)
    assert await complaints(rumilly) == []


async def test_a_town_cannot_bury_us_in_reports(scene):
    _annecy, rumilly, _lea, max_, _post = scene
    names = itertools.cycle(["many.example", "many.example:8443"])
    for number in range(MOST_FROM_A_TOWN + 3):
        said = PostDraft(text=f"Message {number}", audience=Audience.PUBLIC)

        def publish(uow, said=said):
            return publish_post(uow, max_, said).post.id

        post_id = await rumilly.place.db.write(publish)
        # However many names it has below its own.
        town = next(names) if number % 2 else f"s{number}.{next(names)}"
        flag = Said(f"https://{town}/actor", note_uri(rumilly.url, post_id))
        await rumilly.place.db.write(receive_flag, rumilly.url, flag)
    assert len(await complaints(rumilly)) == MOST_FROM_A_TOWN


async def test_the_page_asks_whether_their_town_may_hear_of_it(scene, towns):
    annecy, rumilly, lea, _max, post = scene
    number = await known_in(annecy, note_uri(rumilly.url, post.id))
    account = await annecy.place.db.read(lambda session: session.get_one(Account, lea.account_id))
    ana = await annecy.somebody(f"ana_f{next(NUMBERS)}")
    own = (await annecy.place.db.write(publish_post, ana, PostDraft(text="Ici"))).post
    async with a_browser(annecy.place, account=account) as browser:
        assert "tells_their_town" not in (await browser.get(f"/report/post/{own.id}")).text
        page = await browser.get(f"/report/post/{number}")
        assert f"Tell {rumilly.domain}, too" in page.text
        answers = {"category": "harassment", "text": "Dur", "tells_their_town": "on"}
        await press(browser, page, f"/report/post/{number}", **answers)
    await settle(*towns)
    ((complaint, report),) = await complaints(rumilly)
    assert (report.subject_id, complaint.text) == (post.id, "harassment")
