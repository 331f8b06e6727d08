"""GET /categories: the tree, with how many published posts each has; GET /categories/{id or slug}: one of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api.answers import PUBLIC, json_answer
from query_api.asked import Asked, headers_of, parameters_of
from query_api.category_tree import as_slug
from query_api.consistency import Freshness
from query_api.documented import CATEGORY, CATEGORY_TREE, door
from query_api.listing_filters import is_id
from query_api.parts import Parts, parts_of

router = APIRouter(tags=["categories"], route_class=BytesRoute)

MODELS = frozenset({"categories"})
_ALL = """
    SELECT c.category::text AS id, c.name, c.slug, c.parent::text AS parent,
           (SELECT coalesce(sum(n.posts), 0)::bigint FROM serving.category_counts AS n
             WHERE n.category = c.category) AS posts
      FROM serving.categories AS c WHERE c.category > $1 ORDER BY c.category
"""
_BEFORE_ALL = UUID(int=0)


@router.get("/categories", summary="List categories", **door(CATEGORY_TREE))
async def list_categories(request: Request) -> Response:
    parts, asked, freshness = await _begun(request)
    items = await _tree(parts)
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, {"items": items, "next": None}, cache=PUBLIC, is_stale=is_stale)


@router.get(
    "/categories/{category}",  # noqa: FAST003 - the request carries it
    summary="Read about a category",
    **door(CATEGORY, path="category", problems={404: ["CategoryNotFound"]}),
)
async def read_category(request: Request) -> Response:
    parts, asked, freshness = await _begun(request)
    wanted: str = request.path_params["category"]
    named = {str(UUID(wanted))} if is_id(wanted) else {as_slug(wanted)}
    found = [item for item in await _tree(parts) if not named.isdisjoint((item["id"], item["slug"]))]
    is_stale = freshness is not None and await freshness.is_stale(None)
    if not found:
        headers = {"Stale": "true"} if is_stale else None
        raise Problem(404, "CategoryNotFound", "There is no such category.", headers=headers)
    return json_answer(asked, found[0], cache=PUBLIC, is_stale=is_stale)


async def _begun(request: Request) -> tuple[Parts, Asked, Freshness | None]:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    return parts, asked, await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None


async def _tree(parts: Parts) -> list[dict[str, Any]]:
    """Every category after its parent, siblings by name: there are a thousand at most."""
    rows = await parts.database.rows(_ALL, _BEFORE_ALL)
    children: dict[str | None, list[asyncpg.Record]] = {}
    for row in sorted(rows, key=lambda row: (row["name"].casefold(), row["slug"])):
        children.setdefault(row["parent"], []).append(row)
    return list(_listed(children, None, 1))


def _listed(
    children: Mapping[str | None, Sequence[asyncpg.Record]], parent: str | None, depth: int
) -> Iterator[dict[str, Any]]:
    for row in children.get(parent, ()):
        below = list(_listed(children, row["id"], depth + 1))
        deeper = sum(item["posts"] for item in below)
        yield {
            "id": row["id"],
            "name": row["name"],
            "slug": row["slug"],
            "parent": parent,
            "depth": depth,
            "posts": row["posts"],
            "posts_with_below": row["posts"] + deeper,
        }
        yield from below
