"""For whom entities are written: what differs from one program to the next is in here alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Final

from web.api.addresses import Addresses
from web.api.picture_keys import picture_key
from web.i18n import Languages

NO_AVATAR: Final = "images/avatars/missing.png"
NO_HEADER: Final = "images/headers/missing.png"
"""Some apps hide pictures of this last name, and none of them can do without a picture."""

Json = dict[str, object]


@lru_cache(maxsize=16_384)
def moment(time: datetime) -> str:
    """The one form of ISO 8601 that Toot! and IceCubes read."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def page_of(base_url: str, address: str) -> str:
    """The page of a person or group."""
    return f"{base_url}/@{address}"


@dataclass(frozen=True)
class Reader:
    """A program with a token, or (`token_id` 0) one without."""

    addresses: Addresses
    languages: Languages
    secret: bytes
    token_id: int = 0
    actor_id: int = 0
    place_language: str = ""
    """In which the place speaks: what is said of a group is the same for everybody."""

    @property
    def base_url(self) -> str:
        return self.addresses.base_url

    @property
    def is_somebody(self) -> bool:
        return self.token_id != 0

    def picture(self, file: str, *, small: bool = False) -> str:
        """Where this program finds a picture: apps show pictures without saying who they are, so
        their token's right to see it is a part of the address."""
        where = f"{self.base_url}/media/{'small/' if small else ''}{file}"
        if not self.token_id:
            return where
        return f"{where}?for={picture_key(self.secret, self.token_id, file)}"

    def page_of(self, address: str) -> str:
        """The page of a person or group."""
        return page_of(self.base_url, address)

    @cached_property
    def no_avatar(self) -> str:
        return self.addresses.picture(NO_AVATAR)

    @cached_property
    def no_header(self) -> str:
        return self.addresses.picture(NO_HEADER)
