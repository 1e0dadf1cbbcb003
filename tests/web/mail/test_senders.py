"""Mails leave through a real SMTP server, and every way in which they cannot is told apart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

import pytest

from fedparents.clock import stopwatch
from fedparents.jobs import GiveUp, TryLater
from fedparents.settings import Settings, SettingsError, read_settings
from tests.rig.time import A_MONDAY, StoppedClock
from tests.web.mail.certificates import certificate_for
from tests.web.mail.letters import a_mail
from tests.web.mail.relay import TestRelay, running
from web.mail.folder import FolderSender
from web.mail.message import BadAuthor, Mailbox
from web.mail.relay import MailNotSent, Relay
from web.mail.senders import NoSender, SMTPSender, sender_for

pytestmark = pytest.mark.usefixtures("clock")


def sender(relay: TestRelay, scheme: str = "smtp", user: str = "", **options) -> SMTPSender:
    return SMTPSender(Relay.of(f"{scheme}://{user}127.0.0.1:{relay.port}"), **options)


async def test_a_mail_arrives_as_it_was_written():
    async with running(TestRelay()) as relay:
        await sender(relay, greeting="parents-issy.example").send(a_mail())
    [envelope] = relay.taken
    assert envelope.mail_from == "noreply@parents-issy.example"
    assert envelope.rcpt_tos == ["chloe@example.org"]
    assert relay.greetings == ["parents-issy.example"]
    content = envelope.content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    message = message_from_bytes(content, policy=policy.default)
    assert message["From"] == "Parents d’Issy <noreply@parents-issy.example>"
    assert message["To"] == "chloe@example.org"
    assert message["Subject"] == a_mail().subject
    assert message["Message-ID"] == "<sign-in.7301@parents-issy.example>"
    assert message["Date"].datetime == A_MONDAY
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == a_mail().text
    assert html.get_content().replace("\r\n", "\n") == a_mail().html


async def test_sending_twice_gives_the_same_bytes():
    async with running(TestRelay()) as relay:
        await sender(relay).send(a_mail())
        await sender(relay).send(a_mail())
    assert relay.taken[0].content == relay.taken[1].content


async def test_an_address_in_other_letters_arrives():
    async with running(TestRelay()) as relay:
        await sender(relay).send(a_mail(to="chloé@écoles.example"))
    assert relay.taken[0].rcpt_tos == ["chloé@xn--coles-9ra.example"]


async def test_encryption_is_used_when_a_relay_here_offers_it(tmp_path: Path):
    context, _ = certificate_for("elsewhere.example", tmp_path)
    async with running(TestRelay(), tls=context) as relay:
        await sender(relay).send(a_mail())
    assert relay.was_encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_encryption_from_the_start_or_by_starttls(scheme: str, tmp_path: Path):
    context, trusted = certificate_for("127.0.0.1", tmp_path)
    async with running(TestRelay(), tls=context, tls_from_start=scheme == "smtps") as relay:
        await sender(relay, scheme, ca_file=trusted).send(a_mail())
    assert relay.was_encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("named", ["127.0.0.1", "elsewhere.example"])
async def test_a_certificate_that_is_not_trusted_is_a_fault(
    scheme: str, named: str, tmp_path: Path
):
    """Unknown to us, or of somebody else."""
    context, trusted = certificate_for(named, tmp_path)
    ca_file = None if named == "127.0.0.1" else trusted
    async with running(TestRelay(), tls=context, tls_from_start=scheme == "smtps") as relay:
        with pytest.raises(MailNotSent, match="certificate"):
            await sender(relay, scheme, ca_file=ca_file).send(a_mail())
    assert relay.taken == []


async def test_starttls_that_is_demanded_but_not_offered_is_a_fault():
    async with running(TestRelay()) as relay:
        with pytest.raises(MailNotSent, match="STARTTLS"):
            await sender(relay, "smtp+starttls").send(a_mail())
    assert relay.taken == []


async def test_name_and_password_may_hold_any_character():
    relay = TestRelay(password="p@ss/wörd:".encode())
    user = f"{quote('ana@example.org', safe='')}:{quote('p@ss/wörd:', safe='')}@"
    async with running(relay, wants_password=True):
        await sender(relay, user=user).send(a_mail())
    assert relay.signed_in == [b"ana@example.org"]
    assert len(relay.taken) == 1


async def test_a_wrong_password_is_a_fault():
    relay = TestRelay(password=b"right")
    async with running(relay, wants_password=True):
        with pytest.raises(MailNotSent, match="name or password in FEDPARENTS_SMTP_URL: 535"):
            await sender(relay, user="ana:wrong@").send(a_mail())


async def test_a_recipient_who_is_refused_for_good_ends_it():
    relay = TestRelay(to_recipient="550 5.1.1 <chloe@example.org>: no such user")
    async with running(relay):
        with pytest.raises(GiveUp, match=r"550 5\.1\.1 … no such user") as refusal:
            await sender(relay).send(a_mail())
    assert "chloe" not in str(refusal.value)


@pytest.mark.parametrize(
    "relay",
    [
        TestRelay(to_recipient="450 4.2.1 greylisted, try again"),
        TestRelay(to_content="451 4.3.0 disk is full"),
    ],
)
async def test_a_relay_that_asks_to_wait_is_asked_again(relay: TestRelay):
    async with running(relay):
        with pytest.raises(TryLater, match="the relay asks to wait: 45"):
            await sender(relay).send(a_mail())


async def test_content_that_is_refused_is_a_fault():
    async with running(TestRelay(to_content="554 5.7.1 looks like spam")) as relay:
        with pytest.raises(MailNotSent, match="refuses the mail: 554"):
            await sender(relay).send(a_mail())


async def test_the_pauses_grow_until_somebody_has_to_look(clock: StoppedClock):
    async with running(TestRelay()) as relay:
        port = relay.port
    nobody = SMTPSender(Relay.of(f"smtp://127.0.0.1:{port}"))
    pauses = []
    for minutes in (0, 1, 10, 60, 60 * 24):
        clock.set(A_MONDAY + timedelta(minutes=minutes))
        with pytest.raises(TryLater, match="does not answer") as later:
            await nobody.send(a_mail())
        pauses.append(later.value.after.total_seconds())
    assert pauses == [10, 60, 600, 3600, 3600]
    clock.set(A_MONDAY + timedelta(days=3, minutes=1))
    with pytest.raises(MailNotSent, match="for 3 days: the mail relay does not answer"):
        await nobody.send(a_mail())


async def test_a_relay_that_says_nothing_is_left_in_time():
    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    before = stopwatch()
    async with silent:
        with pytest.raises(TryLater, match="does not answer"):
            await SMTPSender(Relay.of(f"smtp://127.0.0.1:{port}"), timeout=0.3).send(a_mail())
        await left.wait()
    assert stopwatch() - before < 20  # and not for ever


async def test_a_mail_that_was_taken_is_not_sent_again_when_the_goodbye_fails():
    class Rude(TestRelay):
        async def handle_QUIT(self, server, _session, _envelope):
            server.transport.abort()
            return "221 Bye"

    async with running(Rude()) as relay:
        await sender(relay).send(a_mail())
    assert len(relay.taken) == 1


@pytest.mark.parametrize(
    "address",
    ["", "@example.org", "chloe", "chloe@", "a b@example.org", "a@b@", "a\r\nRCPT TO:<b@x>@x.org",
     "chloe@exa mple.org", f"{'a' * 65}@example.org", "chloe@" + "a" * 64 + ".org"],
)  # fmt: skip
async def test_what_is_no_address_is_given_up(address: str):
    async with running(TestRelay()) as relay:
        with pytest.raises(GiveUp):
            await sender(relay).send(a_mail(to=address))
    assert relay.taken == []


async def test_a_wrong_sender_in_the_settings_loses_no_mail():
    """It is a fault that somebody can repair, not a mail to give up."""
    with pytest.raises(BadAuthor, match="FEDPARENTS_MAIL_FROM"):
        async with running(TestRelay()) as relay:
            await sender(relay).send(a_mail(author=Mailbox("Parents d’Issy")))


async def test_a_wrong_contact_address_holds_no_mail_up():
    async with running(TestRelay()) as relay:
        await sender(relay).send(a_mail(reply_to=Mailbox("ask at the school")))
    content = relay.taken[0].content
    assert isinstance(content, bytes)
    assert b"Reply-To" not in content


async def test_the_folder_keeps_the_newest(tmp_path: Path):
    folder = FolderSender(tmp_path / "mail", keep=3)
    assert folder.list_names() == []
    for number in range(5):
        at = A_MONDAY + timedelta(minutes=number)
        await folder.send(a_mail(subject=str(number), message_id=f"<{number}@x>", written_at=at))
    kept = [folder.find(name) for name in folder.list_names()]
    assert [message and message["Subject"] for message in kept] == ["4", "3", "2"]
    assert sorted(path.suffix for path in (tmp_path / "mail").iterdir()) == [".eml"] * 3


async def test_the_same_mail_is_kept_once(tmp_path: Path):
    folder = FolderSender(tmp_path)
    await folder.send(a_mail())
    await folder.send(a_mail())
    assert len(folder.list_names()) == 1


@pytest.mark.parametrize("name", ["", "..", "../secret", "20261130T083000000000-zzzzzzzzzzzz"])
def test_the_folder_gives_away_nothing_else(name: str, tmp_path: Path):
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    assert FolderSender(tmp_path / "mail").find(name) is None


async def test_without_a_relay_production_says_which_setting_to_fill():
    with pytest.raises(MailNotSent, match="fill in FEDPARENTS_SMTP_URL"):
        await NoSender().send(a_mail())


@pytest.mark.parametrize(
    ("domain", "smtp_url", "kind"),
    [
        ("parents-issy.fr", "", NoSender),
        ("localhost:8000", "", FolderSender),
        ("localhost:8000", "smtps://ana:secret@mail.example.org", SMTPSender),
        ("parents-issy.fr", "smtp://mail.example.org", SMTPSender),
    ],
)
def test_the_settings_choose_the_sender(domain: str, smtp_url: str, kind: type):
    settings = Settings.model_validate({"domain": domain, "smtp_url": smtp_url})
    assert isinstance(sender_for(settings), kind)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("FEDPARENTS_MAIL_FROM", "bonjour", "it is not an address"),
        ("FEDPARENTS_MAIL_FROM", "Parents <@>", "it is not an address"),
        ("FEDPARENTS_SMTP_URL", "smtp://relay:99999", "the part after the colon is not a port"),
        ("FEDPARENTS_SMTP_URL", "smtp://", "it names no host"),
        ("FEDPARENTS_SMTP_URL", "http://relay", "it does not begin with smtp://"),
    ],
)
def test_settings_of_mail_that_cannot_work_stop_the_start(
    name: str, value: str, complaint: str, tmp_path: Path
):
    with pytest.raises(SettingsError, match=f"{name}.*: {complaint}.*Right would be"):
        read_settings({name: value}, tmp_path / ".env")


def test_a_relay_does_not_show_its_password():
    assert "secret" not in repr(Relay.of("smtps://ana:secret@mail.example.org"))
