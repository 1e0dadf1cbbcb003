"""Every mail in every language: whole, readable in both parts, and nobody's words in its markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from inspect import isfunction

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from fedparents.accounts.models import AccountState
from fedparents.instance.models import Registrations
from fedparents.instance.views import InstanceView
from fedparents.settings import Settings
from tests.rig.time import A_MONDAY
from web.i18n import Languages
from web.mail import factor_mails, group_mails, mails, moderation_mails, notice_mails, post_mails
from web.mail.message import Mail, Mailbox, compose
from web.mail.samples import SAMPLES
from web.mail.words import Words, author_of

HOME = "https://parents-issy.example"
PLACE = InstanceView(
    domain="parents-issy.example",
    name="Parents d’Issy",
    contact_email="bonjour@parents-issy.example",
    registrations=Registrations.APPROVED,
    set_up_at=A_MONDAY,
)
LANGUAGES = Languages()


def words(tag: str = "en", place: InstanceView = PLACE) -> Words:
    author = Mailbox("noreply@parents-issy.example", place.name)
    return Words(LANGUAGES.get(tag), place, author, HOME, "7301", A_MONDAY)


class Reader(HTMLParser):
    """What a mail program takes from the HTML: its words, its links, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self._is_style = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_style = tag == "style"
        if tag == "a":
            self.links.append(given["href"] or "")
        self.fetched += [
            name for name in ("src", "srcset", "background", "poster") if name in given
        ]
        assert tag not in {"script", "img", "link", "iframe", "form", "table"}

    @override
    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def links_of(text: str) -> set[str]:
    return {word for word in text.split() if word.startswith("http")}


@pytest.mark.parametrize("tag", LANGUAGES.tags)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_mail_is_whole(name: str, tag: str):
    mail = SAMPLES[name](words(tag))
    assert 3 <= len(mail.subject) <= 78
    for part in (mail.subject, mail.text, unescape(mail.html)):
        assert not re.search(r"%\(|%s|\{\{|\}\}|\{%|None|Undefined", part)
    assert "<" not in mail.text
    assert "&#" not in mail.text
    assert "&amp;" not in mail.text
    html = read(mail.html)
    assert not html.fetched
    assert "url(" not in mail.html
    assert links_of(mail.text) == {link for link in html.links if not link.startswith("mailto:")}
    assert f'<html lang="{tag}"' in mail.html
    assert len(mail.html.encode()) < 90_000  # a large mail provider cuts off at 102
    for part in (mail.text, " ".join(html.words)):
        assert PLACE.name in part
        assert PLACE.contact_email in part
    assert compose(mail)["Content-Language"] == tag


@pytest.mark.parametrize("tag", LANGUAGES.tags)
def test_every_sentence_is_translated(tag: str):
    with capture_logs() as logs:
        fresh = replace(words(), language=Languages().get(tag))  # it notes each sentence once
        for sample in SAMPLES.values():
            sample(fresh)
    assert [line["message"] for line in logs if line["event"] == "i18n.untranslated"] == []


@pytest.mark.parametrize("tag", LANGUAGES.tags)
@pytest.mark.parametrize("name", SAMPLES)
def test_both_parts_say_the_same(name: str, tag: str):
    mail = SAMPLES[name](words(tag))
    html = " ".join(" ".join(read(mail.html).words).split())
    for paragraph in mail.text.split("\n\n"):
        for line in re.split(r"\n(?=[->*] )", paragraph):
            said = " ".join(re.sub(r"^([->*] |-- $)", "", line, flags=re.M).split())
            if not said.startswith("http") and HOME not in said:
                assert said.rstrip(":\u00a0 ") in html


@pytest.mark.parametrize("tag", LANGUAGES.tags)
@pytest.mark.parametrize("name", SAMPLES)
def test_lines_break_between_words(name: str, tag: str):
    """A line is longer than the window only when it has no place to break."""
    mail = SAMPLES[name](words(tag))
    for line in mail.text.splitlines():
        assert len(line) <= 72 or " " not in line.removeprefix("- ")


