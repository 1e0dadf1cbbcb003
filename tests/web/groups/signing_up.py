"""A newcomer's way from an invitation to the link in the mail."""

from email.message import EmailMessage

from tests.rig.pages import found_in, submit
from web.mail.folder import FolderSender
from web.site.devmail.letters import Letter


async def sign_up_by(visitor, token, handle):
    """Door, address, name, commune, agreement: five pages, then the mailbox."""
    page = await visitor.get(f"/join/new?invite={token}")
    answers = (
        {"email": f"{handle}@example.org", "birth_year": "1990"},
        {"name": handle.title(), "handle": handle},
        {"go": "skip"},
        {"rules": "yes", "privacy": "yes"},
    )
    for given in answers:
        step = found_in(page.text, r'name="step" value="(\d)"')
        page = await submit(
            visitor,
            page,
            {"go": "next", **given, "step": step} if ("go" in given) else {**given, "step": step},
        )
    return page


async def confirm_by_mail(place, visitor):
    """Open the newest mail and press its button."""
    await place.worker.work_until_idle()
    assert isinstance(place.mailer, FolderSender)
    newest = place.mailer.find(place.mailer.list_names()[0])
    assert isinstance(newest, EmailMessage)
    url = Letter.of(newest).links[0].url
    return await submit(visitor, "/confirm/" + url.rpartition("/")[2])
