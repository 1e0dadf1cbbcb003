"""The program that draws one picture and ends: `python -m web.pictures.program`.

Before it reads a byte of the picture it gives up what it will not need: memory and time by limits;
files, the network, children and other processes by limits and by a filter. It reads one order and
the file from its input, and writes one answer.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from web.pictures.drawing import draw
from web.pictures.headers import LARGEST, Refused
from web.pictures.jail import lock_up
from web.pictures.orders import REFUSED, Wanted

MEMORY: Final = 768 * 1024 * 1024
SECONDS: Final = 10
_NICE: Final = 5


def give_up_rights() -> None:
    """Whoever takes this process over through a crafted picture finds that it can do nothing."""
    with suppress(OSError):
        os.nice(_NICE)  # pages come first, but somebody waits for this too
    with suppress(OSError):
        # If memory runs out for the whole machine, this is the process to end.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        _, hardest = resource.getrlimit(limit)
        least = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(limit, (least, least))
    lock_up()


def main() -> int:
    give_up_rights()
    wanted = Wanted.of_line(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(LARGEST + 1)
    try:
        answer, status = draw(data, wanted).to_bytes(), 0
    except Refused as refused:
        answer, status = refused.why.encode(), REFUSED
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return status


if __name__ == "__main__":
    sys.exit(main())
