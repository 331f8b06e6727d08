"""Keeps one process running: starts it, knows when it is ready, keeps its log, starts it again when it ends."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from stack.logfile import LogFile
from stack.problem import StackProblem
from stack.program import Program
from stack.state import ProcessState, State

_POLL_S = 0.05
_FIRST_DELAY_S = 0.2
_LONGEST_DELAY_S = 30.0
_STEADY_S = 30.0
_LONGEST_LINE_BYTES = 256 * 1024
_TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class Child:
    """What is kept running."""

    name: str
    program: Callable[[], Program]
    is_ready: Callable[[], Awaitable[bool]]
    prepare: Callable[[], None] = lambda: None
    """Blocks, in a thread, before every start."""
    port: int | None = None
    must_start: bool = False
    """Whether a first life that ends before it was ready is the end of the stack: true of servers."""


class Supervised:
    """One child with its state and its log."""

    def __init__(self, child: Child, log: LogFile, on_change: Callable[[], None]) -> None:
        self.child = child
        self.state = ProcessState(child.name, port=child.port)
        self._log = log
        self._on_change = on_change
        self._process: asyncio.subprocess.Process | None = None
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._stopping = asyncio.Event()
        self._was_ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self.child.name)

    async def start_and_wait(self) -> None:
        """Both in one."""
        self.start()
        await self.first_ready()

    async def first_ready(self) -> None:
        """Waits until it was ready once.

        Raises:
            StackProblem: it must start and did not, with the end of its log.
        """
        assert self._task  # noqa: S101 - `start` comes first
        waiting = asyncio.create_task(self._was_ready.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done() and not self._was_ready.is_set():
            self._task.result()

    async def stop(self, deadline: float) -> None:
        """Asks it to stop, and kills it at `deadline` (of time.monotonic)."""
        self._stopping.set()
        if self._task is None:
            return
        if self._process is None:
            self._task.cancel()
        else:
            self._signal(self.child.program().stop_signal)
        _, late = await asyncio.wait({self._task}, timeout=max(0.0, deadline - time.monotonic()))
        if late:
            self._log.note("did not stop in time and is killed", "warning")
            self._kill_group()
            await asyncio.wait({self._task}, timeout=5)
        self._change(State.STOPPED)

    async def _run(self) -> None:
        delay = _FIRST_DELAY_S
        while not self._stopping.is_set():
            born = time.monotonic()
            await self._live()
            if self._stopping.is_set():
                return
            if self.child.must_start and not self._was_ready.is_set():
                said = "\n  ".join(self._tail) or "it said nothing"
                raise StackProblem(f"{self.child.name} did not start ({self.state.last_exit}):\n  {said}")
            delay = _FIRST_DELAY_S if time.monotonic() - born > _STEADY_S else min(delay * 2, _LONGEST_DELAY_S)
            self._log.note(f"ended ({self.state.last_exit}), starts again in {delay:.1f} s", "warning")
            self.state.restarts += 1
            self._change(State.RESTARTING)
            await asyncio.sleep(delay)

    async def _live(self) -> None:
        """One life, from preparing to the end."""
        self._change(State.STARTING)
        try:
            await asyncio.to_thread(self.child.prepare)
        except Exception as problem:  # noqa: BLE001 - whatever keeps it from starting is its last words
            self._tail.append(str(problem))
            self.state.last_exit = "could not be prepared"
            self._log.note(str(problem), "error")
            return
        program = self.child.program()
        async with _pipe() as (said, output):
            try:
                self._process = process = await asyncio.create_subprocess_exec(
                    *program.argv(),
                    env=dict(program.environment),
                    cwd="/",
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                )
            finally:
                os.close(output)
            self.state.pid, self.state.started_at = process.pid, time.time()
            self._on_change()
            await self._accompany(process, said)

    async def _accompany(self, process: asyncio.subprocess.Process, said: asyncio.StreamReader) -> None:
        watching = asyncio.create_task(self._watch_readiness())
        reading = asyncio.create_task(self._keep_log(said))
        try:
            self.state.last_exit = _describe(await process.wait())
        finally:
            self._kill_group()
            self._process = self.state.pid = None
            await asyncio.wait({reading}, timeout=1)
            watching.cancel()
            reading.cancel()

    async def _watch_readiness(self) -> None:
        while not await self.child.is_ready():  # noqa: ASYNC110 - readiness is another process's, it can only be asked
            await asyncio.sleep(_POLL_S)
        self._was_ready.set()
        self._change(State.READY)

    async def _keep_log(self, said: asyncio.StreamReader) -> None:
        async for line in _lines(said):
            self._tail.append(line.decode("utf-8", "replace").rstrip())
            self._log.write(line)

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _kill_group(self) -> None:
        """Each child leads a session of its own: what it left running goes with it."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _change(self, state: State) -> None:
        self.state.state = state
        self._on_change()


@contextlib.asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    """What a child says, and where it writes; the other end is the caller's to close.

    Not asyncio's own: with that, a child whose own children hold the pipe open is not known to have ended.
    """
    reader, (source, sink) = asyncio.StreamReader(), os.pipe()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(source, "rb"))
    try:
        yield reader, sink
    finally:
        transport.close()


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Lines of any length, an overlong one in pieces."""
    rest = b""
    while part := await reader.read(_LONGEST_LINE_BYTES):
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > _LONGEST_LINE_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest


def _describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
