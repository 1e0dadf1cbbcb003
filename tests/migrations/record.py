"""Notes the present head: `make migration` runs this before it writes the next revision.

From then on it is run elsewhere, and changed no more: `revisions.sha256` has what each one was.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

from fedparents import migrations

NOTED = Path(__file__).with_name("revisions.sha256")


def digest_of(revision: str) -> str:
    """Of its file, in hexadecimal."""
    file = resources.files(migrations).joinpath("versions", f"{revision}.py")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_noted() -> dict[str, str]:
    """The digest of each revision that was noted, in their order."""
    lines = NOTED.read_text(encoding="utf-8").splitlines()
    return {revision: digest for digest, revision in (line.split("  ") for line in lines)}


def main() -> None:
    noted = read_noted()
    new = sorted(migrations.revisions() - noted.keys())
    lines = [f"{digest}  {each}" for each, digest in noted.items()]
    lines += [f"{digest_of(each)}  {each}" for each in new]
    NOTED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("Noted", ", ".join(new) or "already")


if __name__ == "__main__":
    main()
