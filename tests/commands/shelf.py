"""A tiny domain for tests of the executor: a shelf that is opened under a unique name and takes books."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Context, Decision, Guard, Name, Secret
from domain.event import Event, Scope
from domain.refusal import Refusal
from tests.log.shelf import NoteWritten


class ShelfFull(Refusal):
    pass


class ShelfExists(Refusal):
    pass


class NameTaken(Refusal):
    pass


class NothingToLeanOn(Refusal):
    pass


class ShelfOpened(Event):
    shelf: UUID
    name: str


class BookPlaced(Event):
    title: str


class ShelfCleared(Event):
    pass


EVENTS = (ShelfOpened, BookPlaced, ShelfCleared, NoteWritten)


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    books: tuple[str, ...] = ()

    @staticmethod
    def evolve(state: "Shelf | None", event: Event) -> "Shelf":
        match event:
            case ShelfOpened():
                return Shelf(event.name)
            case BookPlaced():
                return replace(_there(state), books=(*_there(state).books, event.title))
            case ShelfCleared():
                return replace(_there(state), books=())
            case _:
                return _there(state)


def _there(state: Shelf | None) -> Shelf:
    assert state
    return state


class ShelfCommand(Command):
    aggregate: ClassVar[type[Any]] = Shelf
    shelf: UUID

    @property
    def stream(self) -> str:
        return f"shelf-{self.shelf}"

    @property
    def partition_key(self) -> str:
        return str(self.shelf)


class OpenShelf(ShelfCommand):
    """Opens under the next free name, unless the name must be exactly this."""

    name: str
    is_exact: bool = False

    def decide(self, state: Shelf | None, context: Context) -> Decision:
        if state:
            raise ShelfExists("open already")
        taken = {name.value for name in context.taken}
        numbers = (self.name if n == 1 else f"{self.name}-{n}" for n in range(1, 1000))
        name = next(name for name in numbers if name not in taken)
        if self.is_exact and name != self.name:
            raise NameTaken("taken", field="/name")
        return Decision(
            events=(ShelfOpened(shelf=self.shelf, name=name),),
            claims=(Name("shelf", name), Name("owner", str(self.shelf), is_private=True)),
            secrets=(Secret("lock", "secret-combination"),),
            new_keys_for=self.shelf,
        )


class PlaceBook(ShelfCommand):
    """A shelf has room for three; a book that stands there already needs no event."""

    title: str
    beside: Guard | None = None

    def decide(self, state: Shelf | None, context: Context) -> Decision:  # noqa: ARG002 - the signature of decisions
        shelf = _there(state)
        if self.title in shelf.books:
            return Decision()
        if len(shelf.books) >= 3:
            raise ShelfFull("a shelf takes three books")
        return Decision(events=(BookPlaced(title=self.title),), guards=(self.beside,) if self.beside else ())


class LeanBook(ShelfCommand):
    """A book that leans against those of another shelf, which must not go meanwhile."""

    title: str
    against: UUID

    @property
    def _other(self) -> str:
        return f"shelf-{self.against}"

    @property
    def others(self) -> Mapping[str, type[Any]]:
        return {self._other: Shelf}

    def decide(self, state: Shelf | None, context: Context) -> Decision:  # noqa: ARG002 - the signature of decisions
        beside: Shelf | None = context.others[self._other].state
        if beside is None or not beside.books:
            raise NothingToLeanOn("no book stands there")
        return Decision(events=(BookPlaced(title=self.title),), guards=(context.guard(self._other),))


class ClearShelf(ShelfCommand):
    def decide(self, state: Shelf | None, context: Context) -> Decision:  # noqa: ARG002 - the signature of decisions
        return Decision(events=(ShelfCleared(),), releases=(Name("shelf", _there(state).name),))


class WriteNote(ShelfCommand):
    text: str

    def decide(self, state: Shelf | None, context: Context) -> Decision:  # noqa: ARG002 - the signature of decisions
        return Decision(events=(NoteWritten(writer=self.shelf, text=self.text),))


class CloseShelf(ShelfCommand):
    def decide(self, state: Shelf | None, context: Context) -> Decision:  # noqa: ARG002 - the signature of decisions
        return Decision(events=(ShelfCleared(),), destroyed_keys=((self.shelf, Scope.CONTENT),))
