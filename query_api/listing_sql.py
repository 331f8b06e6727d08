"""The statements behind pages of posts, made once for each order."""

from dataclasses import dataclass
from functools import cache

from query_api.authors_sql import AUTHORS, IS_ERASED
from query_api.categories_sql import CATEGORY
from query_api.media_sql import COVER
from query_api.popularity_sql import COMMENTS, COUNTED, LIKES
from query_api.wishes_sql import Wish, wished

SCANNED_AT_MOST = 5_000
COUNTED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Order:
    table: str
    key: str
    is_descending: bool

    @property
    def is_by_time(self) -> bool:
        return self.key == "listed_at"

    @property
    def is_by_count(self) -> bool:
        return self.key in {"likes", "comments"}

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
ORDERS_OF_PUBLISHED = ORDERS | {
    "-likes": Order("serving.posts_by_likes", "likes", is_descending=True),
    "-comments": Order("serving.posts_by_comments", "comments", is_descending=True),
}

# Cards are looked up one by one: a join that reads either side whole would be no page's cost.
CARDS = f"""
    SELECT l.key, l.post AS listed, l.matches, card.*
      FROM listed AS l
      LEFT JOIN LATERAL (
           SELECT p.post::text AS id, p.version, p.status, p.slug, p.title, coalesce(p.excerpt, p.lead) AS excerpt,
                  p.language, p.tags, {CATEGORY} AS category, {COVER} AS cover, {AUTHORS} AS authors,
                  p.comments_allowed, p.created_at, p.updated_at, p.published_at, p.publish_at,
                  p.authors AS author_ids, {LIKES} AS likes, {COMMENTS} AS comments
             FROM serving.post_pages AS p {COUNTED}
            WHERE p.post = l.post AND l.matches AND NOT {IS_ERASED} OFFSET 0) AS card
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
def any_list_sql(order: Order) -> str:
    """A page of what is in any of several lists that share no post: the parameters as above, $1 an array.

    The beginning of each is read, as far as all of the page could come from it.
    """
    return f"""
        WITH listed AS MATERIALIZED (
             SELECT s.key, s.post, true AS matches FROM ({_merged("$1", order, "$6")}) AS s)
        {CARDS} ORDER BY l.key {order.direction}, l.post {order.direction}
    """  # noqa: S608 - constants


@cache
def several_lists_sql(order: Order, *, is_along_all: bool = False, wishes: tuple[Wish, ...] = ()) -> str:
    """A page of what is in several lists: the parameters as above, $1 an array of all of them.

    The shortest of the lists in $7 is read along, or all of them merged, which then share no post. Each of their
    posts is looked up in $1: it must be in $8 of those, and as wished by the accounts from $9 on. A page reads at
    most SCANNED_AT_MOST; a last row that does not match says up to where, when that was not the list's end.
    """
    scan = _merged("$7", order, str(SCANNED_AT_MOST)) if is_along_all else _along_shortest(order)
    return f"""
        WITH shortest AS MATERIALIZED (
             SELECT each.facet FROM unnest($7::text[]) AS each(facet)
              ORDER BY (SELECT count(*) FROM (SELECT FROM {order.table} AS t WHERE t.facet = each.facet
                                               LIMIT {COUNTED_AT_MOST}) AS counted), each.facet
              LIMIT 1),
        matching AS MATERIALIZED (
             SELECT s.key, s.post FROM ({scan}) AS s
              WHERE s.listed_at > $4 AND s.listed_at < $5
                AND (SELECT count(*) FROM {order.table} AS o
                      WHERE o.facet = ANY ($1) AND o.{order.key} = s.key AND o.post = s.post) = $8::int
                {wished(wishes, 9)}
              LIMIT $6),
        listed AS MATERIALIZED (
             SELECT m.key, m.post, true AS matches FROM matching AS m
              UNION ALL
             (SELECT s.key, s.post, false FROM ({scan}) AS s
               WHERE (SELECT count(*) FROM matching) < $6 OFFSET {SCANNED_AT_MOST - 1}))
        {CARDS} ORDER BY l.key {order.direction}, l.post {order.direction}, l.matches DESC
    """  # noqa: S608 - constants


def _along_shortest(order: Order) -> str:
    return f"""
        SELECT t.{order.key} AS key, t.post, t.listed_at FROM {order.table} AS t
         WHERE t.facet = (SELECT facet FROM shortest) AND (t.{order.key}, t.post) {order.beyond} ($2, $3)
           AND {_end(order)}
         ORDER BY t.{order.key} {order.direction}, t.post {order.direction} LIMIT {SCANNED_AT_MOST}
    """  # noqa: S608 - constants


def _merged(lists: str, order: Order, limit: str) -> str:
    """The first so many of several lists that share no post, in the order that they all have."""
    return f"""
        SELECT t.key, t.post, t.listed_at
          FROM unnest({lists}::text[]) AS each(facet) CROSS JOIN LATERAL (
               SELECT t.{order.key} AS key, t.post, t.listed_at FROM {order.table} AS t
                WHERE t.facet = each.facet AND (t.{order.key}, t.post) {order.beyond} ($2, $3) AND {_end(order)}
                ORDER BY t.{order.key} {order.direction}, t.post {order.direction} LIMIT {limit}) AS t
         ORDER BY t.key {order.direction}, t.post {order.direction} LIMIT {limit}
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


@cache
def count_several_lists_sql(wishes: tuple[Wish, ...] = ()) -> str:
    """How many are in $5 of several, the parameters as above, $1 an array; and as wished, by the accounts from $6."""
    return f"""
        SELECT count(*) AS total FROM (
               SELECT FROM (
                      SELECT t.post FROM serving.posts_by_time AS t
                       WHERE t.facet = ANY ($1::text[]) AND t.listed_at > $2 AND t.listed_at < $3
                       GROUP BY t.listed_at, t.post HAVING count(*) = $5::int) AS s
                WHERE true {wished(wishes, 6)} LIMIT $4) AS found
    """  # noqa: S608 - constants


COUNT_SEVERAL_LISTS = count_several_lists_sql()


COMPARE_LENGTHS = f"""
    SELECT (SELECT min(counted.posts) FROM unnest($1::text[]) AS each(facet) CROSS JOIN LATERAL (
                   SELECT count(*) AS posts FROM (SELECT FROM serving.posts_by_time AS t WHERE t.facet = each.facet
                                                   LIMIT {COUNTED_AT_MOST}) AS first) AS counted) AS shortest,
           (SELECT count(*) FROM (
                   SELECT FROM unnest($2::text[]) AS each(facet) CROSS JOIN LATERAL (
                          SELECT FROM serving.posts_by_time AS t WHERE t.facet = each.facet
                           LIMIT {COUNTED_AT_MOST}) AS t
                    LIMIT {COUNTED_AT_MOST}) AS first) AS together
"""  # noqa: S608 - constants
"""How long the shortest of the lists $1 is, and all of $2 together; exact below COUNTED_AT_MOST."""
