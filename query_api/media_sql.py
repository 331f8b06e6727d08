"""How a medium is selected, and who may see it."""

from query_api.authors_sql import IS_ERASED

# A use is of a public post already; what was erased is public no more.
_IS_PUBLIC = f"""
    (m.status <> 'rejected' AND EXISTS (
        SELECT FROM serving.media_uses AS u JOIN serving.post_pages AS p ON p.post = u.post
         WHERE u.media = m.media AND p.status = 'published' AND NOT {IS_ERASED} OFFSET 0))
"""
COLUMNS = f"""
    m.media::text AS id, m.version, m.owner::text AS owner, m.owner AS owner_id, m.status, m.media_type AS type,
    m.size_bytes, m.width, m.height, m.duration_ms, m.alt, m.colour, m.placeholder, m.uploaded_at, m.filename, m.reason,
    m.variants, m.sha256,
    {_IS_PUBLIC} AS is_public
"""
NOT_ERASED = "NOT EXISTS (SELECT FROM serving.authors AS e WHERE e.account = m.owner AND e.is_erased OFFSET 0)"
"""Whose text was erased with their account, their media are too: nobody sees them any more."""
ONE = f"SELECT {COLUMNS} FROM serving.media AS m WHERE m.media = $1 AND {NOT_ERASED}"  # noqa: S608 - constants
"""By its id."""
COVER = f"""
    (SELECT m.card FROM serving.media AS m WHERE m.media = p.cover AND m.status <> 'rejected' AND {NOT_ERASED} OFFSET 0)
"""  # noqa: S608 - constants
"""JSON of the cover of `p`, a row of post_pages; NULL when it has none, or one that nobody is to see."""
