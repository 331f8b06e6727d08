"""The statements behind pages of posts, made once for each order."""

from dataclasses import dataclass
from functools import cache

from query_api.authors_sql import AUTHORS, IS_ERASED

SCANNED_AT_MOST = 5_000
_COUNTED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Order:
    table: str
    key: str
    is_descending: bool

    @property
    def is_by_time(self) -> bool:
        return self.key == "listed_at"

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def beyond(self) -> str:
        return "<" if self.is_descending else ">"


ORDERS = {
    "-published_at": Order("serving.posts_by_time", "listed_at", is_descending=True),
    "published_at": Order("serving.posts_by_time", "listed_at", is_descending=False),
    "title": Order("serving.posts_by_title", "title_key", is_descending=False),
}

# Cards are looked up one by one: a join that reads either side whole would be no page's cost.
CARDS = f"""
    SELECT l.key, l.post AS listed, l.matches, card.*
      FROM listed AS l
      LEFT JOIN LATERAL (
           SELECT p.post::text AS id, p.version, p.status, p.slug, p.title, coalesce(p.excerpt, p.lead) AS excerpt,
                  p.language, p.tags, {AUTHORS} AS authors, p.comments_allowed, p.created_at, p.updated_at,
                  p.published_at, p.authors AS author_ids
             FROM serving.post_pages AS p WHERE p.post = l.post AND l.matches AND NOT {IS_ERASED} OFFSET 0) AS card
        ON true
"""  # noqa: S608 - constants
"""Of `listed`, rows of (key, post, matches), with the cards of those that match."""


@cache
def one_list_sql(order: Order) -> str:
    """A page of one list: ($1 list, $2 key and $3 post to begin beyond, $4 after, $5 before, $6 how many).

    The bound at the end where the page begins is part of the key to begin beyond: given again it would not be found
    by the index, but passed over row by row.
    """
    return f"""
        WITH listed AS MATERIALIZED (
             SELECT t.{order.key} AS key, t.post, true AS matches FROM {order.table} AS t
              WHERE t.facet = $1 AND (t.{order.key}, t.post) {order.beyond} ($2, $3) AND {_end(order)}
              ORDER BY t.{order.key} {order.direction}, t.post {order.direction} LIMIT $6)
        {CARDS} ORDER BY l.key {order.direction}, l.post {order.direction}
    """  # noqa: S608 - constants


@cache
def several_lists_sql(order: Order) -> str:
    """A page of what is in all of several lists, with one list given too: the parameters as above, $1 an array.

    The shortest list is read along, and each of its posts looked up in the others. A page reads at most
    SCANNED_AT_MOST; a last row that does not match says up to where, when that was not the list's end.
    """
    scan = f"""
        SELECT t.{order.key} AS key, t.post, t.listed_at FROM {order.table} AS t
         WHERE t.facet = (SELECT facet FROM shortest) AND (t.{order.key}, t.post) {order.beyond} ($2, $3)
           AND {_end(order)}
         ORDER BY t.{order.key} {order.direction}, t.post {order.direction} LIMIT {SCANNED_AT_MOST}
    """  # noqa: S608 - constants
    return f"""
        WITH shortest AS MATERIALIZED (
             SELECT each.facet FROM unnest($1::text[]) AS each(facet)
              ORDER BY (SELECT count(*) FROM (SELECT FROM {order.table} AS t WHERE t.facet = each.facet
                                               LIMIT {_COUNTED_AT_MOST}) AS counted), each.facet
              LIMIT 1),
        matching AS MATERIALIZED (
             SELECT s.key, s.post FROM ({scan}) AS s
              WHERE s.listed_at > $4 AND s.listed_at < $5
                AND (SELECT count(*) FROM {order.table} AS o
                      WHERE o.facet = ANY ($1) AND o.{order.key} = s.key AND o.post = s.post) = cardinality($1)
              LIMIT $6),
        listed AS MATERIALIZED (
             SELECT m.key, m.post, true AS matches FROM matching AS m
              UNION ALL
             (SELECT s.key, s.post, false FROM ({scan}) AS s
               WHERE (SELECT count(*) FROM matching) < $6 OFFSET {SCANNED_AT_MOST - 1}))
        {CARDS} ORDER BY l.key {order.direction}, l.post {order.direction}, l.matches DESC
    """  # noqa: S608 - constants


def _end(order: Order) -> str:
    """Where a list read along ends; by title it has no times to end at."""
    if not order.is_by_time:
        return "$4 < $5::timestamptz"
    return "t.listed_at > $4 AND $4 < $5" if order.is_descending else "t.listed_at < $5 AND $4 < $5"


COUNT_ONE_LIST = """
    SELECT count(*) AS total FROM (
           SELECT FROM serving.posts_by_time AS t
            WHERE t.facet = $1 AND t.listed_at > $2 AND t.listed_at < $3 LIMIT $4) AS found
"""
"""How many posts a list has: ($1 list, $2 after, $3 before, $4 the most that are counted)."""

COUNT_SEVERAL_LISTS = """
    SELECT count(*) AS total FROM (
           SELECT FROM serving.posts_by_time AS t
            WHERE t.facet = ANY ($1::text[]) AND t.listed_at > $2 AND t.listed_at < $3
            GROUP BY t.listed_at, t.post HAVING count(*) = cardinality($1::text[]) LIMIT $4) AS found
"""
"""How many are in all of several, the parameters as above, $1 an array."""
