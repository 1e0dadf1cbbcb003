"""Every mail about second factors, each as one function of what it says."""

from __future__ import annotations

from fedparents.accounts.second_factor import ResetReason
from web.mail.message import Mail
from web.mail.words import Words


def factor_on(words: Words, *, to: str, name: str, link: str) -> Mail:
    """To the owner; `link` leads to the devices, which all stay signed in."""
    return words.letter("factor_on", to, name=name, link=link)


def factor_off(words: Words, *, to: str, name: str, link: str) -> Mail:
    """To the owner; `link` leads to the second factor."""
    return words.letter("factor_off", to, name=name, link=link)


def factor_changed(words: Words, *, to: str, name: str, link: str) -> Mail:
    """Another app makes the codes; `link` leads to the devices."""
    return words.letter("factor_changed", to, name=name, link=link)


def factor_reset(words: Words, *, to: str, name: str, reason: ResetReason, link: str) -> Mail:
    """Somebody else has taken it away; `link` leads to setting it up again."""
    return words.letter("factor_reset", to, name=name, reason=reason.value, link=link)


def recovery_codes_renewed(words: Words, *, to: str, name: str, link: str) -> Mail:
    """`link` leads to the devices."""
    return words.letter("recovery_codes_renewed", to, name=name, link=link)


def recovery_code_used(words: Words, *, to: str, name: str, left: int, link: str) -> Mail:
    """`link` leads to the second factor, where there are new ones."""
    return words.letter("recovery_code_used", to, name=name, left=left, link=link)


def factor_guessed(words: Words, *, to: str, name: str, has_password: bool, link: str) -> Mail:
    """Somebody has the first proof and lacks the second; `link` leads to what to change."""
    return words.letter("factor_guessed", to, name=name, has_password=has_password, link=link)
