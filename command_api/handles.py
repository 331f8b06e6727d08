"""From handles, which people write, to account ids, which commands carry."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from engine.log.names import Names
from kit.http.problems import Problem

_LONGEST = 64


async def account_of(names: Names, handle: str) -> UUID | None:
    """The account that has or had this handle."""
    if not 0 < len(handle) <= _LONGEST or "\x00" in handle:
        return None
    stream = await names.owner("handle", handle.lower())
    return None if stream is None else UUID(stream.removeprefix("account-"))


async def account_at(names: Names, handle: str) -> UUID:
    """The same for a handle in the path.

    Raises:
        Problem: 404.
    """
    found = await account_of(names, handle)
    if found is None:
        raise Problem(404, "NoSuchAccount", "There is no such account.")
    return found


async def authors_of(names: Names, handles: Any) -> Sequence[UUID]:
    """The accounts of a list of handles from a body.

    Raises:
        Problem: 422 with a pointer to each handle that nobody has.
    """
    if not isinstance(handles, list) or len(handles) > 10 or not all(isinstance(one, str) for one in handles):  # noqa: PLR2004 - the domain's limit
        raise _refused([{"pointer": "/authors", "detail": "a list of at most 10 handles"}])
    found = [await account_of(names, handle) for handle in handles]
    unknown = [{"pointer": f"/authors/{n}", "detail": "no such account"} for n, one in enumerate(found) if one is None]
    if unknown:
        raise _refused(unknown)
    return [one for one in found if one is not None]


def _refused(errors: list[dict[str, str]]) -> Problem:
    return Problem(422, "InvalidRequest", "Authors are named by their handles.", errors=errors)
