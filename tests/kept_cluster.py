"""A cluster with migrated databases, made once for many runs: `python -m tests.kept_cluster FOLDER`."""

import json
import shutil
import sys
from pathlib import Path

from tests.servers import Cluster, new_postgres, running


def keep(folder: Path) -> None:
    """Makes one and stops it; runs that find the folder in PALIMPSEST_TEST_CLUSTER begin with a copy."""
    server = new_postgres(folder / "cluster")
    with running(server, folder / "postgres.log"):
        cluster = Cluster(server)
        cluster.migrate_all()
    secrets = {"admin": server.password, "roles": cluster.passwords}
    (folder / "secrets.json").write_text(json.dumps(secrets))


def copied(kept: Path, folder: Path) -> Cluster:
    """A copy of the kept one, not started."""
    secrets = json.loads((kept / "secrets.json").read_text())
    shutil.copytree(kept / "cluster", folder)
    return Cluster(new_postgres(folder, secrets["admin"]), secrets["roles"])


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
