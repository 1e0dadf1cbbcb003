"""Mails to send around in tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.rig.time import A_MONDAY
from web.mail.message import Mail, Mailbox

A_MAIL = Mail(
    author=Mailbox("noreply@parents-issy.example", "Parents d’Issy"),
    to="chloe@example.org",
    subject="Votre lien pour entrer : c’est par ici",
    text="Bonjour Chloé,\n\nvoici votre lien :\nhttps://parents-issy.example/sign-in/abc\n",
    html='<p>Bonjour Chloé, <a href="https://parents-issy.example/sign-in/abc">voici</a></p>\n',
    message_id="<sign-in.7301@parents-issy.example>",
    language="fr",
    written_at=A_MONDAY,
)


def a_mail(**changes: Any) -> Mail:
    return replace(A_MAIL, **changes)
