"""Developers read mails at /dev/mail, and can follow their links."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from fedparents.settings import Settings
from tests.rig.builders import open_the_doors
from tests.rig.pages import submit
from tests.rig.time import A_MONDAY
from tests.rig.visitors import a_browser
from tests.web.mail.letters import a_mail
from web.i18n import Languages
from web.mail.samples import SAMPLES
from web.mail.senders import SMTPSender
from web.runtime import open_runtime

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
async def kept(runtime):
    """Two mails in the folder; the path of the newest."""
    await runtime.db.write(open_the_doors)
    older = a_mail(subject="Older", message_id="<1@x>", written_at=A_MONDAY - timedelta(hours=2))
    await runtime.mailer.send(older)
    await runtime.mailer.send(a_mail())
    return f"/dev/mail/{runtime.mailer.list_names()[0]}"


async def test_before_any_mail_the_page_says_how_to_get_one(runtime, client):
    page = await client.get("/dev/mail", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "No mail yet" in page.text


async def test_the_newest_comes_first(kept, client):
    page = await client.get("/dev/mail")
    assert re.findall(r'href="(/dev/mail/2[^"]+)"', page.text)[0] == kept
    assert page.text.index(a_mail().subject) < page.text.index("Older")


async def test_a_mail_is_shown_whole_with_its_links_as_buttons(kept, client):
    page = await client.get(kept)
    assert page.status_code == 200
    assert "chloe@example.org" in page.text
    assert "Auto-Submitted" in page.text
    assert re.search(
        r'<a class="button" href="https://parents-issy.example/sign-in/abc"', page.text
    )
    assert "voici votre lien" in page.text
    frame = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert frame is not None
    assert frame[1] == f"{kept}/html"
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_the_html_of_a_mail_can_do_nothing(runtime, client):
    evil = "<head></head><script>alert(1)</script><img src=https://evil.example/>"
    await runtime.mailer.send(a_mail(html=evil))
    answer = await client.get(f"/dev/mail/{runtime.mailer.list_names()[0]}/html")
    rules = answer.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "script" not in rules
    assert "frame-ancestors 'self'" in rules
    assert "sandbox" in rules
    assert answer.text.startswith('<head><base target="_top">')


@pytest.mark.parametrize("name", ["20261130T083000000000-0123456789ab", "nothing", "..%2Fsecret"])
async def test_what_is_not_there_is_not_found(name, runtime, client):
    for path in (f"/dev/mail/{name}", f"/dev/mail/{name}/html", f"/dev/mail/preview/{name}"):
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("tag", Languages().tags)
async def test_every_sample_can_be_looked_at(tag, runtime, client):
    await runtime.db.write(open_the_doors)
    index = await client.get("/dev/mail/preview")
    for name in SAMPLES:
        assert f'href="/dev/mail/preview/{name}"' in index.text
        page = await client.get(f"/dev/mail/preview/{name}?in={tag}")
        assert page.status_code == 200
        html = await client.get(f"/dev/mail/preview/{name}/html?in={tag}")
        assert f'<html lang="{tag}"' in html.text


async def test_with_a_relay_nothing_is_kept_to_be_read(runtime, client):
    runtime.mailer = SMTPSender.__new__(SMTPSender)
    assert (await client.get("/dev/mail")).status_code == 404


PAGES = ("", "/preview", "/preview/sign_in", "/preview/sign_in/html", "/{kept}", "/{kept}/html")


@pytest.mark.parametrize("page", PAGES)
async def test_the_mails_of_others_are_for_whoever_sits_at_the_machine(page, kept, runtime, client):
    """They sign people in. The name in the address bar says nothing: anybody can type localhost."""
    path = "/dev/mail" + page.format(kept=kept.rpartition("/")[2])
    assert (await client.get(path)).status_code == 200
    assert (await client.get(path, headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 404
    async with a_browser(runtime, address="192.168.1.20") as neighbour:
        assert (await neighbour.get(path)).status_code == 404
        assert "/dev/mail" not in (await submit(neighbour, "/sign-in", login="ana")).text


def test_production_has_no_such_page(tmp_path):
    settings = Settings.model_validate({"domain": "parents-issy.example", "data_dir": tmp_path})
    assert "dev_mail" not in open_runtime(settings).urls
