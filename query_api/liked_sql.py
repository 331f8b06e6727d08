"""The statements behind what somebody likes, what they liked last first."""

from functools import cache

from query_api.listing_sql import CARDS, SCANNED_AT_MOST
from query_api.wishes_sql import Wish, wished

_LIKED = f"""
    SELECT t.liked_at AS key, t.post FROM serving.likes_by_account AS t
     WHERE t.account = $8 AND (t.liked_at, t.post) < ($2, $3)
     ORDER BY t.liked_at DESC, t.post DESC LIMIT {SCANNED_AT_MOST}
"""  # noqa: S608 - constants


@cache
def liked_sql(wishes: tuple[Wish, ...] = ()) -> str:
    """A page: ($1 lists, $2 time of liking and $3 post to begin beyond, $4 after, $5 before, $6 how many).

    Then $7 in how many of the lists a post must be, $8 who likes them, and the accounts of wishes. A page reads at
    most SCANNED_AT_MOST likes; a last row that does not match says up to where, when those were not all.
    """
    return f"""
        WITH matching AS MATERIALIZED (
             SELECT s.key, s.post FROM ({_LIKED}) AS s
               JOIN LATERAL (SELECT coalesce(w.published_at, w.created_at) AS listed_at
                               FROM serving.post_lists AS w WHERE w.post = s.post OFFSET 0) AS w ON true
              WHERE w.listed_at > $4 AND w.listed_at < $5
                AND (SELECT count(*) FROM serving.posts_by_time AS o
                      WHERE o.facet = ANY ($1::text[]) AND o.listed_at = w.listed_at AND o.post = s.post) = $7::int
                {wished(wishes, 9)}
              LIMIT $6),
        listed AS MATERIALIZED (
             SELECT m.key, m.post, true AS matches FROM matching AS m
              UNION ALL
             (SELECT s.key, s.post, false FROM ({_LIKED}) AS s
               WHERE (SELECT count(*) FROM matching) < $6 OFFSET {SCANNED_AT_MOST - 1}))
        {CARDS} ORDER BY l.key DESC, l.post DESC, l.matches DESC
    """  # noqa: S608 - constants


@cache
def count_liked_sql(wishes: tuple[Wish, ...] = ()) -> str:
    """How many there are: ($1 lists, $2 after, $3 before, $4 the most that are counted).

    Then $5 in how many of the lists, $6 who likes them, and the accounts of wishes.
    """
    return f"""
        SELECT count(*) AS total FROM (
               SELECT FROM serving.likes_by_account AS s
                 JOIN LATERAL (SELECT coalesce(w.published_at, w.created_at) AS listed_at
                                 FROM serving.post_lists AS w WHERE w.post = s.post OFFSET 0) AS w ON true
                WHERE s.account = $6 AND w.listed_at > $2 AND w.listed_at < $3
                  AND (SELECT count(*) FROM serving.posts_by_time AS o
                        WHERE o.facet = ANY ($1::text[]) AND o.listed_at = w.listed_at AND o.post = s.post) = $5::int
                  {wished(wishes, 7)}
                LIMIT $4) AS found
    """  # noqa: S608 - constants
