"""What apps show of the place beside its name."""

import pytest

from fedparents.authority import OPERATOR
from fedparents.instance.models import LegalKind
from fedparents.instance.service import write_legal_page

RULES = "# Nos règles\n\n- Soyez gentils.\n- Pas de **publicité**.\n\nMerci !\n"


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/api/v1/custom_emojis", 200, []),
        ("/api/v1/instance/peers", 200, []),
        ("/api/v1/instance/translation_languages", 200, {}),
        ("/api/v1/instance/terms_of_service", 404, {"error": "Record not found"}),
        ("/api/v1/instance/domain_blocks", 404, {"error": "Record not found"}),
        ("/api/v1/instance/activity", 404, {"error": "Record not found"}),
        ("/health", 200, {"status": "OK"}),
    ],
)
async def test_what_this_place_does_not_have(visitor, path, status, told):
    answer = await visitor.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (status, told)


async def test_in_which_languages_it_speaks(visitor):
    told = (await visitor.get("/api/v1/instance/languages")).json()
    assert told == [
        {"code": "fr", "name": "Français"},
        {"code": "en", "name": "English"},
        {"code": "th", "name": "ไทย"},
    ]


async def test_that_it_is_well_in_two_letters(visitor):
    assert (await visitor.get("/health", headers={"Accept": "*/*"})).text == "OK"


async def test_announcements_are_for_those_who_are_in(visitor, bearer):
    assert (await visitor.get("/api/v1/announcements")).status_code == 401
    answer = await visitor.get("/api/v1/announcements", headers=await bearer())
    assert answer.json() == []


async def test_the_rules_are_the_points_of_their_page(visitor, place):
    await place.db.write(write_legal_page, LegalKind.RULES, "fr", RULES, by=OPERATOR)
    rules = (await visitor.get("/api/v1/instance/rules", headers={"Accept-Language": "fr"})).json()
    assert [(rule["id"], rule["text"]) for rule in rules] == [
        ("1", "Soyez gentils."),
        ("2", "Pas de **publicité**."),
    ]
    for version in ("v1", "v2"):
        assert (await visitor.get(f"/api/{version}/instance")).json()["rules"] == rules
    page = (await visitor.get("/api/v1/instance/extended_description")).json()
    assert "<strong>publicité</strong>" in page["content"]
    assert page["updated_at"].endswith("Z")


async def test_the_privacy_page_is_told_whole(visitor):
    page = (await visitor.get("/api/v1/instance/privacy_policy")).json()
    assert page["content"].startswith("<")
