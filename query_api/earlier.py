"""A post as it was: at a version, or at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from query_api import parameters
from query_api.asked import wrong
from query_api.database import Database
from query_api.listing import LATEST
from query_api.post_history_sql import AS_IT_WAS
from read_models.rendering import RENDERERS, lead

NAMES = frozenset({"version", "as_of"})
LAST_VERSION = (1 << 31) - 1


class Earlier(NamedTuple):
    """Up to where the past is asked for."""

    version: int = LAST_VERSION
    at: datetime = LATEST


def earlier_of(given: Mapping[str, Sequence[str]]) -> Earlier | None:
    """None: as it is now.

    Raises:
        Problem: 422.
    """
    if len(given) > 1:
        raise wrong("version", "goes without as_of")
    if "version" in given:
        return Earlier(version=parameters.whole_number(given, "version", LAST_VERSION))
    return Earlier(at=parameters.moment(given, "as_of", LATEST)) if "as_of" in given else None


async def as_it_was(
    database: Database, shown: Mapping[str, Any], earlier: Earlier, *, is_own: bool
) -> dict[str, Any] | None:
    """What is shown of a post, with what it was instead of what it is.

    None: there was no such version, or it was not public and the reader may not change the post.
    """
    if earlier.version != LAST_VERSION and earlier.version > shown["version"]:
        return None
    row = await database.row(AS_IT_WAS, UUID(shown["id"]), earlier.version, earlier.at)
    if row is None or not (is_own or row["status"] == "published"):
        return None
    html = await asyncio.to_thread(_html, row)
    found = dict(shown) | {name: row[name] for name in _TAKEN}
    found |= {"authors": orjson.Fragment(row["author_list"]), "html": html}
    found["excerpt"] = row["excerpt"] if row["excerpt"] is not None else lead(html)
    if "body" in shown:
        found |= {"body": row["body"], "format": row["format"]}
    if is_own:
        found["excerpt_is_cut"] = row["excerpt"] is None
        found["publish_at"] = row["publish_at"]
    if found.get("publish_at") is None:
        found.pop("publish_at", None)
    return found


_TAKEN = ("version", "updated_at", "status", "published_at", "slug", "title", "language", "tags", "comments_allowed")


def _html(row: asyncpg.Record) -> str:
    return RENDERERS[row["format"]].render(row["body"]) if row["body"] else ""
