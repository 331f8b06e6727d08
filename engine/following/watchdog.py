"""Notices a partition that has work to do and does not get on."""

import time
from collections.abc import Mapping

from engine.following.contract import Head
from engine.following.window import Window


class Stuck(Exception):  # noqa: N818 - named for the fact
    """An owned partition has lag and made no progress for too long: the process must start anew."""


class Watchdog:
    """A consumer can stay alive and never take part in its group again; only progress proves that it works."""

    def __init__(self, name: str, stuck_s: float) -> None:
        self._name, self._stuck_s = name, stuck_s
        self._lagging: dict[int, tuple[int | None, float]] = {}

    def check(self, windows: Mapping[int, Window], head: Head, stopped: Mapping[int, str]) -> None:
        """Compares with the check before.

        Raises:
            Stuck: a partition that is not stopped has stood still with lag for `stuck_s`.
        """
        now, before = time.monotonic(), self._lagging
        self._lagging = {}
        for partition, window in windows.items():
            if partition in stopped or partition >= len(head.sequences):
                continue
            if (window.applied or 0) >= head.sequences[partition]:
                continue
            applied, since = before.get(partition, (window.applied, now))
            self._lagging[partition] = (applied, since) if applied == window.applied else (window.applied, now)
            if now - self._lagging[partition][1] > self._stuck_s:
                raise Stuck(f"{self._name}: partition {partition} stands at {window.applied} with lag")
