"""Events that tests begin from."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from domain.accounts.account import Account
from domain.accounts.events import AccountRegistered, AuthorCredited
from domain.command import Command
from domain.comments.comment import Comment
from domain.comments.events import CommentWritten
from domain.comments.place import place_of
from domain.event import Event
from domain.media.events import MediaUploaded
from domain.media.media import Media
from domain.posts.events import PostDrafted, PostPublished
from domain.posts.post import Post
from tests.domain.scenario import ANA, BEN, COMMENT, COMMENT_ABOVE, MEDIA, NOW, POST, STORED, Beside, fold

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


def written(comment: UUID = COMMENT, below: CommentWritten | None = None, **changes: Any) -> CommentWritten:
    """A comment of Ben's, or whoever `author` says."""
    plain: dict[str, Any] = {
        "comment": comment,
        "post": POST,
        "author": BEN,
        "parent": None if below is None else below.comment,
        "depth": 1 if below is None else below.depth + 1,
        "place": place_of(comment, NOW, "" if below is None else below.place),
        "body": "Well *said*.",
        "answered": None if below is None else below.author,
        "post_authors": (ANA,),
    }
    return CommentWritten(**{**plain, **changes})


WRITTEN = written()


def uploaded(media: UUID = MEDIA, **changes: Any) -> MediaUploaded:
    """A picture of Ana's, or whoever `owner` says."""
    return MediaUploaded(**{"media": media, "owner": ANA, "filename": "sea.png", **asdict(STORED), **changes})


UPLOADED = uploaded()
_BEGUN: Mapping[Any, tuple[Event, ...]] = {
    Account: (REGISTERED,),
    Post: (DRAFTED, PUBLISHED),
    Comment: (written(COMMENT_ABOVE),),
    Media: (UPLOADED,),
}


def beside(command: Command) -> dict[str, Beside]:
    """The streams that a command looks at, as most commands want them."""
    return {stream: Beside(fold(kind, _BEGUN.get(kind, ())), 1) for stream, kind in command.others.items()}
