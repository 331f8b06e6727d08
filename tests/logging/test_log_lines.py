"""Log lines are gathered, in order, and none is lost when a process ends."""

import asyncio
import io
import subprocess
import sys
from pathlib import Path

from kit.log_lines import GatheredLines

ROOT = Path(__file__).resolve().parent.parent.parent


async def written(file: io.BytesIO, count: int) -> list[bytes]:
    async with asyncio.timeout(5):
        while len(lines := file.getvalue().splitlines()) < count:
            await asyncio.sleep(0.005)
    return lines


async def test_what_is_told_comes_soon_and_in_order() -> None:
    file = io.BytesIO()
    lines = GatheredLines(file)
    lines.info(b"1")
    lines.info(b"2")
    assert file.getvalue() == b""
    assert await written(file, 2) == [b"1", b"2"]
    lines.info(b"3")
    assert await written(file, 3) == [b"1", b"2", b"3"]


async def test_a_warning_is_written_at_once_behind_what_was_told() -> None:
    file = io.BytesIO()
    lines = GatheredLines(file)
    lines.info(b"told")
    lines.warning(b"warned")
    assert file.getvalue() == b"told\nwarned\n"


async def test_many_lines_are_not_kept_waiting() -> None:
    file = io.BytesIO()
    lines = GatheredLines(file)
    for number in range(1_000):
        lines.info(str(number).encode())
    assert len(file.getvalue().splitlines()) >= 800


async def test_a_thread_without_a_loop_writes_at_once() -> None:
    file = io.BytesIO()
    await asyncio.to_thread(GatheredLines(file).info, b"from a worker")
    assert file.getvalue() == b"from a worker\n"


def test_a_process_that_ends_in_order_has_written_everything() -> None:
    program = (
        "import asyncio, structlog; from kit.logging import configure; configure('probe', 'info')\n"
        "async def main(): structlog.get_logger().info('the last word')\n"
        "asyncio.run(main())"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
    assert ran.stderr.count(b"the last word") == 1
