"""From a request's filters to the lists that a post must be in."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from kit.http.bearer import sign_in_needed
from kit.http.problems import Problem
from query_api import parameters
from query_api.asked import wrong
from query_api.category_tree import with_what_is_below
from query_api.database import Database
from query_api.parameters import Given
from query_api.viewers import Viewer
from read_models import facets
from read_models.keys import language_key, tag_key

PUBLISHED = "published"
STATUSES = facets.STATUSES
MOST_TAGS = 10
_LONGEST_TAG = 50
_BY_HANDLE = "SELECT account FROM serving.author_handles WHERE handle = $1"
_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# What was renamed twice leads on; only to later renamings, so that one that was taken back ends.
_TAGS_NOW = """
    WITH RECURSIVE led AS (
         SELECT each.tag AS asked, each.tag COLLATE "C" AS tag, 0::bigint AS position
           FROM unnest($1::text[]) AS each(tag)
          UNION ALL
         SELECT led.asked, next.now, next.position FROM led CROSS JOIN LATERAL (
                SELECT r.now, r.position FROM serving.renamed_tags AS r
                 WHERE r.tag = led.tag AND r.position > led.position OFFSET 0) AS next)
    SELECT DISTINCT ON (asked) asked, tag FROM led ORDER BY asked, position DESC
"""


class Chosen(NamedTuple):
    """What is asked for, as lists of posts."""

    lists: list[str]
    """All of them have it."""
    below: list[str]
    """One of these has it too, if there are any."""
    everything: str
    """The list of all posts of the status."""


def is_id(text: str) -> bool:
    """Whether it names something by its id: handles and slugs never look like one."""
    return bool(_ID.fullmatch(text))


async def chosen_lists(database: Database, given: Given, status: str, viewer: Viewer | None) -> Chosen:
    """The lists whose intersection is asked for, none twice.

    Raises:
        Problem: 401 or 403 for drafts of others, 422 for values that are not as they should be.
    """
    found = [*await of_renamed_tags(database, status, given.get("tag", ())), *of_language(status, given)]
    author = parameters.text(given, "author")
    account = None if author is None else await _account(database, author)
    if author is not None:
        found.append(facets.by_author(status, account or UUID(int=0)))
    if status != PUBLISHED:
        found += _limited(status, account, viewer, is_author_given=author is not None)
    below = await _of_category(database, status, given)
    everything = facets.everything(status)
    lists = list(dict.fromkeys(found))
    return Chosen(lists if lists or below else [everything], below, everything)


def own_facet(status: str | None, viewer: Viewer) -> str:
    return facets.by_author(status or facets.ANY_STATUS, viewer.account)


def _limited(status: str, account: UUID | None, viewer: Viewer | None, *, is_author_given: bool) -> list[str]:
    """What is not published is listed for editors, and for its authors."""
    if viewer is None:
        raise sign_in_needed()
    if viewer.is_editor:
        return []
    if is_author_given and account != viewer.account:
        raise Problem(403, "EditorRoleRequired", "Only editors list what others have not published.")
    return [facets.by_author(status, viewer.account)]


async def of_renamed_tags(database: Database, status: str, tags: Sequence[str]) -> list[str]:
    """The lists of these tags, whatever they are called now."""
    keys = _keys(tags)
    rows = await database.rows(_TAGS_NOW, keys) if keys else []
    return [facets.by_tag(status, row["tag"]) for row in rows]


def _keys(tags: Sequence[str]) -> list[str]:
    if len(tags) > MOST_TAGS:
        raise wrong("tag", f"may be given up to {MOST_TAGS} times")
    keys = [tag_key(tag) if len(tag) <= _LONGEST_TAG and "\x00" not in tag else "" for tag in tags]
    if not all(keys):
        raise wrong("tag", f"has 1 to {_LONGEST_TAG} characters, not hyphens and spaces alone, and no U+0000")
    return keys


def of_language(status: str, given: Given) -> Iterable[str]:
    language = parameters.text(given, "language")
    if language is None:
        return []
    try:
        return [facets.by_language(status, language_key(language))]
    except ValueError as malformed:
        raise wrong("language", str(malformed)) from None


async def _of_category(database: Database, status: str, given: Given) -> list[str]:
    wanted = parameters.text(given, "category")
    if wanted is None:
        return []
    found = await with_what_is_below(database, wanted)
    return [facets.by_category(status, category) for category in found or [UUID(int=0)]]


async def _account(database: Database, author: str) -> UUID | None:
    if is_id(author):
        return UUID(author)
    row = await database.row(_BY_HANDLE, author.lower())
    return None if row is None else UUID(str(row["account"]))
