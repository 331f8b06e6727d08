"""The statements behind posts by those whom somebody follows: the beginnings of many lists, merged."""

from functools import cache
from uuid import UUID

from query_api.listing_sql import CARDS, Order
from read_models import facets

_LISTS_OF_AUTHORS = facets.by_author("published", UUID(int=0)).removesuffix(UUID(int=0).hex)
_BY_FOLLOWED = f"""
    SELECT '{_LISTS_OF_AUTHORS}' || replace(f.followee::text, '-', '') AS facet
      FROM serving.follows AS f WHERE f.follower = $1
"""  # noqa: S608 - constants
_MOST_AUTHORS = 10
"""That a post has: it is in so many of the lists."""
_MANY_FOLLOWED = 100
WALKED_AT_MOST = 400
"""Posts that are looked through for a page of somebody who follows many: about the cost of as many followed."""


@cache
def walk_sql(order: Order) -> str:
    """What one finds of that page among the next WALKED_AT_MOST of all posts: the parameters of `feed_sql`.

    Each is looked up apart, which the planner is not asked about: it would read all posts of those who are followed.
    Nothing is walked for whoever follows few. When it gives as many as were asked for, these are the page.
    """
    direction = order.direction
    return f"""
        WITH listed AS MATERIALIZED (
             SELECT w.listed_at AS key, w.post, true AS matches FROM (
                    SELECT t.listed_at, t.post FROM serving.posts_by_time AS t
                     WHERE t.facet = '{facets.everything("published")}' AND {_beyond(order)}
                     ORDER BY t.listed_at {direction}, t.post {direction}
                     LIMIT (SELECT CASE WHEN count(*) < {_MANY_FOLLOWED} THEN 0 ELSE {WALKED_AT_MOST} END FROM (
                            SELECT FROM serving.follows AS f WHERE f.follower = $1 LIMIT {_MANY_FOLLOWED}) AS many)
                    ) AS w
              WHERE (SELECT true FROM serving.post_lists AS p CROSS JOIN LATERAL unnest(p.authors) AS each(author)
                      WHERE p.post = w.post
                        AND (SELECT true FROM serving.follows AS f WHERE f.follower = $1 AND f.followee = each.author)
                      LIMIT 1)
              ORDER BY w.listed_at {direction}, w.post {direction} LIMIT $6::bigint)
        {CARDS} ORDER BY l.key {direction}, l.post {direction}
    """  # noqa: S608 - constants


@cache
def feed_sql(order: Order) -> str:
    """A page by time: ($1 who follows, $2 time and $3 post to begin beyond, $4 after, $5 before, $6 how many).

    First the next post of each list is looked at. The page reaches no further than so many different ones of these as
    it has posts, so that only the few lists that begin there are read, and no further.
    """
    direction = order.direction
    within, farthest = (">=", "-infinity") if order.is_descending else ("<=", "infinity")
    last = UUID(int=0 if order.is_descending else (1 << 128) - 1)
    reach = f"""(coalesce((SELECT r.listed_at FROM reach AS r), '{farthest}'::timestamptz),
                 coalesce((SELECT r.post FROM reach AS r), '{last}'::uuid))"""  # noqa: S608 - constants
    beyond = _beyond(order)
    return f"""
        WITH followed AS MATERIALIZED ({_BY_FOLLOWED}),
        heads AS MATERIALIZED (
             SELECT f.facet, h.listed_at, h.post FROM followed AS f CROSS JOIN LATERAL (
                    SELECT t.listed_at, t.post FROM serving.posts_by_time AS t WHERE t.facet = f.facet AND {beyond}
                     ORDER BY t.listed_at {direction}, t.post {direction} LIMIT 1) AS h),
        reach AS MATERIALIZED (
             SELECT DISTINCT h.listed_at, h.post FROM heads AS h
              ORDER BY h.listed_at {direction}, h.post {direction} OFFSET $6::bigint - 1 LIMIT 1),
        listed AS MATERIALIZED (
             SELECT DISTINCT b.listed_at AS key, b.post, true AS matches
               FROM heads AS h CROSS JOIN LATERAL (
                    SELECT t.listed_at, t.post FROM serving.posts_by_time AS t WHERE t.facet = h.facet AND {beyond}
                       AND (t.listed_at, t.post) {within} {reach}
                     ORDER BY t.listed_at {direction}, t.post {direction} LIMIT $6::bigint) AS b
              WHERE (h.listed_at, h.post) {within} {reach}
              ORDER BY b.listed_at {direction}, b.post {direction} LIMIT $6::bigint)
        {CARDS} ORDER BY l.key {direction}, l.post {direction}
    """  # noqa: S608 - constants


def _beyond(order: Order) -> str:
    end = "t.listed_at > $4" if order.is_descending else "t.listed_at < $5"
    return f"""(t.listed_at, t.post) {order.beyond} ($2::timestamptz, $3::uuid)
           AND {end} AND $4::timestamptz < $5::timestamptz"""


COUNT_FEED = f"""
    WITH followed AS MATERIALIZED ({_BY_FOLLOWED})
    SELECT count(*) AS total FROM (
           SELECT DISTINCT candidate.post FROM (
                  SELECT t.post FROM followed AS f CROSS JOIN LATERAL (
                         SELECT t.post FROM serving.posts_by_time AS t
                          WHERE t.facet = f.facet AND t.listed_at > $2 AND t.listed_at < $3 LIMIT $4) AS t
                   LIMIT {_MOST_AUTHORS} * $4::bigint) AS candidate
            LIMIT $4) AS found
"""  # noqa: S608 - constants
"""How many there are: ($1 who follows, $2 after, $3 before, $4 the most that are counted)."""
