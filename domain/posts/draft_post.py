"""A post is begun."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.command import Actor, Context, Decision
from domain.language import Language
from domain.posts import shown_media
from domain.posts.content import Authors, Body, Excerpt, Title
from domain.posts.events import Format, PostDrafted
from domain.posts.post import Post
from domain.posts.post_command import PostCommand
from domain.posts.refusals import AuthorRoleRequired, AuthorsMissing, AuthorsNotYours, PostExists
from domain.posts.slugs import Slug, claim_asked, claim_derived
from domain.posts.sorting import Sorted, as_sorted, looked_at
from domain.posts.tags import Tags
from domain.rights import require_sign_in
from domain.taxonomy.naming import WhichCategory


class DraftPost(PostCommand):
    title: Title
    body: Body = ""
    format: Format = "markdown"
    excerpt: Excerpt | None = None
    """Left out: cut from the body."""
    language: Language = "en"
    tags: Tags = ()
    slug: Slug | None = None
    """Left out: derived from the title, with the next free number behind it."""
    authors: Authors = ()
    """In order; left out: whoever asks. Only editors may name others."""
    comments_allowed: bool = True
    category: WhichCategory | None = None
    """An id or a slug."""
    cover: UUID | None = None
    """A medium's id."""

    @property
    def others(self) -> Mapping[str, type[Any]]:
        return {**looked_at(self.tags, self.category), **shown_media.looked_at(self.cover, self.body)}

    def decide(self, state: Post | None, context: Context) -> Decision:
        require_sign_in(context.actor)
        _require_author_role(context.actor)
        if state is not None:
            raise PostExists("A post of this id exists; make a new id.", field="/post")
        authors = self._authors(context.actor)
        slug = claim_derived(self.title, context) if self.slug is None else claim_asked(self.slug, context)
        sorted_in = as_sorted(context, self.tags, self.category)
        guards = (*sorted_in.guards, *shown_media.promised(context, self.cover))
        media = shown_media.shown(context, self.body)
        drafted = self._drafted(authors, slug.value, sorted_in, media)
        return Decision(events=(drafted,), claims=(slug,), guards=guards)

    def _authors(self, actor: Actor) -> tuple[UUID, ...]:
        own = () if actor.account is None else (actor.account,)
        if self.authors and self.authors != own and not actor.is_editor:
            raise AuthorsNotYours("Only an editor names other authors; leave them out.", field="/authors")
        if not (self.authors or own):
            raise AuthorsMissing("Name at least one author.", field="/authors")
        return self.authors or own

    def _drafted(self, authors: tuple[UUID, ...], slug: str, sorted_in: Sorted, media: tuple[UUID, ...]) -> PostDrafted:
        return PostDrafted(
            post=self.post,
            owner=authors[0],
            authors=authors,
            title=self.title,
            body=self.body,
            format=self.format,
            excerpt=self.excerpt,
            language=self.language,
            tags=sorted_in.tags,
            slug=slug,
            comments_allowed=self.comments_allowed,
            category=sorted_in.category,
            cover=self.cover,
            media=media,
        )


def _require_author_role(actor: Actor) -> None:
    if not (actor.is_editor or "author" in actor.roles):
        raise AuthorRoleRequired("Writing takes the role author; an admin may grant it.")
