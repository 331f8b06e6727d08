"""How a command ends: faults that an operator can put right become one line and an exit code."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import asyncpg

from engine.log.availability import is_unreachable
from engine.log.records import LogUnavailable
from stack.problem import StackProblem


def ended(command: str, work: Callable[[], Awaitable[int]]) -> int:
    """Does a command's work and gives its exit code: 1 when a database is away or refuses, 2 when nothing runs here.

    An argument that is not text (bytes that are not UTF-8) gives 2, too.
    """
    try:
        return asyncio.run(_as_coroutine(work))
    except StackProblem as problem:
        print(f"{command}: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # whoever read our output has gone; the interpreter must not complain at its end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as problem:
        if type(problem) is asyncpg.DataError:  # the driver's own: those of the server are its children
            print(f"{command}: an argument is nothing that a database could hold", file=sys.stderr)
            return 2
        if not (isinstance(problem, LogUnavailable | asyncpg.PostgresError) or is_unreachable(problem)):
            raise
        # not the database's own words: they may quote a row
        what = problem if isinstance(problem, LogUnavailable) else type(problem).__name__
        print(f"{command}: a database does not do its part: {what}", file=sys.stderr)
        return 1


async def _as_coroutine(work: Callable[[], Awaitable[int]]) -> int:
    return await work()
