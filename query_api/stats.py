"""GET /stats and GET /stats/daily: how much there is, and how much came on each day."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit import clock
from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import PUBLIC, json_answer
from query_api.asked import headers_of, parameters_of, wrong
from query_api.documented import DAYS, door
from query_api.listing import EARLIEST, LATEST
from query_api.parameters import Given
from query_api.parts import parts_of
from query_api.schemas import DAILY, STATS

router = APIRouter(tags=["site"], route_class=BytesRoute)

MODELS = frozenset({"daily_counts"})
MOST_DAYS = 366
_DEFAULT_DAYS = 30
# The driver sends the very first and the very last day as -infinity and infinity, between which there is no last day.
_FIRST, _LAST = EARLIEST.date(), LATEST.date()
_TOTALS = """
    SELECT (SELECT coalesce(sum(p.posts), 0)::bigint FROM serving.posts_by_day AS p) AS posts,
           (SELECT coalesce(sum(c.comments), 0)::bigint FROM serving.comments_by_day AS c) AS comments,
           (SELECT coalesce(sum(a.accounts), 0)::bigint FROM serving.accounts_by_day AS a) AS accounts
"""
_DAILY = """
    SELECT d.day::date AS day,
           (SELECT coalesce(sum(p.posts), 0)::bigint FROM serving.posts_by_day AS p WHERE p.day = d.day::date) AS posts,
           (SELECT coalesce(sum(c.comments), 0)::bigint FROM serving.comments_by_day AS c
             WHERE c.day = d.day::date) AS comments,
           (SELECT coalesce(sum(a.accounts), 0)::bigint FROM serving.accounts_by_day AS a
             WHERE a.day = d.day::date) AS accounts
      FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d(day) ORDER BY d.day DESC
"""


@router.get("/stats", summary="Count what there is", **door(STATS))
async def read_stats(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    [row] = await parts.database.rows(_TOTALS)
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, dict(row), cache=PUBLIC, is_stale=is_stale)


@router.get("/stats/daily", summary="Count what came on each day", **door(DAILY, parameters=DAYS))
async def read_daily_stats(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    first, last = _days(parameters_of(request, frozenset({"from", "to"})))
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows = await parts.database.rows(_DAILY, first, last)
    is_stale = freshness is not None and await freshness.is_stale(None)
    content: dict[str, Any] = {"items": [dict(row) for row in rows], "next": None}
    return json_answer(asked, content, cache=PUBLIC, is_stale=is_stale)


def _days(given: Given) -> tuple[date, date]:
    last = _day(given, "to", clock.now().date())
    first = _day(given, "from", last - timedelta(days=min(_DEFAULT_DAYS - 1, (last - _FIRST).days)))
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise wrong("from", f"is not after `to`, and at most {MOST_DAYS} days are counted at once")
    return first, last


def _day(given: Given, name: str, default: date) -> date:
    if name not in given:
        return default
    try:
        found = date.fromisoformat(parameters.one(given, name))
    except ValueError:
        raise wrong(name, "is a day such as 2026-03-01") from None
    if not _FIRST <= found <= _LAST:
        raise wrong(name, f"is a day from {_FIRST} to {_LAST}")
    return found
