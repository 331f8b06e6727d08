"""Cards of posts as one reader may see them."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from query_api.answers import without
from query_api.database import Database
from query_api.from_json import with_json
from query_api.viewers import Viewer

PUBLISHED = "published"
_LIKED = "SELECT l.post::text AS id FROM serving.likes AS l WHERE l.post = ANY ($1::uuid[]) AND l.account = $2"


async def items(
    database: Database, cards: "Sequence[asyncpg.Record]", status: str | None, viewer: Viewer | None
) -> list[dict[str, Any]]:
    """What is shown of the posts of one status, or of any; with what the viewer likes of it."""
    found = [_item(card) for card in cards if _is_shown(card, status, viewer)]
    if viewer is not None and found:
        rows = await database.rows(_LIKED, [item["id"] for item in found], viewer.account)
        liked = {row["id"] for row in rows}
        for item in found:
            item["liked"] = item["id"] in liked
    return found


def _is_shown(card: "asyncpg.Record", status: str | None, viewer: Viewer | None) -> bool:
    """A card as it is now: lists and pages are folded apart, and what was just hidden must not be shown."""
    if card["id"] is None or status not in (None, card["status"]):
        return False
    return card["status"] == PUBLISHED or (viewer is not None and viewer.may_edit(card["author_ids"]))


def _item(card: "asyncpg.Record") -> dict[str, Any]:
    of_its_time = () if card["status"] == "scheduled" else ("publish_at",)
    return with_json(without(card, "key", "listed", "matches", "author_ids", *of_its_time))
