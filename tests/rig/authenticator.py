"""A phone with an app for codes, and accounts that ask for them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from fedparents import clock
from fedparents.accounts.recovery_codes import codes_of, new_seed
from fedparents.accounts.second_factor import turn_on_factor
from fedparents.accounts.sessions import Viewer
from fedparents.accounts.totp import app_code, new_secret, step_at
from fedparents.db import Database
from web.auth.factor_secrets import seal_factor


@dataclass(slots=True)
class Phone:
    """What its owner has: the app's secret, and the codes on paper."""

    secret: bytes = field(default_factory=new_secret)
    paper: list[str] = field(default_factory=list)

    @classmethod
    def with_key(cls, typed: str) -> Phone:
        """The letters of the page, typed into the app."""
        return cls(base64.b32decode("".join(typed.split())))

    def code(self, steps_ahead: int = 0) -> str:
        """What the app shows now, or would with a clock that goes wrong by so many half minutes."""
        return app_code(self.secret, step_at(clock.now()) + steps_ahead)

    def wrong_code(self) -> str:
        around = {self.code(ahead) for ahead in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in around)


async def protect(db: Database, key: bytes, viewer: Viewer) -> Phone:
    """Turn the second factor on, an hour ago as far as its codes are concerned."""
    phone, seed = Phone(), new_seed()
    phone.paper = codes_of(seed)
    sealed = seal_factor(key, viewer.account_id, phone.secret)
    step = step_at(clock.now()) - 120
    await db.write(turn_on_factor, viewer, sealed, step=step, seed=seed)
    return phone
