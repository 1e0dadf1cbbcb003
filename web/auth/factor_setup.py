"""A second factor that somebody is setting up, kept in their browser until they have done so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.recovery_codes import SEED_BYTES, new_seed
from fedparents.accounts.totp import new_secret
from web.auth.sealed_cookies import SealedCookie

_COOKIE: Final = SealedCookie("factor", timedelta(minutes=30))


@dataclass(frozen=True, slots=True)
class FactorSetup:
    """The recovery codes to be shown, by their seed, and the secret until the app has it."""

    seed: bytes
    secret: bytes = b""

    @classmethod
    def new(cls) -> FactorSetup:
        return cls(new_seed(), new_secret())


def leave_setup(request: Request, response: Response, setup: FactorSetup) -> None:
    _COOKIE.leave(request, response, setup.seed + setup.secret)


def read_setup(request: Request) -> FactorSetup | None:
    plain = _COOKIE.read(request)
    return FactorSetup(plain[:SEED_BYTES], plain[SEED_BYTES:]) if plain is not None else None


def drop_setup(request: Request, response: Response) -> None:
    _COOKIE.drop(request, response)
