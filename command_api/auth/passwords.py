"""argon2id off the event loop, a few at a time."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kit.http.problems import Problem

_PASSES, _MEMORY_KIB, _LANES = 2, 19 * 1024, 1
"""OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane; 23 ms of CPU."""


class Passwords:
    """Hashes and checks passwords on as many threads as there are processors.

    Args:
        waiting: how many may wait for a thread; one more is answered 503, because it would wait for seconds.
    """

    def __init__(self, *, waiting: int = 64) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
        self._waiting, self._asked = waiting, 0
        self._of_nobody = self._hasher.hash("the hash that an unknown account is checked against")

    async def hash(self, password: str) -> str:
        return str(await self._run(self._hasher.hash, password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is right. An unknown account (None) costs the same time."""
        is_right = await self._run(self._verify, stored or self._of_nobody, password)
        return bool(is_right) and stored is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: object, *args: str) -> object:
        if self._asked >= self._waiting:
            raise Problem(503, "Busy", "Too many sign-ins at once; try again soon.", headers={"Retry-After": "2"})
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)  # type: ignore[arg-type]
        finally:
            self._asked -= 1
