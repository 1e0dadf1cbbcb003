"""Whole addresses for programs, which know no page that a relative one could begin at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fedparents.instance.models import LegalKind
from web.assets import Assets
from web.urls import Urls

if TYPE_CHECKING:
    from web.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Addresses:
    """What an entity has to know of the place to be complete."""

    base_url: str
    assets: Assets
    urls: Urls

    @classmethod
    def of(cls, runtime: Runtime) -> Addresses:
        return cls(runtime.settings.base_url, runtime.assets, runtime.urls)

    def picture(self, path: str) -> str:
        """A picture of ours that is always there."""
        return self.base_url + self.assets.url(path)

    @property
    def streaming(self) -> str:
        """Without a path: clients add their own."""
        return "ws" + self.base_url.removeprefix("http")

    @property
    def front_page(self) -> str:
        return self.urls.absolute("home")

    @property
    def sign_up(self) -> str:
        return self.urls.absolute("join")

    @property
    def privacy_policy(self) -> str:
        return self.urls.absolute("legal_page", kind=LegalKind.PRIVACY.value)
