"""From a request's filters to the lists that a post must be in."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from kit.http.bearer import sign_in_needed
from kit.http.problems import Problem
from query_api import parameters
from query_api.asked import wrong
from query_api.database import Database
from query_api.parameters import Given
from query_api.viewers import Viewer
from read_models import facets
from read_models.keys import language_key, tag_key

PUBLISHED = "published"
STATUSES = (PUBLISHED, "draft", "archived")
MOST_TAGS = 10
_LONGEST_TAG = 50
_BY_HANDLE = "SELECT account FROM serving.author_handles WHERE handle = $1"
_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_id(text: str) -> bool:
    """Whether it names something by its id: handles and slugs never look like one."""
    return bool(_ID.fullmatch(text))


async def chosen_facets(database: Database, given: Given, status: str, viewer: Viewer | None) -> list[str]:
    """The lists whose intersection is asked for, none twice.

    Raises:
        Problem: 401 or 403 for drafts of others, 422 for values that are not as they should be.
    """
    found = [*of_tags(status, given.get("tag", ())), *of_language(status, given)]
    author = parameters.text(given, "author")
    account = None if author is None else await _account(database, author)
    if author is not None:
        found.append(facets.by_author(status, account or UUID(int=0)))
    if status != PUBLISHED:
        found += _limited(status, account, viewer, is_author_given=author is not None)
    return list(dict.fromkeys(found)) or [facets.everything(status)]


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


def of_tags(status: str, tags: Sequence[str]) -> Iterable[str]:
    if len(tags) > MOST_TAGS:
        raise wrong("tag", f"may be given up to {MOST_TAGS} times")
    for tag in tags:
        key = tag_key(tag) if len(tag) <= _LONGEST_TAG else ""
        if not key:
            raise wrong("tag", f"has 1 to {_LONGEST_TAG} characters, not hyphens and spaces alone")
        yield facets.by_tag(status, key)


def of_language(status: str, given: Given) -> Iterable[str]:
    language = parameters.text(given, "language")
    if language is None:
        return []
    try:
        return [facets.by_language(status, language_key(language))]
    except ValueError as malformed:
        raise wrong("language", str(malformed)) from None


async def _account(database: Database, author: str) -> UUID | None:
    if is_id(author):
        return UUID(author)
    row = await database.row(_BY_HANDLE, author.lower())
    return None if row is None else UUID(str(row["account"]))
