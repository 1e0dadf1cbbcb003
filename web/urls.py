"""Addresses of pages by the names of their routes, found in a table instead of route by route."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from starlette.routing import BaseRoute, Route


class Urls:
    """The paths of all named routes."""

    def __init__(self, routes: Iterable[BaseRoute], base_url: str) -> None:
        self._patterns: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.base = base_url
        """Where people find us, without a slash at the end."""
        for route in routes:
            if isinstance(route, Route):
                if route.name in self._patterns:
                    raise ValueError(f"two routes are called {route.name}")
                self._patterns[route.name] = (route.path_format, tuple(route.param_convertors))

    def path(self, name: str, /, **params: object) -> str:
        """The path of a route; what is no part of its path becomes the query."""
        pattern, in_path = self._patterns[name]
        if not params:
            return pattern
        missing = [key for key in in_path if key not in params]
        if missing:
            raise LookupError(f"the route {name} needs {', '.join(missing)}")
        path = pattern.format(**{key: _quoted(params.pop(key)) for key in in_path})
        if not params:
            return path
        query = urlencode({key: value for key, value in params.items() if value is not None})
        return f"{path}?{query}" if query else path

    def absolute(self, name: str, /, **params: object) -> str:
        """The whole address, for mails and invitations."""
        return self.base + self.path(name, **params)

    def __contains__(self, name: str) -> bool:
        return name in self._patterns


def _quoted(value: object) -> str:
    # A page names some dozen numbers and handles, of which nothing has to be quoted.
    text = str(value)
    return text if text.isascii() and text.isalnum() else quote(text, safe="@")
