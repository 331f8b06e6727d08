"""From a request's filters to the people that posts are listed for: who likes them, who follows their authors."""

from typing import NamedTuple
from uuid import UUID

from kit.http.bearer import sign_in_needed
from query_api import parameters
from query_api.database import Database
from query_api.listing_filters import is_id
from query_api.parameters import Given
from query_api.viewers import Viewer

_BY_ID = "SELECT a.account FROM serving.authors AS a WHERE a.account = $1 AND NOT a.is_closed"
_BY_HANDLE = "SELECT account FROM serving.author_handles WHERE handle = $1"
_NOBODY = UUID(int=0)


class Persons(NamedTuple):
    liker: UUID | None = None
    follower: UUID | None = None


async def chosen_persons(database: Database, given: Given, viewer: Viewer | None) -> Persons:
    """Who is asked for; an account that is not there likes nothing.

    Raises:
        Problem: 401 to ask for those whom one follows without signing in, 422.
    """
    handle = parameters.text(given, "liked_by")
    is_following = parameters.flag(given, "following")
    if is_following and viewer is None:
        raise sign_in_needed()
    liker = None if handle is None else await _account(database, handle)
    return Persons(liker, viewer.account if viewer and is_following else None)


async def _account(database: Database, person: str) -> UUID:
    by_id = is_id(person)
    row = await database.row(_BY_ID if by_id else _BY_HANDLE, UUID(person) if by_id else person.lower())
    return _NOBODY if row is None else UUID(str(row["account"]))
