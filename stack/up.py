"""`palimpsest up`: starts everything and supervises it until it is told to stop."""

import argparse
import asyncio
import contextlib
import difflib
import os
import signal
import time
from collections.abc import Sequence

from kit.settings import Settings
from stack import credentials as credentials_of
from stack.detaching import Detached, detach
from stack.home import Home
from stack.leftovers import end_leftovers
from stack.locking import Lock, holder
from stack.plan import plan
from stack.problem import ExitCode, StackProblem
from stack.processes import EXTRAS, PROCESSES, Process
from stack.running import Running
from stack.settings import StackSettings
from stack.starting import FirstAdmin, Starting
from stack.state import StackState, State, load

_DESCRIPTION = """Starts two PostgreSQL clusters, Kafka, Valkey, a mail sink and every process, and keeps them running.
A server whose URL is given in PALIMPSEST_LOG_URL, _READ_URL, _KAFKA, _REDIS_URL or _SMTP_URL is used instead of an
own one; the two databases need a role there that may create roles and databases.

Exit codes: 0 ran until it was stopped, is ready (--detach), or runs already; 2 wrong usage; 3 started, but not
everything was ready in time (it goes on); 4 cannot start: the message says what to do; 5 no write access or too little
disk."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "up",
        help="start the whole system on this machine",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--detach", action="store_true", help="return when everything is ready")
    parser.add_argument("--bus", choices=("kafka", "log"), help="log: without Kafka, consumers follow the log itself")
    known = ", ".join(sorted(EXTRAS))
    parser.add_argument(
        "--with",
        action="append",
        type=_example,
        default=[],
        dest="extras",
        metavar="EXAMPLE",
        help=f"run this example besides: {known}",
    )
    parser.add_argument("--no-admin", action="store_true", help="make no first admin")
    parser.set_defaults(run=run)


def _example(name: str) -> str:
    if name not in EXTRAS:
        near = difflib.get_close_matches(name.lower(), EXTRAS, 1)
        advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(EXTRAS))}"
        raise argparse.ArgumentTypeError(f"no example is called {name}; {advice}")
    return name


def run(arguments: argparse.Namespace, processes: tuple[Process, ...] = PROCESSES) -> int:
    settings = StackSettings(**({"bus": arguments.bus} if arguments.bus else {}))
    Settings()  # of what processes are told: one that is wrong would end them again and again
    home = Home(settings.home.resolve())
    home.open(settings.min_free_mb)
    if holder(home.lock) is not None:
        return _is_running_already(home, settings.ready_s, arguments.extras)
    background = detach(home.logs / "stack.log") if arguments.detach else None
    processes += tuple(EXTRAS[name] for name in dict.fromkeys(arguments.extras))
    return asyncio.run(_supervise(settings, home, processes, background, with_admin=not arguments.no_admin))


async def _supervise(
    settings: StackSettings,
    home: Home,
    processes: tuple[Process, ...],
    background: Detached | None,
    *,
    with_admin: bool,
) -> int:
    began = time.monotonic()
    lock = Lock(home.lock)
    if not lock.take():
        return _is_running_already(home, settings.ready_s, [each.name for each in processes if each.name in EXTRAS])
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _told_to_stop, stop)
    end_leftovers(home)
    secrets = credentials_of.load_or_make(home)
    running = Running(plan(settings, home, secrets, processes), home, secrets)
    start = Starting(running, secrets, with_admin=with_admin)
    starting = asyncio.create_task(start.run())
    try:
        await _until_done_or_told(starting, stop, settings.ready_s)
        code = _say(start, running, home, time.monotonic() - began if starting.done() else None)
        if background:
            background.ready(code)
        await stop.wait()
    except StackProblem:
        _show_admin(start.first_admin)  # there is one now: the next start makes none
        raise
    finally:
        starting.cancel()
        await running.stop(settings.stop_s)
    return code


def _told_to_stop(stop: asyncio.Event) -> None:
    if stop.is_set():
        # The second time: at once. The kernel ends our children with us.
        os.kill(os.getpid(), signal.SIGKILL)
    stop.set()


async def _until_done_or_told(starting: "asyncio.Task[None]", stop: asyncio.Event, patience_s: float) -> None:
    """Raises what keeps the stack from starting."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        starting.result()


def _say(start: Starting, running: Running, home: Home, took_s: float | None) -> ExitCode:
    """Tells the person at the terminal how it went. `took_s` is None when not all is ready."""
    if took_s is None:
        print(f"not ready yet: {', '.join(running.missing())}; see `palimpsest status`")
    else:
        print(f"ready in {took_s:.1f} s")
    if took_s is None and not start.first_admin:
        print("  admin     the password of one that is made later is not shown: `admin-password` makes another")
    _show_admin(start.first_admin)
    urls = running.state.urls
    for name, what in (("command_api", "commands"), ("query_api", "queries"), ("realworld", "realworld")):
        if name in urls:
            print(f"  {what:9} {urls[name]}")
    print(f"  mails     {home.mail}\n  logs      {home.logs}", flush=True)
    return ExitCode.NOT_READY if took_s is None else ExitCode.DONE


def _show_admin(admin: FirstAdmin | None) -> None:
    if admin:
        print(f"  admin     {admin.handle}, password {admin.password} (shown once; `admin-password` makes another)")


def _is_running_already(home: Home, ready_s: float, extras: Sequence[str]) -> int:
    """A second `up`: waits with the first one until it is ready."""
    deadline = time.monotonic() + ready_s
    while (pid := holder(home.lock)) is not None:
        state = load(home)
        if state and state.pid == pid and state.state == State.READY:
            print(f"runs already (process {pid}): {state.urls.get('command_api')}, {state.urls.get('query_api')}")
            return _with_extras(state, extras)
        if time.monotonic() > deadline:
            print(f"runs already (process {pid}), and is not ready; see `palimpsest status`")
            return ExitCode.NOT_READY
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(0.1)
    raise StackProblem("the stack that ran here has just ended; try again")


def _with_extras(state: StackState, extras: Sequence[str]) -> ExitCode:
    if missing := [name for name in extras if name not in state.urls]:
        print(f"without {', '.join(missing)}: end it by `palimpsest down`, then start it again")
        return ExitCode.CANNOT_START
    return ExitCode.DONE
