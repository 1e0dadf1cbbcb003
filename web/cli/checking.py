"""`fedparents check`: says in sentences what is in order and what is not."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from typing import Final

from federation.answers import require_success
from federation.errors import FederationError
from fedparents.settings import Settings
from web.cli.failures import Failed
from web.cli.findings import (
    Finding,
    Verdict,
    all_at_rest,
    fine,
    look_at_database,
    look_at_pictures,
    wrong,
)
from web.cli.output import say

_MARKS: Final = {Verdict.FINE: "ok      ", Verdict.WARNING: "warning ", Verdict.WRONG: "wrong   "}


def check(settings: Settings, *, online: bool) -> None:
    """Raises Failed when something is wrong; a warning alone is no failure."""
    counts: Counter[Verdict] = Counter()
    counts += _report(all_at_rest(settings))
    counts += _report(asyncio.run(look_at_database(settings)))
    counts += _report([asyncio.run(look_at_pictures())])
    if online:
        counts += _report([asyncio.run(_call_ourselves(settings))])
    if number := counts[Verdict.WRONG]:
        raise Failed("one thing is wrong" if number == 1 else f"{number} things are wrong")
    say("Nothing is wrong.")


def _report(findings: Iterable[Finding]) -> Counter[Verdict]:
    counts: Counter[Verdict] = Counter()
    for finding in findings:
        say(_MARKS[finding.verdict] + finding.text)
        counts[finding.verdict] += 1
    return counts


async def _call_ourselves(settings: Settings) -> Finding:
    # Loaded late: the HTTP client takes longer than all other checks together.
    from federation.transport import open_client

    url = f"{settings.base_url}/healthz"
    client = open_client(settings)
    try:
        answer = require_success(await client.get(url))
    except FederationError as error:
        return wrong(f"This place cannot be reached by its address: {error}{_hint(settings)}.")
    finally:
        await client.close()
    if not _is_ours(answer.body):
        return wrong(f"{url} is answered by something else than fedparents.")
    return fine(f"{url} answers, as other towns will see it.")


def _hint(settings: Settings) -> str:
    if settings.is_development and not settings.allowed_private_networks:
        return " (on this machine alone, set FEDPARENTS_ALLOWED_PRIVATE_NETWORKS=127.0.0.0/8)"
    return ""


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"status": "ok"})
    except ValueError:
        return False
