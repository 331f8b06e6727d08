"""Events that tests begin from."""

from typing import Any

from domain.accounts.events import AccountRegistered, AuthorCredited
from domain.posts.events import PostDrafted, PostPublished
from tests.domain.scenario import ANA, NOW, POST

REGISTERED = AccountRegistered(
    account=ANA,
    handle="ana",
    address="ana@example.org",
    name="Ana",
    language="en",
    time_zone="UTC",
    roles=("author",),
)
CREDITED = AuthorCredited(account=ANA, handle="ana", name="Ana")


def drafted(**changes: Any) -> PostDrafted:
    return PostDrafted(**{**_PLAIN, **changes})


_PLAIN: dict[str, Any] = {
    "post": POST,
    "owner": ANA,
    "authors": (ANA,),
    "title": "A title",
    "body": "A body.",
    "format": "markdown",
    "excerpt": None,
    "language": "en",
    "tags": ("News",),
    "slug": "a-title",
    "comments_allowed": True,
}
DRAFTED = drafted()
PUBLISHED = PostPublished(post=POST, published_at=NOW)
