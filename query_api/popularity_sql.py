"""How a post's counts are selected: joined at query time, as they change often."""

COUNTED = "LEFT JOIN serving.popularity AS n ON n.post = p.post"
"""To be put behind `p`, a row of post_pages."""
LIKES = "coalesce(n.likes, 0)"
COMMENTS = "coalesce(n.comments, 0)"
"""Those that everybody sees."""
LIKED = "EXISTS (SELECT FROM serving.likes AS k WHERE k.post = p.post AND k.account = {reader})"
"""Whether the reader likes `p`."""
