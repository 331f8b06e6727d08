"""Becomes another program once its session, its account and its dying with the parent are arranged.

Run as a script by `python -I -S`, so that nothing runs between fork and exec in a process with threads:
`launch.py PARENT_PID DEATH_SIGNAL UID GID CAPABILITY COMMAND...`. A UID of -1 changes no account.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
_KEEP_CAPABILITIES, _NO_SETUID_FIXUP = 1 << 4, 1 << 2
_LINUX_CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    parent, death_signal, uid, gid, capability = (int(word) for word in sys.argv[1:6])
    libc = ctypes.CDLL(None, use_errno=True)
    # A session of its own: Ctrl-C at the terminal is for the supervisor, which stops its children in order.
    os.setsid()
    if uid >= 0:
        _become(libc, uid, gid, capability)
    # After the account: the kernel forgets the death signal when credentials change.
    libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before the signal was asked for
        sys.exit(1)
    command = sys.argv[6:]
    try:
        os.execvpe(command[0], command, os.environ)  # noqa: S606 - becoming the given program is the purpose
    except OSError as problem:
        sys.exit(f"cannot run {command[0]}: {problem}")


def _become(libc: ctypes.CDLL, uid: int, gid: int, capability: int) -> None:
    """Gives up root, all but `capability` (or all, when it is -1)."""
    if capability >= 0:
        # Without the second, access(2), which Java asks before it opens a file, would leave the capability out.
        libc.prctl(_PR_SET_SECUREBITS, _KEEP_CAPABILITIES | _NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability >= 0:
        _keep(libc, capability)


def _keep(libc: ctypes.CDLL, capability: int) -> None:
    """Keeps one capability through exec: it must be permitted, inheritable and ambient."""
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if libc.capset(header, data) or libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0):
        sys.exit(f"cannot keep capability {capability}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
