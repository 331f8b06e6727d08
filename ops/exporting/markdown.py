"""A post as a file: its name, its front matter, its body. What `import` reads back as the same post."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import yaml

from domain.taxonomy.taxonomy import Category
from ops.exporting.posts import Author
from ops.exporting.written import Written

_LONGEST_NAME_BYTES = 200


def file_name(post: Written) -> str:
    """Jekyll's form, `2015-03-17-the-slug.md`; a draft has no date."""
    slug = post.slug if len(post.slug.encode()) <= _LONGEST_NAME_BYTES else str(post.id)
    date = f"{post.published_at:%Y-%m-%d}-" if post.published_at and post.status != "draft" else ""
    return f"{date}{slug}.{'html' if post.format == 'html' else 'md'}"


def file_text(post: Written, handles: list[str], category: Category | None) -> str:
    """The front matter names what differs from what `import` takes for granted, and the id."""
    head = yaml.dump(
        _front_matter(post, handles, category), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False
    )
    return f"---\n{head}---\n\n{post.body}"


def author_list(authors: Mapping[str, Author]) -> str:
    named = {handle: {"name": author.name} for handle, author in sorted(authors.items()) if author.name}
    return str(yaml.dump(named, Dumper=yaml.CSafeDumper, allow_unicode=True))


def category_list(categories: Mapping[UUID, Category]) -> str:
    """By slug: the id, the name, and the slug of what it lies below."""
    listed = {
        one.slug: {
            "id": str(one.id),
            "name": one.name,
            **({"parent": categories[one.parent].slug} if one.parent else {}),
        }
        for one in sorted(categories.values(), key=lambda each: each.slug)
    }
    return str(yaml.dump(listed, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))


def _front_matter(post: Written, handles: list[str], category: Category | None) -> dict[str, Any]:
    is_public = post.published_at is not None and post.status in {"published", "scheduled", "archived"}
    fields: dict[str, Any] = {
        "id": str(post.id),
        "title": post.title,
        "slug": post.slug,
        "date": post.published_at.isoformat() if post.published_at and is_public else None,
        "authors": handles,
        "category": category.slug if category else None,
        "tags": list(post.tags),
        "language": post.language,
        "excerpt": post.excerpt,
        "cover": f"/media/{post.cover}/original" if post.cover else None,
        "redirect_from": [f"/{slug}" for slug in post.earlier_slugs],
        "draft": not is_public,
        "archived": post.status == "archived",
    }
    comments = {} if post.comments_allowed else {"comments": False}
    return {name: value for name, value in fields.items() if value} | comments
