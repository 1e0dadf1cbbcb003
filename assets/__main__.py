"""Makes what is missing or out of date and says so; silent when there is nothing to do."""

import sys
from pathlib import Path

from assets.builders import build_stale

try:
    build_stale(Path(__file__).resolve().parent.parent, say=lambda line: print(line, flush=True))
except (OSError, RuntimeError) as error:
    sys.exit(f"The pages' files could not be made: {error}")
