"""What status says of jobs."""

from typing import Any

import pytest

from stack.job_lines import OLDEST_S, job_lines


def of(queue: str, oldest_s: float, state: str = "waiting", jobs: int = 1) -> dict[str, Any]:
    return {"queue": queue, "job": f"{queue}_job", "state": state, "jobs": jobs, "oldest_s": oldest_s}


def test_what_is_not_done_is_counted_and_what_failed_has_its_command() -> None:
    assert job_lines([]) == ["jobs not done: none"]
    assert job_lines([of("mail", 5, jobs=3), of("quick", 1e6, "failed", 2)]) == [
        "jobs not done: 3 mail_job waiting, 2 quick_job failed: see `palimpsest jobs --state failed`"
    ]


@pytest.mark.parametrize(("queue", "limit_s"), [*OLDEST_S.items(), ("of tomorrow", 15 * 60)])
def test_a_job_that_is_too_old_for_its_queue_is_an_alarm_waiting_or_at_work(queue: str, limit_s: float) -> None:
    for state in ("waiting", "running"):
        assert len(job_lines([of(queue, limit_s, state)])) == 1
        [_, alarm] = job_lines([of(queue, limit_s + 1, state)])
        assert f"{limit_s / 60:.0f} min ago and is {state}: see `palimpsest jobs --job {queue}_job`" in alarm


def test_a_job_whose_time_is_still_to_come_is_no_alarm() -> None:
    assert len(job_lines([of("quick", -1e6)])) == 1