def test_the_magic_link_and_its_digits_are_in_both_parts():
    mail = SAMPLES["sign_in_two"](words("fr"))
    for digits in ("204816", "573310"):
        assert digits in mail.text
        assert digits in " ".join(read(mail.html).words)
    assert len(links_of(mail.text)) == 3
    assert "@bao" in mail.text


def test_words_of_people_stay_words():
    """In HTML they are escaped; in text no line of theirs looks like ours."""
    place = replace(PLACE, name="<b>Issy</b> & Co")
    mail = mails.account_declined(
        words(place=place),
        to="chloe@example.org",
        name="<script>alert(1)</script>",
        reason="Non <img src=x>\n-- \nhttps://evil.example",
    )
    assert "<script>" not in mail.html
    assert "<img" not in mail.html
    assert "<b>Issy</b>" not in mail.html
    assert "<script>alert(1)</script>" in mail.text
    assert "\n> -- \n" in mail.text or "\n> --\n" in mail.text
    assert "\n> https://evil.example" in mail.text


def test_what_strangers_typed_does_not_travel_to_strangers():
    """The first mail goes to an address that nobody has confirmed: it carries a handle, no name."""
    assert "name" not in mails.confirm_email.__annotations__
    assert "name" not in mails.change_email_new.__annotations__


@pytest.mark.parametrize(
    ("registrations", "invites"),
    [
        (Registrations.OPEN, True),
        (Registrations.APPROVED, True),
        (Registrations.INVITED, False),
        (Registrations.CLOSED, False),
    ],
)
def test_strangers_are_told_how_to_join(registrations: Registrations, invites: bool):
    place = replace(PLACE, registrations=registrations)
    mail = mails.sign_in_unknown(
        words(place=place), to="driss@example.org", standing=None, join_link=f"{HOME}/join"
    )
    assert (f"{HOME}/join" in mail.text) is invites


@pytest.mark.parametrize("standing", [AccountState.APPROVAL_PENDING, AccountState.FROZEN])
def test_who_has_an_account_is_not_told_to_join(standing: AccountState):
    mail = mails.sign_in_unknown(
        words(), to="driss@example.org", standing=standing, join_link=f"{HOME}/join"
    )
    assert f"{HOME}/join" not in mail.text


def test_an_old_mailbox_does_not_learn_the_new_address():
    mail = SAMPLES["change_email_old"](words())
    assert "c…@example.org" in mail.text
    assert "chloe.nguyen" not in mail.text + mail.html


def test_answers_reach_the_association():
    assert SAMPLES["sign_in"](words()).reply_to == Mailbox(PLACE.contact_email, PLACE.name)
    silent = words(place=replace(PLACE, contact_email=""))
    assert SAMPLES["sign_in"](silent).reply_to is None


def test_the_same_cause_makes_the_same_mail():
    assert SAMPLES["sign_in"](words()) == SAMPLES["sign_in"](words())
    other = replace(words(), cause="7302")
    assert SAMPLES["sign_in"](words()).message_id != SAMPLES["sign_in"](other).message_id


def test_there_is_a_sample_of_every_mail():
    """And each kind has ids of its own: one job may write two."""
    kinds = {
        name.replace("_", "-")
        for module in (mails, factor_mails, group_mails, moderation_mails, notice_mails, post_mails)
        for name, found in vars(module).items()
        if isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
    }
    ids = {sample(words()).message_id for sample in SAMPLES.values()}
    assert ids == {f"<{kind}.7301@parents-issy.example>" for kind in kinds}


@pytest.mark.parametrize(
    ("mail_from", "author"),
    [
        ("", Mailbox("noreply@parents-issy.example", "Parents d’Issy")),
        ("bonjour@issy.example", Mailbox("bonjour@issy.example", "Parents d’Issy")),
        ("Les parents <bonjour@issy.example>", Mailbox("bonjour@issy.example", "Les parents")),
    ],
)
def test_mails_come_from_the_place(mail_from: str, author: Mailbox):
    settings = Settings.model_validate({"domain": PLACE.domain, "mail_from": mail_from})
    assert author_of(settings, PLACE) == author


def test_dates_are_those_of_the_place():
    """Half past eight in London is half past nine in Issy."""
    mail: Mail = SAMPLES["new_device"](words())
    assert "09:30" in mail.text
