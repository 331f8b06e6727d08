"""Preview links: signed by the command side, good until they expire or who made them may not see the post any more."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from kit.http import preview_tokens
from kit.http.bearer import LONGEST
from kit.http.problems import Problem
from query_api import parameters
from query_api.asked import wrong
from query_api.viewers import Viewer, Viewers


class Preview(NamedTuple):
    post: UUID
    maker: Viewer


def not_valid() -> Problem:
    """The same for what is forged, expired, of another post, or of who may not see it any more."""
    return Problem(403, "PreviewNotValid", "This preview link is not valid any more; ask its maker for another.")


def preview_token(given: Mapping[str, Sequence[str]]) -> str:
    if len(given) > 1:
        raise wrong("preview", "goes without the others")
    return parameters.text(given, "preview", longest=LONGEST) or ""


async def preview_of(viewers: Viewers, token: str) -> Preview:
    """What a link is good for.

    Raises:
        Problem: 403; 503 when no key can be had to verify it.
    """
    try:
        claims = await viewers.verifier.claims(token, audience=preview_tokens.AUDIENCE, required=preview_tokens.CLAIMS)
        post, account = UUID(claims["post"]), UUID(claims["sub"])
    except (Problem, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, Problem) and error.status_code != 401:  # noqa: PLR2004 - a bad token
            raise
        raise not_valid() from None
    maker = await viewers.now(account)
    if maker is None:
        raise not_valid()
    return Preview(post, maker)
