"""The mails of a place in development, as their readers open them."""

from __future__ import annotations

import re
from email.message import EmailMessage

from web.mail.folder import FolderSender
from web.runtime import Runtime


async def mails_to(place: Runtime, address: str) -> list[EmailMessage]:
    """All that this mailbox has got, the newest first, once the place has nothing left to do."""
    await place.worker.work_until_idle()
    folder = place.mailer
    assert isinstance(folder, FolderSender)
    mails = [folder.find(name) for name in folder.list_names()]
    return [mail for mail in mails if mail is not None and address in str(mail["to"])]


async def newest_to(place: Runtime, address: str) -> str:
    """The words of the newest mail."""
    mails = await mails_to(place, address)
    assert mails, f"no mail has been sent to {address}"
    return words_of(mails[0])


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def link_in(words: str, path: str) -> str:
    """The one link to a page below this path, without the place's own address."""
    found = re.findall(rf"https?://[^/\s]+({re.escape(path)}/\S+)", words)
    assert len(found) == 1, f"{len(found)} links to {path} in:\n{words}"
    link: str = found[0]
    return link


def digits_in(words: str) -> str:
    """The six digits of a mail, written as it shows them."""
    found = re.findall(r"\b\d{3} ?\d{3}\b", words)
    assert found, f"no digits in:\n{words}"
    digits: str = found[0]
    return digits
