"""A post as it was at a version: each field from the last version that changed it."""

from query_api.authors_sql import AUTHORS

_FIELDS = (
    "status",
    "published_at",
    "slug",
    "authors",
    "title",
    "body",
    "format",
    "excerpt",
    "language",
    "tags",
    "comments_allowed",
    "publish_at",
)
_AS_THEY_ARE = ", ".join(f"p.{field}" for field in ("version", "updated_at", *_FIELDS[:-1]))


def _at_version(field: str) -> str:
    return f"""(SELECT h.{field} FROM serving.post_history AS h
                 WHERE h.post = v.post AND h.version <= v.version AND '{field}' = ANY (h.changed)
                 ORDER BY h.version DESC LIMIT 1) AS {field}"""  # noqa: S608 - names of columns


AS_IT_WAS = f"""
    SELECT {_AS_THEY_ARE}, CASE WHEN p.status = 'scheduled' THEN p.publish_at END AS publish_at,
           {AUTHORS} AS author_list
      FROM (SELECT v.version, v.recorded_at AS updated_at, {", ".join(map(_at_version, _FIELDS))}
              FROM (SELECT h.post, h.version, h.recorded_at FROM serving.post_history AS h
                     WHERE h.post = $1 AND h.version <= $2 AND h.recorded_at <= $3
                     ORDER BY h.version DESC LIMIT 1) AS v) AS p
"""  # noqa: S608 - names of columns
"""The last of its versions: ($1 post, $2 up to this version, $3 up to this time)."""

CHANGES = """
    SELECT h.version, h.kind, h.changed, h.recorded_at AS at
      FROM serving.post_history AS h WHERE h.post = $1 AND h.version < $2 ORDER BY h.version DESC LIMIT $3
"""
"""What happened to a post, the newest first: ($1 post, $2 before this version, $3 how many)."""
