"""Answers as bytes, with what caches and conditional requests need to know."""

from typing import Any

import asyncpg
import orjson
from starlette.responses import Response

from kit.http import etag
from query_api.asked import Asked

PUBLIC = "public, no-cache"
"""Anybody may keep it, and asks again before using it: what is unpublished is gone at once."""
PRIVATE = "private, no-cache"
SECRET = "private, no-store"  # noqa: S105 - a cache directive
_OPTIONS = orjson.OPT_UTC_Z


def json_answer(  # noqa: PLR0913 - what an answer is made of
    asked: Asked, content: Any, *, version: int = 0, cache: str, is_stale: bool = False, link: str | None = None
) -> Response:
    """200, or 304 when the client has it. What is stale is not to be kept."""
    body = orjson.dumps(content, option=_OPTIONS)
    return answer(asked, body, "application/json", version=version, cache=cache, is_stale=is_stale, link=link)


def answer(  # noqa: PLR0913 - the same
    asked: Asked,
    body: bytes,
    media_type: str,
    *,
    version: int = 0,
    cache: str,
    is_stale: bool = False,
    link: str | None = None,
) -> Response:
    """The same, of bytes."""
    tag = etag.make(version, body)
    headers = {"ETag": tag, "Cache-Control": SECRET if is_stale else cache, "Vary": "Authorization"}
    if is_stale:
        headers["Stale"] = "true"
    if link:
        headers["Link"] = link
    if etag.matches(asked.if_none_match, tag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type)


def moved(location: str, *, cache: str) -> Response:
    headers = {"Location": location, "Cache-Control": cache, "Vary": "Authorization"}
    return Response(None, 308, headers)


def without(row: "asyncpg.Record", *names: str) -> dict[str, Any]:
    """The row as a dict, but for these columns."""
    found = dict(row)
    for name in names:
        del found[name]
    return found
