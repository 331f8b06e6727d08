"""The state that commands on a like decide on."""

from dataclasses import dataclass, replace
from typing import assert_never

from domain.command import Name
from domain.likes import events as e


@dataclass(frozen=True, slots=True)
class Like:
    is_liked: bool

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        return ()

    @staticmethod
    def evolve(state: "Like | None", event: e.AnyLikeEvent) -> "Like":
        """The state after the event; None is a stream without events."""
        match event:
            case e.PostLiked():
                return Like(is_liked=True)
            case e.PostUnliked():
                if state is None:
                    raise ValueError(f"a like cannot begin with {type(event).__name__}")
                return replace(state, is_liked=False)
            case _:
                assert_never(event)
