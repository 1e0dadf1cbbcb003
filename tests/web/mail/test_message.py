"""Whatever is typed into a name or a subject, a message has our headers and nobody else's."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.web.mail.letters import a_mail
from web.mail.message import BadAddress, Mailbox, compose, message_id

HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type", "Content-Language",
]  # fmt: skip
INJECTION = "Bonjour\r\nBcc: driss@example.org\r\n\r\nHello"
ENCODED_INJECTION = "=?utf-8?q?a=0D=0ABcc:_driss@example.org?="
anything = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=' =?utf-8Qb_\r\n\t\x00\u2028\ud800"<>,@:;\\é', max_size=60),
)


def received(message: EmailMessage) -> Message:
    """As the oldest reader understands it, which decodes nothing by itself."""
    return message_from_bytes(message.as_bytes())


def words(message: Message, name: str) -> str:
    return str(make_header(decode_header(message[name])))


@given(subject=anything, author=anything, answer=anything, link=anything, language=anything)
@example(INJECTION, INJECTION, INJECTION, INJECTION, INJECTION)
@example(*[ENCODED_INJECTION] * 5)
def test_no_header_can_be_added(subject: str, author: str, answer: str, link: str, language: str):
    mail = a_mail(
        subject=subject,
        author=Mailbox("noreply@issy.example", author),
        reply_to=Mailbox("marie@issy.example", answer),
        list_unsubscribe=link,
        language=language,
    )
    message = compose(mail)
    content = message.as_bytes()
    assert content.isascii()
    assert b"\r\n" in content
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    for reader in (policy.compat32, policy.default):
        again = message_from_bytes(content, policy=reader)
        assert sorted(again.keys()) == sorted(HEADERS)
        assert not again.defects
    parsed = message_from_bytes(content, policy=policy.default)
    assert [each.addr_spec for each in parsed["To"].addresses] == ["chloe@example.org"]
    assert [each.addr_spec for each in parsed["From"].addresses] == ["noreply@issy.example"]


@given(to=anything)
@example(f"chloe@example.org{INJECTION}")
@example("chloe@example.org, driss@example.org")
@example("Chloé <chloe@example.org>")
def test_an_address_is_one_address_or_refused(to: str):
    try:
        message = compose(a_mail(to=to))
    except BadAddress:
        return
    assert len(message["To"].addresses) == 1
    assert received(message).keys() == received(compose(a_mail())).keys()


@given(text=st.text(max_size=300), html=st.text(max_size=300))
@example("\n--=_00\n.\n", "\ud800")
def test_both_parts_arrive_whole(text: str, html: str):
    def in_lines(words: bytes) -> list[str]:
        return words.decode().rstrip("\r\n").splitlines()

    parts = list(received(compose(a_mail(text=text, html=html))).walk())[1:]
    for part, wanted in zip(parts, (text, html), strict=True):
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert in_lines(content) == in_lines(wanted.encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "name",
    [
        "Parents d’Issy-les-Moulineaux, « quartier de la Ferme » (élémentaire) & amis",
        "ผู้ปกครองอีซี-เล-มูลิโน ยินดีต้อนรับทุกคนที่อยากเข้าร่วมกับเรา",
        'The "best" parents, <all> of them; a@b',
    ],
)
def test_names_in_every_script_are_read_back(name: str):
    message = received(compose(a_mail(author=Mailbox("noreply@issy.example", name), subject=name)))
    assert words(message, "Subject") == name
    from_ = words(message, "From")
    assert from_.endswith("<noreply@issy.example>")
    quoted = name.replace('"', '\\"')
    assert from_.split(" <noreply")[0].strip('"') in (name, quoted)


def test_an_unsubscribe_link_is_never_encoded():
    """Mail programs look for the link itself."""
    link = f"https://parents-issy.example/unsubscribe/{'a1' * 60}"
    message = received(compose(a_mail(list_unsubscribe=link)))
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_domains_in_other_letters_are_written_for_every_relay():
    message = compose(a_mail(to="chloe@écoles.example"))
    assert message["To"] == "chloe@xn--coles-9ra.example"


def test_an_id_is_made_of_its_parts_and_the_host():
    assert message_id("localhost:8000", "sign-in", 73, 9) == "<sign-in.73.9@localhost>"
