"""How a post's authors are selected: joined at query time, as names change and accounts close."""

FORMER_AUTHOR = "former author"

AUTHORS = f"""
    (SELECT coalesce(json_agg(json_build_object(
                'id', written.author,
                'handle', a.handles[cardinality(a.handles)],
                'name', CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END) ORDER BY written.place), '[]')
       FROM unnest(p.authors) WITH ORDINALITY AS written(author, place)
       LEFT JOIN serving.authors AS a ON a.account = written.author)
"""  # noqa: S608 - a constant
"""JSON of the authors of `p`, a row of post_pages, in order."""

# OFFSET 0: looked up for each row, never joined, as a plan for few authors would read them all.
IS_ERASED = "EXISTS (SELECT FROM serving.authors AS o WHERE o.account = p.owner AND o.is_erased OFFSET 0)"
"""Whether the text of `p` was erased with its owner's account: nobody sees it any more."""
