"""GET /changes: server-sent events of what becomes public, changes or is withdrawn."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.consistency import ConsistencyToken, MalformedToken
from kit.http.bytes_route import BytesRoute
from kit.http.event_stream import MEDIA_TYPE, EventStream
from kit.http.problems import Problem
from query_api import parameters
from query_api.asked import headers_of, parameters_of, wrong
from query_api.documented import door
from query_api.listening import Listening
from query_api.listening_parameters import CHANGE_STREAM, LISTENED, MOST_SECONDS
from query_api.listing_filters import is_id
from query_api.parameters import Given
from query_api.parts import parts_of
from query_api.told_changes import Wishes
from read_models.changes import KINDS

router = APIRouter(tags=["changes"], route_class=BytesRoute)

MODELS = frozenset({"changes"})
_GIVEN = frozenset({"after", "kind", "post", "seconds"})
_LAST_ID = "Last-Event-ID"


@router.get(
    "/changes",
    summary="Listen to what changes",
    **door(
        CHANGE_STREAM,
        parameters=LISTENED,
        media_type=MEDIA_TYPE,
        problems={503: ["TooManyListeners"]},
    ),
)
async def listen(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _GIVEN)
    wishes, after, seconds = _wishes(given), _after(request, given), _seconds(given)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    is_stale = freshness is not None and await freshness.is_stale(None)
    listener = parts.changes.admit(wishes)
    try:
        await parts.changes.follow()
    except BaseException:
        listener.end()
        raise
    headers = {"Stale": "true"} if is_stale else {}
    return EventStream(Listening(parts.changes, listener, after, seconds), headers)


def _wishes(given: Given) -> Wishes:
    kinds = frozenset(given.get("kind", ()))
    if not kinds <= set(KINDS):
        raise wrong("kind", f"is one of {', '.join(KINDS)}")
    posts = given.get("post", ())
    if not all(map(is_id, posts)):
        raise wrong("post", "is the id of a post")
    return Wishes(kinds, frozenset(str(UUID(post)) for post in posts))


def _after(request: Request, given: Given) -> ConsistencyToken | None:
    """The header of a listener that comes back counts, not the address that it began with."""
    last = request.headers.get(_LAST_ID, "")
    try:
        if last:
            return ConsistencyToken.parse(last)
    except MalformedToken as malformed:
        raise Problem(400, "MalformedToken", f"{_LAST_ID}: {malformed}.") from None
    try:
        return ConsistencyToken.parse(parameters.one(given, "after")) if "after" in given else None
    except MalformedToken as malformed:
        raise wrong("after", str(malformed)) from None


def _seconds(given: Given) -> int | None:
    if "seconds" not in given:
        return None
    return 0 if parameters.one(given, "seconds") == "0" else parameters.whole_number(given, "seconds", MOST_SECONDS)
