"""TCP ports of one machine: free ones, open ones, and who has a taken one."""

import secrets
import socket
from collections.abc import Collection
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
_LOWEST = 10_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port(besides: Collection[int] = ()) -> int:
    """A port that nobody has now, and that no outgoing connection is given before its server binds it.

    Two in search at once may choose the same one; the later of their servers fails to start.
    """
    return free_ports(1, besides)


def free_ports(count: int, besides: Collection[int] = ()) -> int:
    """The first of `count` free ports in a row."""
    below = _first_ephemeral() - count
    while True:
        first = _LOWEST + secrets.randbelow(below - _LOWEST)
        ports = range(first, first + count)
        if not any(port in besides for port in ports) and all(is_free(port) for port in ports):
            return first


def _first_ephemeral() -> int:
    """Where the ports of outgoing connections begin; IANA's 49152 where the system does not say."""
    try:
        first = int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 49_152
    return first if first > 2 * _LOWEST else 65_535


def is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def is_open(port: int, host: str = LOOPBACK) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def owner_of(port: int) -> str:
    """Who listens on a port, as far as our rights let us see: `python (process 123)` or `another process`."""
    try:
        connections = psutil.net_connections("tcp")
        listening = (c for c in connections if c.status == psutil.CONN_LISTEN and tuple(c.laddr)[1:2] == (port,))
        pid = next((c.pid for c in listening if c.pid), None)
        return f"{psutil.Process(pid).name()} (process {pid})" if pid else "another process"
    except psutil.Error:
        return "another process"
