"""Keeps the lease of a long job for as long as it is at work, and ends its work when the lease is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from kit.database import DATABASE_FAULTS

_T = TypeVar("_T")


class LeaseLost(Exception):  # noqa: N818 - named for the fact
    """Another worker has the job now, or an operator has cancelled it."""


async def kept(work: Coroutine[Any, Any, _T], renew: Callable[[], Awaitable[bool]], *, every_s: float) -> _T:
    """Does the work; it is cancelled, and may clear up, when the lease cannot be renewed because it is lost.

    Raises:
        LeaseLost: it was.
    """
    working = asyncio.create_task(work)
    try:
        while not working.done():
            await asyncio.wait({working}, timeout=every_s)
            if not working.done() and not await _is_renewed(renew):
                raise LeaseLost
        return await working
    finally:
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


async def _is_renewed(renew: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await renew()
    except DATABASE_FAULTS:
        return True  # nobody can have taken it either
