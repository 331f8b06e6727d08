"""When what the clock causes is done. A row is a job's name and its times; the job is a file like any other.

Times are cron's, in UTC or in the site's time zone. Where the clocks go forward, what falls into the hour that is left
out is done right after it; where they go back, what falls into the hour that comes twice is done the first time. (A row
that begins with `*` for the minute or the hour just follows the clock.)
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """Ticks that came while no jobs process ran are missed: `once` does the newest of them on return, `skip` none."""

    job: str
    cron: str
    """Minute, hour, day of the month, month, day of the week."""
    zone: Literal["UTC", "site"] = "UTC"
    missed: Literal["once", "skip"] = "once"


TIMETABLE: tuple[Row, ...] = (
    Row("forget_expired", "5 * * * *", missed="skip"),
    Row("media_sweep", "25 * * * *", missed="skip"),
    Row("purge_ledger", "40 3 * * *"),
    Row("drop_old_generations", "50 3 * * *"),
    Row("more_comments_mail", "1 * * * *"),
    Row("daily_report", "0 7 * * *", zone="site"),
    Row("weekly_digest", "0 8 * * 1", zone="site"),
)
