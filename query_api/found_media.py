"""One medium for one reader: what there is of it, and whether they may know."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from fastapi import Request

from kit.http.problems import Problem
from query_api.answers import without
from query_api.asked import Asked
from query_api.listing_filters import is_id
from query_api.media_sql import ONE
from query_api.parts import parts_of
from query_api.viewers import Viewer

MODELS = frozenset({"media", "post_pages", "authors"})
ORIGINAL = "original"
_OF_ITS_OWN = ("filename", "reason")


class Found(NamedTuple):
    row: "asyncpg.Record"
    is_own: bool
    """Whether who asks may change it."""
    is_stale: bool


async def find(request: Request, asked: Asked) -> Found:
    """Waits for the reader's token first.

    Raises:
        Problem: 404, the same for what never was, what is gone, and what is not for this reader.
    """
    parts, wanted = parts_of(request), request.path_params["media"]
    viewer = await parts.viewers.find(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    row = await parts.database.row(ONE, UUID(wanted)) if is_id(wanted) else None
    is_stale = freshness is not None and await freshness.is_stale(None)
    if row is None or not (row["is_public"] or may_change(row, viewer)):
        stale = {"Stale": "true"} if is_stale else None
        raise Problem(404, "MediaNotFound", "There is no such medium.", headers=stale)
    return Found(row, may_change(row, viewer), is_stale)


def may_change(row: "asyncpg.Record", viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.may_edit([row["owner_id"]])


def shown(row: "asyncpg.Record", *, is_own: bool, has_original: bool = True) -> dict[str, Any]:
    """As everybody sees it, and more for those who may change it.

    Without `has_original` the reader gets another form in its place, once there is one.
    """
    found = without(row, "owner_id", "sha256", "variants", *(() if is_own else _OF_ITS_OWN))
    original = {**{name: row[name] for name in ("type", "size_bytes", "width", "height")}, "name": ORIGINAL}
    made = [_renamed(variant) for variant in orjson.loads(row["variants"])]
    variants = [original, *made] if has_original or not made else made
    return {**found, "variants": [{**each, "url": f"/media/{row['id']}/{each['name']}"} for each in variants]}


def _renamed(variant: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: variant[name] for name in ("size_bytes", "width", "height", "name")},
        "type": variant["media_type"],
    }
