"""The state that commands on a follow decide on."""

from dataclasses import dataclass, replace
from typing import assert_never

from domain.command import Name
from domain.follows import events as e
from domain.follows.places import place_name


@dataclass(frozen=True, slots=True)
class Follow:
    place: Name | None
    """The place that it takes among those of the follower; None: they do not follow."""

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        return () if self.place is None else (self.place,)

    @staticmethod
    def evolve(state: "Follow | None", event: e.AnyFollowEvent) -> "Follow":
        """The state after the event; None is a stream without events."""
        match event:
            case e.AccountFollowed():
                return Follow(place_name(event.follower, event.place))
            case e.AccountUnfollowed():
                if state is None:
                    raise ValueError(f"a follow cannot begin with {type(event).__name__}")
                return replace(state, place=None)
            case _:
                assert_never(event)
