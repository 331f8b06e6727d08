"""Every read model there is: one line each."""

from engine.projection.contract import ReadModel
from read_models import (
    accounts,
    authors,
    categories,
    changes,
    comments,
    daily_counts,
    follows,
    likes,
    media,
    popularity,
    post_history,
    post_lists,
    post_pages,
    post_slugs,
    search,
    site,
    tags,
    webhooks,
)

MODELS: tuple[ReadModel, ...] = (
    accounts.MODEL,
    authors.MODEL,
    categories.MODEL,
    changes.MODEL,
    comments.MODEL,
    daily_counts.MODEL,
    follows.MODEL,
    likes.MODEL,
    media.MODEL,
    popularity.MODEL,
    post_history.MODEL,
    post_lists.MODEL,
    post_pages.MODEL,
    post_slugs.MODEL,
    search.MODEL,
    site.MODEL,
    tags.MODEL,
    webhooks.MODEL,
)
