"""Which account servers run as: our own, or an unprivileged one when we are root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
_UNPRIVILEGED = ("nobody", "daemon", "www-data")


class AccountMissing(RuntimeError):  # noqa: N818 - named for the fact
    """We are root and there is no unprivileged account to run servers as."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a server process. `uid` is None when it is our own."""

    uid: int | None = None
    gid: int | None = None
    capability: int = -1
    """What it keeps of root's rights; -1 is nothing."""

    def give(self, path: Path) -> None:
        """Makes a path of ours this account's."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def give_all(self, folder: Path) -> None:
        """The same for everything below, for a folder that came from elsewhere (a copy, a change of account)."""
        if self.uid is None or folder.stat().st_uid == self.uid:
            return
        for path in (*folder.rglob("*"), folder):
            self.give(path)


def server_account(*folders: Path) -> Account:
    """The account for servers that use these folders.

    PostgreSQL refuses to run as root, and nothing else should. Below a folder that is closed to others (such as
    root's home) the account keeps the one right to pass closed folders: moving data elsewhere would surprise more.

    Raises:
        AccountMissing: we are root and no unprivileged account exists.
    """
    if os.geteuid() != 0:
        return Account()
    entry = next((found for name in _UNPRIVILEGED if (found := _entry(name))), None)
    if entry is None:
        raise AccountMissing(f"root needs one of the accounts {', '.join(_UNPRIVILEGED)} to run PostgreSQL as")
    is_open = all(_is_open_to_others(folder) for folder in folders)
    return Account(entry.pw_uid, entry.pw_gid, -1 if is_open else _passing_capability())


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _is_open_to_others(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(parent.stat().st_mode & 0o001 for parent in resolved.parents if parent.exists())


def _passing_capability() -> int:
    """The smaller right where we have it; plain containers grant root the larger one alone."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff")), 16)
    return _DAC_READ_SEARCH if effective & (1 << _DAC_READ_SEARCH) else _DAC_OVERRIDE
