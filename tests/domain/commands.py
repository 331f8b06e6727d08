"""Strategies: any command on one stream of an aggregate."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.catalogue import COMMANDS
from domain.command import Command
from domain.media.events import Variant
from tests.domain.scenario import ANA, BEN, COMMENT, COMMENT_ABOVE, HOOK, MEDIA, NOW, POST

BEGINNINGS = {
    "AccountRegistered",
    "AuthorCredited",
    "PostDrafted",
    "CommentWritten",
    "PostLiked",
    "MediaUploaded",
    "AccountFollowed",
    "SiteConfigured",
    "CategoryCreated",
    "CategoryRenamed",
    "CategoryMoved",
    "CategoryDeleted",
    "TagRenamed",
    "TagsMerged",
    "WebhookRegistered",
}
_CATEGORIES = st.integers(1, 4).map(lambda number: UUID(int=number))
_PARENTS = st.none() | st.sampled_from(["one", "two"]) | _CATEGORIES.map(str)
_TEXTS = st.sampled_from(["", "a", "Another", "<p></p>", "x y z"])
_SMALL = Variant(name="w640", sha256="5" * 64, media_type="image/webp", size_bytes=9, width=640, height=480)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "account": st.just(ANA),
    "post": st.just(POST),
    "follower": st.just(ANA),
    "followee": st.just(BEN),
    "handle": st.sampled_from(["ana", "anna"]),
    "address": st.sampled_from(["ana@example.org", "ANA@example.org", "new@example.org"]),
    "name": st.sampled_from(["Ana", "Anna"]),
    "biography": st.none() | _TEXTS,
    "picture": st.none() | st.sampled_from(["https://example.org/a.png", "http://example.org/b"]),
    "language": st.sampled_from(["en", "de"]),
    "time_zone": st.sampled_from(["UTC", "Europe/Vienna"]),
    "role": st.sampled_from(["author", "editor", "admin"]),
    "roles": st.just(("author",)) | st.just(("admin", "author")),
    "by_mail": st.sampled_from([(), ("reply",), ("reply", "digest")]),
    "notice": st.sampled_from(["reply", "digest", "report"]),
    "reason": _TEXTS,
    "is_change": st.booleans(),
    "erase_content": st.booleans(),
    "authors": st.sampled_from([(), (ANA,), (ANA, BEN), (BEN,)]),
    "title": st.sampled_from(["A title", "Another"]),
    "body": _TEXTS,
    "format": st.sampled_from(["markdown", "html"]),
    "excerpt": st.none() | _TEXTS,
    "tags": st.sampled_from([(), ("a",), ("b", "A")]),
    "slug": st.sampled_from(["one", "two", "three"]),
    "comments_allowed": st.booleans(),
    "description": _TEXTS,
    "category": _CATEGORIES,
    "CreateCategory.parent": _PARENTS,
    "MoveCategory.parent": _PARENTS,
    "DraftPost.category": st.none(),
    "RevisePost.category": st.none(),
    "tag": st.sampled_from(["a", "b", "c"]),
    "RenameTag.name": st.sampled_from(["A", "b", "C"]),
    "into": st.sampled_from(["a", "B", "c"]),
    "cover": st.none() | st.just(POST),
    "base_url": st.sampled_from(["https://example.org", "http://localhost:8000/"]),
    "comment": st.just(COMMENT),
    "parent": st.none() | st.just(COMMENT_ABOVE),
    "author": st.sampled_from([None, ANA, BEN]),
    "written_at": st.none() | st.integers(-5, 1).map(lambda days: NOW + timedelta(days=days)),
    "media": st.just(MEDIA),
    "filename": st.sampled_from([None, "sea.png"]),
    "alt": _TEXTS,
    "width": st.none() | st.just(640),
    "height": st.none() | st.just(480),
    "duration_ms": st.none() | st.just(1500),
    "colour": st.none() | st.just("#336699"),
    "placeholder": st.none() | st.just("data:image/webp;base64,AAAA"),
    "variants": st.sampled_from([(), (_SMALL,), (_SMALL, _SMALL.model_copy(update={"name": "copy"}))]),
    "RecordMediaRejected.reason": st.sampled_from(["torn", "too long"]),
    "WriteComment.body": st.sampled_from(["a", "*Another*"]),
    "EditComment.body": st.sampled_from(["a", "*Another*"]),
    "publish_at": st.integers(-1, 3).map(lambda days: NOW + timedelta(days=days)),
    "schedule": st.integers(1, 10),
    "webhook": st.just(HOOK),
    "url": st.sampled_from(["https://one.example/hooks", "http://two.example"]),
    "kinds": st.sampled_from([("post.published",), ("comment.published", "post.published")]),
    "rotate_secret": st.booleans(),
    "published_at": st.none() | st.integers(-5, 1).map(lambda days: NOW + timedelta(days=days)),
}


def _asked(kind: type[Command]) -> st.SearchStrategy[Command]:
    fields = kind.model_fields
    values = {name: _VALUES.get(f"{kind.__name__}.{name}", _VALUES[name]) for name in fields}
    required = {name: values[name] for name, field in fields.items() if field.is_required()}
    optional = {name: values[name] for name, field in fields.items() if not field.is_required()}
    return st.fixed_dictionaries(required, optional=optional).map(kind.model_validate)


def on(aggregate: type[Any]) -> st.SearchStrategy[Command]:
    return st.one_of(*(_asked(kind) for kind in COMMANDS.values() if kind.aggregate is aggregate))
