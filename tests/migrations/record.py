"""Records the present head: `make migration` runs this before it writes the next revision."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fedparents import migrations
from tests.rig import recordings
from tests.rig.migrating import migrate
from tests.rig.postgres import PostgresServer


def main() -> None:
    recordings.HEADS.mkdir(exist_ok=True)
    head = migrations.head()
    target = recordings.HEADS / f"{head}.sqlite.sql"
    if not target.exists():
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'place.db'}"
            migrate(url)
            recordings.fill(url)
            recordings.dump_sqlite(url, target)
    target = recordings.HEADS / f"{head}.postgres.sql"
    if not target.exists():
        with PostgresServer() as server:
            url = server.create()
            migrate(url)
            recordings.fill(url)
            recordings.dump_postgres(server, url, target)
    print(f"Recorded {head}")


if __name__ == "__main__":
    main()
