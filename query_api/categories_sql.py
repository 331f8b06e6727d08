"""How categories are selected: a post's own, joined at query time, and all that lie below one."""

CATEGORY = """
    (SELECT json_build_object('id', c.category, 'name', c.name, 'slug', c.slug)
       FROM serving.categories AS c WHERE c.category = p.category)
"""
"""JSON of the category of `p`, a row of post_pages; NULL when it has none, or one that is deleted."""

ONE_ID = "SELECT c.name, c.slug FROM serving.categories AS c WHERE c.category = $1"
ONE_SLUG = """
    SELECT c.name, c.slug FROM serving.category_slugs AS s JOIN LATERAL (
           SELECT o.name, o.slug FROM serving.categories AS o WHERE o.category = s.category OFFSET 0) AS c ON true
     WHERE s.slug = $1
"""
_BELOW = """
    WITH RECURSIVE below(category) AS (
         {first}
          UNION
         SELECT k.category FROM below JOIN LATERAL (
                SELECT c.category FROM serving.category_children AS c WHERE c.parent = below.category OFFSET 0) AS k
             ON true)
    SELECT category FROM below
"""
BELOW_ID = _BELOW.format(first="SELECT c.category FROM serving.categories AS c WHERE c.category = $1")
BELOW_SLUG = _BELOW.format(first="SELECT s.category FROM serving.category_slugs AS s WHERE s.slug = $1")
"""A category, by id or slug, and all that lie below it."""
