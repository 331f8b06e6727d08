"""Who follows whom: some follow a thousand, some are followed by many."""

from domain.follows.events import AccountFollowed, AccountUnfollowed
from domain.follows.places import MOST, place_name
from ops.generating.cast import Cast, Person
from ops.generating.step import Step

_TRIES = 5
_OF_WRITERS = 0.8


class Following:
    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def follow(self) -> Step | None:
        """Of somebody who is not followed yet by that one; when all seem to be, one is left."""
        followed = None
        for _ in range(_TRIES):
            one, other = self._cast.person(skew=3), self._followee()
            if one is other:
                continue
            if not one.follows.get(other.number, 0) % 2:
                return _begun(one, other) if len(one.places) < MOST else None
            followed = one, other
        return _ended(*followed) if followed else None

    def unfollow(self) -> Step | None:
        """Whom they have followed longest."""
        for _ in range(_TRIES):
            follower = self._cast.person(skew=3)
            if follower.places:
                number = next(iter(follower.places.values()))
                return _ended(follower, self._cast.people[number])
        return self.follow()

    def _followee(self) -> Person:
        return self._cast.writer() if self._cast.random.random() < _OF_WRITERS else self._cast.person()


def _begun(follower: Person, followee: Person) -> Step:
    place = followee.id.int % MOST + 1
    while place in follower.places:
        place = place % MOST + 1
    follower.places[place] = followee.number
    event = AccountFollowed.model_construct(follower=follower.id, followee=followee.id, place=place)
    name = place_name(follower.id, place)
    return _step(event, follower, followee)._replace(claims=((name.kind, name.value),))


def _ended(follower: Person, followee: Person) -> Step:
    place = next(place for place, number in follower.places.items() if number == followee.number)
    del follower.places[place]
    name = place_name(follower.id, place)
    event = AccountUnfollowed.model_construct(follower=follower.id, followee=followee.id)
    return _step(event, follower, followee)._replace(releases=((name.kind, name.value),))


def _step(event: AccountFollowed | AccountUnfollowed, follower: Person, followee: Person) -> Step:
    version = follower.follows.get(followee.number, 0)
    follower.follows[followee.number] = version + 1
    return Step(event, f"follow-{follower.id}-{followee.id}", str(follower.id), version)
