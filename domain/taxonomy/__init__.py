"""What posts are sorted by: a tree of categories, and tags that were renamed."""
