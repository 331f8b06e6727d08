"""A second process of a kind beside the stack's own, with the same settings."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from stack.ports import free_port
from tests.live_stack import LiveStack, eventually
from tests.servers import ROOT


def settings_of(stack: LiveStack, name: str) -> dict[str, str]:
    """The environment that the stack's own process was started with."""
    raw = Path(f"/proc/{stack.process(name)['pid']}/environ").read_bytes().decode()
    return dict(pair.split("=", 1) for pair in raw.split("\0") if pair)


@contextmanager
def second(stack: LiveStack, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Starts it, waits until it answers, and ends it with kill -9."""
    port = free_port()
    changed = {"PALIMPSEST_HTTP_PORT": str(port), "PALIMPSEST_INSTANCE": "2"}
    environment = {**settings_of(stack, name), **changed}
    with (stack.home / f"{name}-2.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", name], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        eventually(lambda: _answers(port), f"a second {name} answers")
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
    except httpx.TransportError:
        return False
    return True
