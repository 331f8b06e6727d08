"""Who wants which mails, and what mails say of posts, as the read models have it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.accounts.profile import Notice

# Reads the whole table: for questions of the clock, and for moderators, who are rarely needed.
_WANTING = """
    SELECT account FROM serving.accounts
     WHERE status = 'active' AND address_is_confirmed AND $1 = ANY (notified_by_mail)
"""
_EDITORS_WANTING = f"{_WANTING} AND roles && ARRAY['editor', 'admin']"
_IS_PUBLIC = """
    p.status = 'published' AND p.title IS NOT NULL
    AND NOT EXISTS (SELECT FROM serving.authors AS o WHERE o.account = p.owner AND o.is_erased)
"""
_POST = f"SELECT p.title, p.slug FROM serving.post_pages AS p WHERE p.post = $1 AND {_IS_PUBLIC}"  # noqa: S608 - constants
_FOLLOWED = f"""
    WITH listed AS MATERIALIZED (
         SELECT DISTINCT t.listed_at, t.post
           FROM serving.follows AS f
           JOIN serving.posts_by_time AS t ON t.facet = 'published/author/' || replace(f.followee::text, '-', '')
          WHERE f.follower = $1 AND t.listed_at >= $2 AND t.listed_at < $3)
    SELECT p.title, p.slug, count(*) OVER () AS total,
           ARRAY(SELECT coalesce(a.name, a.handles[cardinality(a.handles)])
                   FROM unnest(p.authors) WITH ORDINALITY AS written(author, place)
                   JOIN serving.authors AS a ON a.account = written.author AND NOT a.is_closed
                  ORDER BY written.place) AS authors
      FROM listed JOIN serving.post_pages AS p ON p.post = listed.post
     WHERE $1 <> ALL (p.authors) AND {_IS_PUBLIC}
     ORDER BY listed.listed_at DESC, listed.post DESC LIMIT $4
"""  # noqa: S608 - constants
_COMMENTED = f"""
    SELECT p.title, p.slug, count(*) AS comments
      FROM serving.comments AS c
      JOIN serving.post_pages AS p ON p.post = c.post
      JOIN serving.accounts AS a ON a.account = c.author AND a.status = 'active'
     WHERE c.comment = ANY ($1::uuid[]) AND c.status = 'shown' AND {_IS_PUBLIC}
     GROUP BY p.post, p.title, p.slug ORDER BY comments DESC, p.post
"""  # noqa: S608 - constants


class PublicPost(NamedTuple):
    title: str
    slug: str


class CommentedPost(NamedTuple):
    title: str
    slug: str
    comments: int


class FollowedPost(NamedTuple):
    title: str
    slug: str
    authors: list[str]
    """Their names, in order."""


class Audience:
    """Looks into the read database; wait for what a mail is about first.

    Args:
        pool: of the read database.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def wanting(self, notice: Notice) -> list[UUID]:
        """Everybody who has chosen it and may be written to."""
        return [row["account"] for row in await self._pool.fetch(_WANTING, notice)]

    async def editors_wanting(self, notice: Notice) -> list[UUID]:
        """The editors and admins among them."""
        return [row["account"] for row in await self._pool.fetch(_EDITORS_WANTING, notice)]

    async def public_post(self, post: UUID) -> PublicPost | None:
        """None: it is not published, or its text is erased."""
        row = await self._pool.fetchrow(_POST, post)
        return None if row is None else PublicPost(row["title"], row["slug"])

    async def commented(self, comments: list[UUID]) -> list[CommentedPost]:
        """How many of these are shown below which public posts, most first; none by who is suspended or gone."""
        return [CommentedPost(*row) for row in await self._pool.fetch(_COMMENTED, comments)]

    async def published_for(
        self, follower: UUID, since: datetime, until: datetime, most: int
    ) -> tuple[list[FollowedPost], int]:
        """The newest posts of that time by those whom somebody follows, and how many there are in all."""
        rows = await self._pool.fetch(_FOLLOWED, follower, since, until, most)
        posts = [FollowedPost(row["title"], row["slug"], list(row["authors"])) for row in rows]
        return posts, rows[0]["total"] if rows else 0
