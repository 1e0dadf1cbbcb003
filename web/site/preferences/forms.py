"""What the page of language and display sends."""

from __future__ import annotations

from typing import Literal

from web.forms import Form


class PreferencesForm(Form):
    """An empty language follows the browser."""

    language: Literal["", "fr", "en", "th"] = ""
    theme: Literal["auto", "light", "dark", "contrast"] = "auto"
    back: str = ""
