"""The way to a route is short, and leads where the long one does."""

from collections.abc import Iterator

import pytest
from starlette.routing import Match, Route, Router

from web.activitypub.routes import ROUTES as ACTIVITYPUB_ROUTES
from web.activitypub.routes import SIDES
from web.api.routes import ROUTES as API_ROUTES
from web.app import Shortcut
from web.site import ROUTES
from web.visit import Visit

ROUTER = Router(routes=[*SIDES, *ROUTES, *API_ROUTES, *ACTIVITYPUB_ROUTES])
SHORTCUT = Shortcut(ROUTER)


def calls() -> Iterator[tuple[str, str]]:
    """Each route as somebody might call it."""
    for route in ROUTER.routes:
        if isinstance(route, Route):
            values = {name: "7" for name in route.param_convertors}
            path = route.path_format.format(**values)
            for method in sorted(route.methods or ()):
                yield method, path


def asked(method: str, path: str) -> dict[str, object]:
    scope: dict[str, object] = {"type": "http", "method": method, "path": path}
    # Some routes look at what is asked for, and no further.
    visit = Visit(None, scope, {})  # type: ignore[arg-type]  # nothing here runs
    return scope | {"fedparents.visit": visit}


def found_in_turn(scope: dict[str, object]) -> Route | None:
    for route in ROUTER.routes:
        if isinstance(route, Route) and route.matches(scope)[0] == Match.FULL:
            return route
    return None


@pytest.mark.parametrize("ending", ["", "/", "/nothing"])
def test_every_call_reaches_the_route_that_all_in_turn_would_give_it(ending):
    for method, path in calls():
        scope = asked(method, path + ending)
        short = SHORTCUT._find(scope)
        if short is not None:
            assert short is found_in_turn(scope), f"{method} {path}{ending}"


def test_calls_of_apps_are_found_without_asking_all():
    for method, path in calls():
        if path.startswith("/api/v1/accounts/"):
            assert SHORTCUT._find(asked(method, path)) is not None, f"{method} {path}"
