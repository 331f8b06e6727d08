"""What authors say of themselves, once for each, beside what they wrote: for who asks with `profiles=true`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from query_api.database import Database
from query_api.viewers import Viewer

NAME = "profiles"
MODELS = frozenset({"authors", "follows"})
_SELECT = """
    SELECT a.account::text AS id, a.biography, a.picture,
           EXISTS (SELECT FROM serving.follows AS f WHERE f.follower = $2::uuid AND f.followee = a.account) AS followed
      FROM serving.authors AS a WHERE a.account = ANY ($1::uuid[])
"""


async def profiles_of(
    database: Database, authors: Iterable[Iterable[UUID] | None], viewer: Viewer | None
) -> dict[str, dict[str, Any]]:
    """By account id; with whether the viewer follows them, when somebody is signed in."""
    accounts = sorted({author for each in authors if each is not None for author in each})
    rows = await database.rows(_SELECT, accounts, viewer.account if viewer else None) if accounts else []
    found = {row["id"]: {"biography": row["biography"], "picture": row["picture"]} for row in rows}
    if viewer is not None:
        for row in rows:
            found[row["id"]]["followed"] = row["followed"]
    return found
