"""Some of a post's content changes; what is left out stays. One event, however much changes; none when nothing does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.command import Context, Decision
from domain.digest import digest
from domain.language import Language
from domain.partial import PartialChange
from domain.posts import shown_media
from domain.posts.content import Authors, Body, Excerpt, Title, is_blank
from domain.posts.events import Format, PostRevised
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import AuthorsMissing, AuthorsNotYours, NothingToPublish
from domain.posts.sorting import as_sorted, looked_at
from domain.posts.tags import Tags
from domain.taxonomy.naming import WhichCategory

_NEEDS_BODY = {"published": "unpublish", "scheduled": "unschedule"}


class RevisePost(PartialChange, PostCommand):
    clearable = frozenset({"excerpt", "category", "cover"})

    authors: Authors | None = None
    title: Title | None = None
    body: Body | None = None
    format: Format | None = None
    excerpt: Excerpt | None = None
    """null: cut from the body again."""
    language: Language | None = None
    tags: Tags | None = None
    comments_allowed: bool | None = None
    category: WhichCategory | None = None
    """An id or a slug; null: none."""
    cover: UUID | None = None
    """A medium's id; null: none."""

    @property
    def others(self) -> Mapping[str, type[Any]]:
        return {**looked_at(self.tags, self.category), **shown_media.looked_at(self.cover, self.body)}

    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        sorted_in = as_sorted(context, self.tags or (), self.category)
        meant = {"tags": sorted_in.tags, "category": sorted_in.category}
        changes = self.changes(lambda field, value: not _is_same(getattr(post, field), value), meant)
        if not changes:
            return Decision()
        _check(post, changes, context)
        guards = (*sorted_in.guards, *shown_media.promised(context, changes.get("cover")))
        if "body" in changes and (media := shown_media.shown(context, self.body, post.media)) != post.media:
            changes["media"] = media
        revised = PostRevised(post=post.id, owner=post.owner, changed=tuple(changes), **changes)
        return Decision(events=(revised,), guards=guards)


def _is_same(current: Any, value: Any) -> bool:
    return bool((digest(value) if isinstance(current, bytes) else value) == current)


def _check(post: Post, changes: dict[str, Any], context: Context) -> None:
    if "authors" in changes and not context.actor.is_editor:
        raise AuthorsNotYours("Only an editor names authors; leave them out.", field="/authors")
    if changes.get("authors") == ():
        raise AuthorsMissing("Name at least one author.", field="/authors")
    if post.status in _NEEDS_BODY and "body" in changes and is_blank(changes["body"]):
        way_out = _NEEDS_BODY[post.status]
        raise NothingToPublish(f"A {post.status} post needs a body; {way_out} it to empty it.", field="/body")
