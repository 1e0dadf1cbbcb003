"""Sending one mail now, to see with one's own eyes whether mail works."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.requests import Request

from fedparents import clock
from fedparents.accounts.joining import checked_email
from fedparents.errors import Invalid
from fedparents.jobs import GiveUp, TryLater
from web.forms import FormState
from web.i18n import gettext
from web.mail.mails import test_mail
from web.mail.relay import MailNotSent
from web.mail.words import Words, author_of
from web.security.limits import check_limit
from web.site.devmail.access import way_to_mails
from web.visit import instance_of, runtime_of, visit_of


@dataclass(frozen=True, slots=True)
class MailTest:
    """How it went, in words."""

    is_sent: bool
    text: str
    detail: str = ""
    """What the relay said, which only the operator understands."""
    read_at: str = ""
    """Where it can be read instead, in development."""


async def try_mail(request: Request, form: FormState, to: str) -> MailTest | None:
    """Send a test mail; None when the address is none, which the form then says."""
    await check_limit(request, "mail")
    try:
        return await send_test_mail(request, to)
    except Invalid as error:
        form.complain(Invalid({"to": next(iter(error.fields.values()))}))
        return None


async def send_test_mail(request: Request, to: str) -> MailTest:
    """Hand a mail to the relay while the person waits. Raises Invalid for what is no address."""
    runtime, place = runtime_of(request), instance_of(request)
    words = Words(
        language=visit_of(request).language,
        place=place,
        author=author_of(runtime.settings, place),
        home=runtime.settings.base_url,
        cause=secrets.token_hex(8),
        written_at=clock.now(),
    )
    mail = test_mail(words, to=checked_email(to, None))
    try:
        await runtime.mailer.send(mail)
    except (GiveUp, TryLater, MailNotSent) as reason:
        return MailTest(False, gettext("The mail could not be sent."), str(reason))
    if runtime.settings.smtp_url is None:
        words_kept = gettext("On this computer mails are not sent; they are kept to be read here.")
        return MailTest(True, words_kept, read_at=way_to_mails(request))
    return MailTest(True, gettext("The mail has left for %(address)s.", address=mail.to))
