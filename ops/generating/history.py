"""What happens, in a natural mix. Events are made as the domain's decisions would make them, without asking it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from domain.posts import events as e
from ops.generating.cast import Cast
from ops.generating.comments import Commenting
from ops.generating.follows import Following
from ops.generating.ids import SeededIds
from ops.generating.likes import Liking
from ops.generating.people import Introducing
from ops.generating.posts import Posting
from ops.generating.prose import Prose
from ops.generating.step import Step


@dataclass(frozen=True, slots=True)
class Mix:
    """Of 100 events: how many of each kind."""

    drafted: float = 3
    revised: float = 6
    published: float = 3
    commented: float = 27
    edited: float = 1.5
    uncommented: float = 0.5
    flagged: float = 0.8
    moderated: float = 0.2
    liked: float = 42
    unliked: float = 2
    followed: float = 10
    unfollowed: float = 1
    retagged: float = 1
    profiles: float = 0.8
    moved: float = 0.4
    unpublished: float = 0.4
    archived: float = 0.2
    restored: float = 0.1
    deleted: float = 0.1


class History:
    """An endless history; the same seed, numbers of people and mix give the same one."""

    def __init__(self, seed: int, *, authors: int, readers: int = 0, mix: Mix | None = None) -> None:
        self._authors, self._readers = authors, readers
        self._random = Random(seed)  # noqa: S311 - texts, not secrets
        ids, prose, cast = SeededIds(self._random), Prose(self._random), Cast(self._random)
        self._people = Introducing(cast, ids, prose, seed)
        self._posts, self._comments = Posting(cast, ids, prose, seed), Commenting(cast, ids, prose)
        self._likes, self._follows = Liking(cast), Following(cast)
        self._kinds = self._weighted(mix or Mix())

    def steps(self) -> Iterator[Step]:
        """People first, then whatever happens."""
        for number in range(self._authors + self._readers):
            yield self._people.credit(is_writer=number < self._authors)
        kinds, weights = tuple(self._kinds), tuple(self._kinds.values())
        while True:
            for kind in self._random.choices(kinds, weights, k=1000):
                yield kind() or self._posts.publish() or self._posts.draft()

    def _weighted(self, mix: Mix) -> dict[Callable[[], Step | None], float]:
        posts, comments = self._posts, self._comments
        return {
            self._likes.like: mix.liked,
            self._likes.unlike: mix.unliked,
            self._follows.follow: mix.followed,
            self._follows.unfollow: mix.unfollowed,
            comments.write: mix.commented,
            comments.edit: mix.edited,
            comments.delete: mix.uncommented,
            comments.flag: mix.flagged,
            comments.moderate: mix.moderated,
            posts.draft: mix.drafted,
            posts.revise: mix.revised,
            posts.publish: mix.published,
            posts.retag: mix.retagged,
            posts.move: mix.moved,
            lambda: posts.turn(e.PostUnpublished, "draft", "published"): mix.unpublished,
            lambda: posts.turn(e.PostArchived, "archived", "draft", "published"): mix.archived,
            lambda: posts.turn(e.PostRestored, "draft", "archived"): mix.restored,
            posts.delete: mix.deleted,
            self._people.profile: mix.profiles,
        }
