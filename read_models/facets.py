"""Names of the lists that a post appears in: one string each, so that one index serves every filter."""

from collections.abc import Iterable
from uuid import UUID


def everything(status: str) -> str:
    return status


def by_tag(status: str, tag_key: str) -> str:
    return f"{status}/tag/{tag_key}"


def by_author(status: str, author: UUID) -> str:
    return f"{status}/author/{author.hex}"


def by_category(status: str, category: UUID) -> str:
    """Of the category itself: a list for what lies below it as well would be written anew when that is moved."""
    return f"{status}/category/{category.hex}"


def by_language(status: str, language: str) -> str:
    return f"{status}/language/{language}"


STATUSES = ("published", "draft", "archived", "scheduled")
"""All that a listed post may have."""

ANY_STATUS = "any"
"""Stands for the status in the list of all that an author has, whatever its status."""


def facets(
    status: str, tag_keys: Iterable[str], authors: Iterable[UUID], language: str, category: UUID | None
) -> list[str]:
    """Every list that a post is in, none twice."""
    found = [everything(status), by_language(status, language), *(by_tag(status, tag) for tag in tag_keys)]
    if category is not None:
        found.append(by_category(status, category))
    for author in authors:
        found += [by_author(status, author), by_author(ANY_STATUS, author)]
    return list(dict.fromkeys(found))
