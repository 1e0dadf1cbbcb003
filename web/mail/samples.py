"""One example of each mail, to look at while developing and to test them all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from fedparents.accounts.models import AccountState
from fedparents.accounts.second_factor import ResetReason
from web.mail import factor_mails, group_mails, mails, notice_mails, post_mails
from web.mail.message import Mail
from web.mail.moderation_samples import MODERATION_SAMPLES
from web.mail.words import Words

_TOKEN: Final = "AAABnGXcQAAsYlG1hSCXz0Q2mE7c1zX9"  # noqa: S105 - opens nothing
_GROUP: Final = "Parents du quartier Corentin"
_CHLOE: Final = "chloe@example.org"


def _link(words: Words, path: str) -> str:
    return f"{words.home}{path}"


def _confirm_email(words: Words) -> Mail:
    return mails.confirm_email(
        words,
        to=_CHLOE,
        handle="chloe",
        link=_link(words, f"/confirm/{_TOKEN}"),
        valid_until=words.written_at + timedelta(days=7),
        is_decided=False,
        others=["bao"],
    )


def _sign_in(words: Words, accounts: int = 1) -> Mail:
    doors = [
        mails.Door("Chloé", "chloe", _link(words, f"/sign-in/{_TOKEN}"), "204816"),
        mails.Door("Bao", "bao", _link(words, f"/sign-in/{_TOKEN[::-1]}"), "573310"),
    ]
    return mails.sign_in(words, to=_CHLOE, doors=doors[:accounts], minutes=15)


def _sign_in_unknown(words: Words, standing: AccountState | None = None) -> Mail:
    return mails.sign_in_unknown(
        words, to=_CHLOE, standing=standing, join_link=_link(words, "/join")
    )


def _account_paused(words: Words, ground: str = "") -> Mail:
    terms = mails.PauseTerms(
        reason="De la vente professionnelle, malgré deux rappels.",
        ground=ground,
        decided_at=words.written_at,
        erased_on=(words.written_at + timedelta(days=730)).date(),
        has_appeal=bool(ground),
    )
    return mails.account_paused(
        words,
        terms,
        to=_CHLOE,
        name="Chloé",
        link=_link(words, "/legal/contact"),
    )


def _new_device(words: Words) -> Mail:
    return mails.new_device(
        words,
        to=_CHLOE,
        name="Chloé",
        device="Firefox, Android",
        signed_in_at=words.written_at,
        link=_link(words, "/account/devices"),
    )


def _factor_reset(words: Words, reason: ResetReason) -> Mail:
    link = _link(words, "/settings/second-factor")
    return factor_mails.factor_reset(words, to=_CHLOE, name="Chloé", reason=reason, link=link)


def _recovery_code_used(words: Words, left: int) -> Mail:
    link = _link(words, "/settings/second-factor")
    return factor_mails.recovery_code_used(words, to=_CHLOE, name="Chloé", left=left, link=link)


def _factor_guessed(words: Words, *, has_password: bool) -> Mail:
    path = "/settings/password" if has_password else "/settings/devices"
    return factor_mails.factor_guessed(
        words, to=_CHLOE, name="Chloé", has_password=has_password, link=_link(words, path)
    )


SAMPLES: Final[Mapping[str, Callable[[Words], Mail]]] = {
    "confirm_email": _confirm_email,
    "sign_in": _sign_in,
    "sign_in_two": lambda words: _sign_in(words, accounts=2),
    "sign_in_unknown": _sign_in_unknown,
    "sign_in_waiting": lambda words: _sign_in_unknown(words, AccountState.APPROVAL_PENDING),
    "sign_in_declined": lambda words: _sign_in_unknown(words, AccountState.DECLINED),
    "sign_in_frozen": lambda words: _sign_in_unknown(words, AccountState.FROZEN),
    "account_approved": lambda words: mails.account_approved(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/sign-in")
    ),
    "account_declined": lambda words: mails.account_declined(
        words,
        to=_CHLOE,
        name="Chloé",
        reason="Nous ne vous connaissons pas encore.\nVenez nous voir samedi au marché !",
    ),
    "account_paused": _account_paused,
    "account_paused_by_decision": lambda words: _account_paused(words, "Règle : pas de vente."),
    "account_unpaused": lambda words: mails.account_unpaused(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/sign-in")
    ),
    "new_sign_up": lambda words: mails.new_sign_up(
        words, to="marie@example.org", count=3, link=_link(words, "/admin/sign-ups")
    ),
    "new_device": _new_device,
    "password_changed": lambda words: mails.password_changed(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/account/devices")
    ),
    "factor_on": lambda words: factor_mails.factor_on(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/settings/devices")
    ),
    "factor_off": lambda words: factor_mails.factor_off(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/settings/second-factor")
    ),
    "factor_changed": lambda words: factor_mails.factor_changed(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/settings/devices")
    ),
    "factor_reset": lambda words: _factor_reset(words, ResetReason.LOST),
    "factor_reset_stranger": lambda words: _factor_reset(words, ResetReason.STRANGER),
    "factor_reset_operator": lambda words: _factor_reset(words, ResetReason.OPERATOR),
    "recovery_codes_renewed": lambda words: factor_mails.recovery_codes_renewed(
        words, to=_CHLOE, name="Chloé", link=_link(words, "/settings/devices")
    ),
    "recovery_code_used": lambda words: _recovery_code_used(words, left=7),
    "recovery_code_used_last": lambda words: _recovery_code_used(words, left=0),
    "factor_guessed": lambda words: _factor_guessed(words, has_password=True),
    "factor_guessed_by_mail": lambda words: _factor_guessed(words, has_password=False),
    "change_email_new": lambda words: mails.change_email_new(
        words,
        to="chloe.nguyen@example.org",
        handle="chloe",
        link=_link(words, f"/confirm/{_TOKEN}"),
        valid_until=words.written_at + timedelta(days=1),
    ),
    "change_email_old": lambda words: mails.change_email_old(
        words,
        to=_CHLOE,
        name="Chloé",
        new_email="chloe.nguyen@example.org",
        link=_link(words, "/account/devices"),
    ),
    "email_changed": lambda words: mails.email_changed(
        words, to=_CHLOE, name="Chloé", new_email="chloe.nguyen@example.org"
    ),
    "erasure_planned": lambda words: mails.erasure_planned(
        words,
        to=_CHLOE,
        name="Chloé",
        erased_at=words.written_at + timedelta(days=7),
        link=_link(words, "/account/leave"),
    ),
    "erasure_done": lambda words: mails.erasure_done(words, to=_CHLOE),
    "inactive_warning": lambda words: mails.inactive_warning(
        words,
        to=_CHLOE,
        name="Chloé",
        erased_on=(words.written_at + timedelta(days=61)).date(),
        link=_link(words, "/sign-in"),
    ),
    "news": lambda words: notice_mails.news(
        words,
        to=_CHLOE,
        name="Chloé",
        lines=[
            notice_mails.Line("Ana a répondu à votre question", _link(words, "/groups/1")),
            notice_mails.Line(f"Vous veillez maintenant sur {_GROUP}", _link(words, "/groups/2")),
        ],
        fewer=_link(words, f"/fewer/{_TOKEN}"),
    ),
    "digest": lambda words: notice_mails.digest(
        words,
        to=_CHLOE,
        name="Chloé",
        lines=[
            notice_mails.Line("Ana aimerait vous suivre", _link(words, "/settings/people")),
            notice_mails.Line(f"Bao est dans {_GROUP}", _link(words, "/groups/1")),
        ],
        is_weekly=False,
        fewer=_link(words, f"/fewer/{_TOKEN}"),
    ),
    "group_request": lambda words: group_mails.group_request(
        words,
        to="marie@example.org",
        group=_GROUP,
        count=2,
        link=_link(words, "/groups/1"),
        fewer=_link(words, f"/fewer/{_TOKEN}"),
    ),
    "group_welcome": lambda words: group_mails.group_welcome(
        words,
        to=_CHLOE,
        name="Chloé",
        group=_GROUP,
        rules=["Nous sommes aimables.", "Pas de publicité."],
        link=_link(words, "/groups/1"),
    ),
    "group_declined": lambda words: group_mails.group_declined(
        words,
        to=_CHLOE,
        name="Chloé",
        group=_GROUP,
        reason="Ce groupe est celui du quartier Corentin.",
        again_at=words.written_at + timedelta(days=7),
    ),
    "group_expired": lambda words: group_mails.group_expired(
        words, to=_CHLOE, name="Chloé", group=_GROUP, link=_link(words, "/groups/1")
    ),
    "group_ending": lambda words: group_mails.group_ending(
        words,
        to=_CHLOE,
        name="Chloé",
        group=_GROUP,
        ends_at=words.written_at + timedelta(days=14),
        link=_link(words, "/groups/1"),
    ),
    "group_handed_over": lambda words: group_mails.group_handed_over(
        words, to=_CHLOE, name="Chloé", group=_GROUP, link=_link(words, "/groups/1")
    ),
    "group_accepted": lambda words: group_mails.group_accepted(
        words, to=_CHLOE, name="Chloé", group=_GROUP, link=_link(words, "/groups/1")
    ),
    "group_refused": lambda words: group_mails.group_refused(
        words, to=_CHLOE, name="Chloé", group=_GROUP, reason="Il existe déjà un tel groupe."
    ),
    "group_proposed": lambda words: group_mails.group_proposed(
        words, to="marie@example.org", count=1, link=_link(words, "/admin/groups")
    ),
    "first_post_through": lambda words: post_mails.first_post_through(
        words, to=_CHLOE, name="Chloé", group=_GROUP, link=_link(words, "/groups/1")
    ),
    **MODERATION_SAMPLES,
    "test_mail": lambda words: mails.test_mail(words, to="marie@example.org"),
}
