"""What all commands on a medium share."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Context
from domain.media.media import Media
from domain.media.refusals import NoSuchMedia, NotYourMedia
from domain.rights import require_sign_in, require_system


class MediaCommand(Command):
    aggregate: ClassVar[type[Any]] = Media

    media: UUID

    @cached_property
    def stream(self) -> str:
        return f"media-{self.partition_key}"

    @cached_property
    def partition_key(self) -> str:
        return str(self.media)


def own_media(state: Media | None, context: Context) -> Media:
    """Gives a medium that the actor may change: its owner, or an editor.

    Raises:
        SignInRequired: nobody is signed in.
        NoSuchMedia: there is none, or it is deleted.
        NotYourMedia: somebody else's.
    """
    require_sign_in(context.actor)
    media = existing(state)
    if not (context.actor.is_editor or context.actor.account == media.owner):
        raise NotYourMedia("Only its owner and editors may change it.")
    return media


def looked_into(state: Media | None, context: Context) -> Media:
    """Gives a medium to the job that has looked into it.

    Raises:
        OnlyTheSystem: anybody else.
        NoSuchMedia: it was deleted meanwhile.
    """
    require_system(context.actor, "Media are looked into when they are uploaded.")
    return existing(state)


def existing(state: Media | None) -> Media:
    if state is None or state.status == "deleted":
        raise NoSuchMedia("There is no such medium.")
    return state
