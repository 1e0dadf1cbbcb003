"""Changing how the place is set, and what its texts say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedparents.instance.models import (
    FederationMode,
    Registrations,
)
from fedparents.retention.rules import RULES
from fedparents.retention.service import get_periods
from tests.rig.builders import (
    an_account,
    find_account,
)
from tests.rig.pages import submit
from tests.web.site.admin.conftest import list_audits, read_place
from web.site.legal.facts import RETENTION_WORDS

GOOD = {
    "place": {"name": "Parents de Vanves", "contact_email": "v@vanves.example", "language": "en"},
    "joining": {"registrations": "invited", "minimum_age": "15", "approvals_a_day": "30"},
    "neighbours": {"mode": "open"},
}
BAD = [
    ("place", {"name": ""}, "name"),
    ("place", {"contact_email": "nobody"}, "contact_email"),
    ("place", {"timezone": "Nowhere"}, "timezone"),
    ("place", {"language": "de"}, "language"),
    ("joining", {"minimum_age": "14"}, "minimum_age"),
    ("joining", {"waiting_at_most": "1001"}, "waiting_at_most"),
    ("joining", {"blocked_mail_domains": "x" * 20_001}, "blocked_mail_domains"),
    ("neighbours", {"mode": ""}, "mode"),
    ("mail", {"to": "nobody"}, "to"),
    ("retention", {"audit_log": "1"}, "audit_log"),
    ("retention", {"audit_log": "for ever"}, "audit_log"),
    ("retention", {"mailed_links": ""}, "mailed_links"),
    ("retention", {"mailed_links": "9" * 50}, "mailed_links"),
]


@pytest.mark.parametrize(("page", "answers", "field"), BAD)
async def test_what_cannot_be_set_is_told_at_its_field(marie, db, page, answers, field):
    before = await db.read(list_audits)
    response = await submit(marie, f"/admin/settings/{page}", answers)
    assert response.status_code == 422
    assert f'id="error-{field}"' in response.text
    assert await db.read(list_audits) == before


@pytest.mark.parametrize("page", GOOD)
async def test_changing_a_setting_is_stored_and_written_down(marie, db, page):
    response = await submit(marie, f"/admin/settings/{page}", GOOD[page])
    assert response.status_code == 303
    assert (await marie.get("/admin/settings")).status_code == 200
    assert "instance." in (await db.read(list_audits))[-1]
    place = await db.read(read_place)
    match page:
        case "place":
            assert (place.name, place.language) == ("Parents de Vanves", "en")
        case "joining":
            assert place.registrations == Registrations.INVITED
            assert (place.minimum_age, place.approvals_a_day) == (15, 30)
        case "neighbours":
            assert place.federation_mode == FederationMode.OPEN


async def test_a_new_name_leads_to_the_pages_that_say_the_old_one(marie, db):
    await submit(
        marie, "/admin/texts/legal_notice/fr", body="Publié par Parents d'Issy.", action="save"
    )
    response = await submit(marie, "/admin/settings/place", name="Parents de Vanves")
    assert response.headers["location"] == "/admin/texts"
    assert "Please read them again." in (await marie.get("/admin/texts")).text


async def test_mail_domains_are_refused_as_they_were_meant(marie, db):
    typed = "Mailinator.com, x@YOPMAIL.com;\n mailinator.com"
    await submit(marie, "/admin/settings/joining", blocked_mail_domains=typed)
    assert (await db.read(read_place)).blocked_mail_domains == "mailinator.com\nyopmail.com"


async def test_periods_are_counted_before_they_are_changed(marie, db, clock):
    account = await an_account(db, "chloe", is_confirmed=False)
    clock.advance(days=3)
    seen = await submit(
        marie, "/admin/settings/retention", unconfirmed_sign_ups="2", action="preview"
    )
    assert "With this number, one would be erased tonight." in seen.text
    assert (await db.read(get_periods))["unconfirmed_sign_ups"] == timedelta(days=7)
    saved = await submit(
        marie, "/admin/settings/retention", unconfirmed_sign_ups="2", action="save"
    )
    assert saved.status_code == 303
    assert (await db.read(get_periods))["unconfirmed_sign_ups"] == timedelta(days=2)
    assert await db.read(find_account, account.id) is not None


def test_every_period_has_its_words():
    # The days of grace, which the pages on which one leaves or ends a group name by themselves.
    fixed = {"leaving_accounts", "ended_groups"}
    assert set(RETENTION_WORDS) | fixed == {rule.name for rule in RULES}


async def test_a_test_mail_can_be_sent_at_any_time(marie):
    response = await submit(marie, "/admin/settings/mail", to="marie@issy.example")
    assert "they are kept to be read here" in response.text


# Legal pages


async def test_writing_a_page_keeps_what_it_said_before(marie, db):
    seen = await submit(marie, "/admin/texts/privacy/fr", body="## New <script>", action="preview")
    assert "<h2>New &lt;script&gt;</h2>" in seen.text
    saved = await submit(marie, "/admin/texts/privacy/fr", body="## New", action="save")
    assert saved.headers["location"] == "/admin/texts"
    editor = await marie.get("/admin/texts/privacy/fr")
    assert editor.text.count("/admin/texts/privacy/fr/") == 2
    older = editor.text.rpartition('href="/admin/texts/privacy/fr/')[2].partition('"')[0]
    assert "Tout est dit" in (await marie.get(f"/admin/texts/privacy/fr/{older}")).text
    assert (await marie.get("/admin/texts/privacy/fr/1")).status_code == 404
    assert (await marie.get("/admin/texts/privacy/de")).status_code == 404
    assert (await marie.get("/admin/texts/cookies/fr")).status_code == 404


async def test_a_gap_closes_sign_ups_and_the_desk_says_so(marie):
    await submit(marie, "/admin/texts/contact/fr", body="[… téléphone …]", action="save")
    desk = await marie.get("/admin")
    assert "Sign-ups are closed" in desk.text
    assert "Keeps sign-ups closed" in (await marie.get("/admin/texts")).text


async def test_a_text_that_is_too_long_is_kept_and_refused(marie):
    response = await submit(marie, "/admin/texts/privacy/fr", body="word " * 10_000, action="save")
    assert response.status_code == 422
    assert 'id="error-body"' in response.text


# Work in the background
