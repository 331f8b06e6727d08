"""Who likes what: a few posts are liked by many."""

from domain.likes.events import PostLiked, PostUnliked
from ops.generating.cast import Cast, Person, Play
from ops.generating.step import Step

_TRIES = 5


class Liking:
    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def like(self) -> Step | None:
        """Of somebody who does not like the post yet; when everybody seems to, one takes it back."""
        liked = None
        for _ in range(_TRIES):
            if (post := self._cast.post("published", skew=3)) is None:
                return None
            liked = post, self._cast.person(skew=2)
            if not post.likes.get(liked[1].number, 0) % 2:
                break
        return _turned(*liked) if liked else None

    def unlike(self) -> Step | None:
        """Of one of the first."""
        for _ in range(_TRIES):
            if (post := self._cast.post("published", skew=3)) and post.likes:
                number = next(iter(post.likes))
                if post.likes[number] % 2:
                    return _turned(post, self._cast.people[number])
                post.likes[number] = post.likes.pop(number)
        return self.like()


def _turned(post: Play, person: Person) -> Step:
    """A like where there was none, or its end."""
    version = post.likes.get(person.number, 0)
    post.likes[person.number] = version + 1
    kind = PostUnliked if version % 2 else PostLiked
    event = kind.model_construct(post=post.id, account=person.id)
    return Step(event, f"like-{post.id}-{person.id}", str(post.id), version)
