"""The media that a post shows: its cover, and what its text leads to as `/media/<id>`.

A private medium becomes public with the post, so whoever writes must be allowed that: it is their own, or they are an
editor. A cover that may not be shown is refused. A link that may not is left as it is written, and shows nothing.
"""

import re
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from domain.command import Context, Guard
from domain.media.media import Media
from domain.posts.refusals import CoverUnknown

MOST_LINKED = 100
_LINK = re.compile(r"/media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f-])", re.IGNORECASE)


def looked_at(cover: UUID | None, body: str | None) -> Mapping[str, type[Any]]:
    """The streams that a decision on these must see."""
    media = (*linked(body), *(() if cover is None else (cover,)))
    return {_stream(medium): Media for medium in media}


def linked(body: str | None) -> tuple[UUID, ...]:
    """What a text leads to, none twice; the first so many."""
    if not body or "/media/" not in body:
        return ()
    found = (UUID(link[1]) for link in islice(_LINK.finditer(body), 10 * MOST_LINKED))
    return tuple(dict.fromkeys(found))[:MOST_LINKED]


def shown(context: Context, body: str | None, already: Collection[UUID] = ()) -> tuple[UUID, ...]:
    """Those of a text's media that become public with it."""
    return tuple(medium for medium in linked(body) if medium in already or _may_show(context, medium))


def promised(context: Context, cover: UUID | None) -> tuple[Guard, ...]:
    """That the cover is there, and still will be when the post is stored.

    Raises:
        CoverUnknown: there is none of this id that the actor may show.
    """
    if cover is None:
        return ()
    if not _may_show(context, cover):
        raise CoverUnknown("There is no such medium of yours; upload it first.", field="/cover")
    return (context.guard(_stream(cover)),)


def _may_show(context: Context, medium: UUID) -> bool:
    found: Media | None = context.others[_stream(medium)].state
    if found is None or not found.is_usable:
        return False
    return context.actor.is_editor or context.actor.account == found.owner


def _stream(medium: UUID) -> str:
    return f"media-{medium}"
