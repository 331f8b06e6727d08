"""Baseline web servers: uvicorn, started as the product starts its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
START_S = 15


@contextmanager
def serve(app: str, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Runs `module:app` in one process with uvloop and httptools. Gives the port."""
    port = free_port()
    words = [
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--log-level",
        "warning",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", app, *words], cwd=ROOT, env={**os.environ, **(environment or {})}
    )
    try:
        await_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def await_port(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
