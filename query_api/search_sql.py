"""The statements behind search: candidates off the index of words, ranked, and cards for a page of them."""

from functools import cache

from query_api.listing_sql import CARDS
from read_models.search import EVERY_WORD, WORDS_OF_TITLE

CANDIDATES = 500
"""So many with the words in their title, and so many with them anywhere, are ranked: the rest is not seen."""
_FIRST_TERM = 7
_NEAR_CANDIDATES = 100

# Materialized: joined as it stands, every card would be looked up for every post of the page.
_FOUND = f"""
        , cards AS MATERIALIZED ({CARDS})
    SELECT found.*, l.tier, l.score, l.published_at AS listed_at, s.language AS searched_in, s.title AS searched_title,
           s.beginning
      FROM cards AS found
      JOIN listed AS l ON l.post = found.listed
      JOIN LATERAL (SELECT x.language, x.title, x.beginning FROM serving.search AS x WHERE x.post = l.post
                    OFFSET 0) AS s ON true
     ORDER BY l.tier DESC, l.score DESC, l.published_at DESC, l.post DESC
"""  # noqa: S608 - constants


@cache
def search_sql(terms: int, *, is_filtered: bool) -> str:
    """A page of what was found.

    Takes $1 filters; $2 tier, $3 score, $4 time and $5 post beyond which the page begins; $6 how many; then an array
    a term: the words that meet it.

    A title hit has every word in its title. The score sums, by word, how far in front it is among the words that the
    text is mostly about.
    """
    return f"""
        WITH titled AS MATERIALIZED ({_candidates(WORDS_OF_TITLE, 1, terms, is_filtered=is_filtered)}),
        anywhere AS MATERIALIZED ({_candidates(EVERY_WORD, 0, terms, is_filtered=is_filtered)}),
        ranked AS MATERIALIZED (
             SELECT c.post, max(c.tier) AS tier, max(c.score) AS score, max(c.published_at) AS published_at
               FROM (SELECT * FROM titled UNION ALL SELECT * FROM anywhere) AS c GROUP BY c.post),
        listed AS MATERIALIZED (
             SELECT r.*, NULL AS key, true AS matches FROM ranked AS r
              WHERE (r.tier, r.score, r.published_at, r.post) < ($2::int, $3::int, $4::timestamptz, $5::uuid)
                AND $1::text[] IS NOT NULL
              ORDER BY r.tier DESC, r.score DESC, r.published_at DESC, r.post DESC LIMIT $6)
        {_FOUND}
    """  # noqa: S608 - constants


@cache
def near_sql() -> str:
    """Titles that are nearly what was typed: the same parameters, and $7 is that."""
    return f"""
        WITH listed AS MATERIALIZED (
             SELECT near.*, NULL AS key, true AS matches FROM (
                    SELECT s.post, 0 AS tier, (1000 * word_similarity($7, s.title_key))::int AS score, s.published_at
                      FROM serving.search AS s
                     WHERE s.is_published AND s.title_key %> $7 AND {WORDS_OF_TITLE} @> $1::text[]
                     LIMIT {_NEAR_CANDIDATES}) AS near
              WHERE (near.tier, near.score, near.published_at, near.post)
                    < ($2::int, $3::int, $4::timestamptz, $5::uuid)
              ORDER BY near.score DESC, near.published_at DESC, near.post DESC LIMIT $6)
        {_FOUND}
    """  # noqa: S608 - constants


def _candidates(words: str, tier: int, terms: int, *, is_filtered: bool) -> str:
    parameters = [f"${number}::text[]" for number in range(_FIRST_TERM, _FIRST_TERM + terms)]
    met = [f"{words} && {each}" for each in parameters] + ([f"{words} @> $1::text[]"] if is_filtered else [])
    scores = (
        f"coalesce((SELECT 1000 / (10 + min(array_position(s.main_words, each)))"  # noqa: S608 - constants
        f" FROM unnest({parameter}) AS each), 0)"
        for parameter in parameters
    )
    return f"""
        SELECT s.post, {tier} AS tier, ({" + ".join(scores)})::int AS score, s.published_at
          FROM serving.search AS s WHERE s.is_published AND {" AND ".join(met)} LIMIT {CANDIDATES}
    """  # noqa: S608 - constants
