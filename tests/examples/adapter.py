"""One more process of the adapter."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from stack.ports import free_port
from tests.live_stack import eventually
from tests.servers import ROOT


@contextmanager
def adapter(settings: Mapping[str, str], ready: str = "/readyz") -> Iterator[str]:
    """Its address, once that path of it answers 200."""
    port = free_port()
    environment = {**settings, "PALIMPSEST_HTTP_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "examples.realworld"], cwd=ROOT, env=environment)
    try:
        eventually(lambda: _answers(f"http://127.0.0.1:{port}{ready}"), "an adapter is ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False
