"""One supervised process: what happens when it ends, and when it does not want to."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stack.logfile import LogFile
from stack.problem import StackProblem
from stack.program import Program
from stack.state import State
from stack.supervised import Child, Supervised
from tests.stack.commands import await_that, is_alive

Supervise = Callable[..., Supervised]


def python(code: str) -> Program:
    return Program((sys.executable, "-c", code))


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Makes a supervised Python program whose log is child.jsonl in the test's folder."""
    log = LogFile(tmp_path, "child")

    def make(code: str, *, is_ready: bool, must_start: bool = False) -> Supervised:
        async def ready() -> bool:
            return is_ready

        return Supervised(Child("child", lambda: python(code), ready, must_start=must_start), log, lambda: None)

    yield make
    log.close()


async def never() -> bool:
    return False


async def until(supervised: Supervised, *, restarts: int) -> float:
    while supervised.state.restarts < restarts:
        await asyncio.sleep(0.01)
    return time.monotonic()


async def test_a_process_that_keeps_ending_is_started_again_ever_later(supervise: Supervise) -> None:
    supervised = supervise("raise SystemExit(7)", is_ready=False)
    supervised.start()
    async with asyncio.timeout(20):
        first, second, third = [await until(supervised, restarts=number) for number in (1, 2, 3)]
    assert third - second > 1.5 * (second - first) * 0.8
    assert third - second > 0.7
    assert supervised.state.last_exit == "exit code 7"
    await supervised.stop(time.monotonic() + 1)
    assert supervised.state.state == State.STOPPED


async def test_a_server_that_ends_at_once_says_why(supervise: Supervise) -> None:
    supervised = supervise("raise SystemExit('no such folder')", is_ready=False, must_start=True)
    with pytest.raises(StackProblem, match="no such folder"):
        await supervised.start_and_wait()


async def test_a_process_that_ignores_its_signal_is_killed_with_its_children(
    tmp_path: Path, supervise: Supervise
) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('child', child.pid, flush=True); time.sleep(600)"
    )
    supervised = supervise(code, is_ready=True)
    await supervised.start_and_wait()
    log = tmp_path / "child.jsonl"
    await asyncio.to_thread(await_that, lambda: "child " in log.read_text())
    grandchild = int(log.read_text().partition("child ")[2].partition('"')[0])
    await supervised.stop(time.monotonic() + 0.3)
    assert supervised.state.last_exit == "killed by SIGKILL"
    await asyncio.to_thread(await_that, lambda: not is_alive(grandchild))


async def test_its_words_are_kept_as_json_lines(tmp_path: Path, supervise: Supervise) -> None:
    code = """print('{"event": "own", "level": "info"}'); print('2026 ERROR:  it broke'); print('x' * 600000)"""
    supervised = supervise(code, is_ready=False, must_start=True)
    with pytest.raises(StackProblem):
        await supervised.start_and_wait()
    lines = (tmp_path / "child.jsonl").read_text().splitlines()
    assert lines[0] == '{"event": "own", "level": "info"}'
    assert '"level": "error"' in lines[1]
    assert all(len(line) < 400_000 for line in lines)


async def test_a_process_that_dies_and_leaves_a_child_is_started_again(supervise: Supervise) -> None:
    leaves = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    supervised = supervise(leaves, is_ready=True)
    supervised.start()
    async with asyncio.timeout(20):
        await until(supervised, restarts=2)
    await supervised.stop(time.monotonic() + 1)


async def test_a_process_goes_on_when_the_disk_takes_no_lines(tmp_path: Path) -> None:
    (tmp_path / "child.jsonl").symlink_to("/dev/full")
    child = Child("child", lambda: python("print('x' * 200_000); raise SystemExit(7)"), never)
    log = LogFile(tmp_path, "child")
    supervised = Supervised(child, log, lambda: None)
    supervised.start()
    async with asyncio.timeout(20):
        await until(supervised, restarts=1)
    assert supervised.state.last_exit == "exit code 7"
    await supervised.stop(time.monotonic() + 1)
    log.close()
