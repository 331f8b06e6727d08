"""What status says of jobs: how many are not done, and what somebody should look at."""

from collections.abc import Mapping, Sequence
from typing import Any

OLDEST_S: Mapping[str, float] = {"mail": 30 * 60, "quick": 15 * 60, "heavy": 2 * 60 * 60}
"""By queue: a job that was to be done so long ago is an alarm, whether it waits, runs or is tried again."""


def job_lines(jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """First those that are not done, then a line for each alarm.

    Args:
        jobs: by queue, job and state, how many there are, and since when the oldest was to be done.
    """
    told = ", ".join(f"{each['jobs']} {each['job']} {each['state']}" for each in jobs)
    has_failed = any(each["state"] == "failed" for each in jobs)
    see = ": see `palimpsest jobs --state failed`" if has_failed else ""
    return [f"jobs not done: {told or 'none'}{see}", *map(_alarm, filter(_is_too_old, jobs))]


def _is_too_old(job: Mapping[str, Any]) -> bool:
    limit_s = OLDEST_S.get(job["queue"], min(OLDEST_S.values()))
    return bool(job["state"] != "failed" and job["oldest_s"] > limit_s)


def _alarm(job: Mapping[str, Any]) -> str:
    minutes = job["oldest_s"] / 60
    return (
        f"the oldest {job['job']} was to be done {minutes:,.0f} min ago and is {job['state']}: "
        f"see `palimpsest jobs --job {job['job']}`"
    )
