"""`palimpsest down`: asks the supervisor to stop everything, and insists after a while."""

import argparse
import os
import signal
import time

from stack.home import Home
from stack.leftovers import end_leftovers
from stack.locking import holder
from stack.problem import ExitCode, StackProblem
from stack.servers.leftovers import end_postmaster
from stack.settings import StackSettings

_DESCRIPTION = """Stops what `up` started, in order: doors, followers, servers. What has not stopped after
PALIMPSEST_STOP_S seconds (30) is killed; nothing acknowledged is lost by that.

Exit codes: 0 nothing runs any more, also when nothing ran; 2 wrong usage; 5 it is another account's."""
_GRACE_S = 10


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "down", help="stop it, in order", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    settings = StackSettings()
    home = Home(settings.home.resolve())
    pid = holder(home.lock)
    if pid is None:
        _clear(home)
        print("nothing runs")
        return ExitCode.DONE
    _tell_to_stop(pid)
    if not _await_end(home, settings.stop_s + _GRACE_S):
        print(f"process {pid} did not stop in time and is killed")
        os.kill(pid, signal.SIGKILL)
        _await_end(home, _GRACE_S)
        _clear(home)
    print("stopped")
    return ExitCode.DONE


def _tell_to_stop(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError as problem:
        raise StackProblem(f"process {pid} is another account's: it must stop it", ExitCode.MACHINE) from problem


def _await_end(home: Home, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while holder(home.lock) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _clear(home: Home) -> None:
    """Whatever a killed supervisor left."""
    end_leftovers(home)
    for cluster in ("log", "read"):
        end_postmaster(home.server(cluster))
