"""The command line, the operator's door: thin over services, and quick to say what it can do."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from web.cli.failures import Failed, in_words
from web.cli.parsing import parse

_INTERRUPTED = 130  # what shells report for a program that Ctrl-C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. What goes wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows its number instead of ending the command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except Failed as failure:
        print(f"fedparents: {failure}", file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has heard enough (`| head`); the interpreter must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"fedparents: {in_words(error)}", file=sys.stderr)
        return 1


def _run(argv: Sequence[str]) -> int:
    request = parse(argv)
    if request.text:
        print(request.text)
        return 0
    # Only now: help must not wait for the libraries that a command needs.
    from web.cli.running import run

    return run(request)
