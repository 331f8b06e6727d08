"""Authors by what files call them: credited once a run, under ids that are the same in every run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from ops.importing.article import author_id
from ops.importing.comment import Person
from ops.importing.door import CommandDoor, Wish
from ops.importing.handles import LONGEST_NAME, handle_of, name_of
from ops.importing.remarks import Remarks


@dataclass(slots=True)
class Credits:
    door: CommandDoor
    remarks: Remarks
    directory: httpx.AsyncClient | None
    """The query API, to find authors who have accounts of their own; None: there is none to ask."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names by what files call an author, from the source's own list."""
    credited: int = 0
    """Authors, and those who wrote comments."""
    _known: dict[str, UUID | str] = field(default_factory=dict)
    """The id of an author by handle, or why there is none."""
    _people: set[UUID] = field(default_factory=set)

    async def add(self, called: Mapping[str, str]) -> None:
        """Makes sure that these authors are there, as far as may be.

        Args:
            called: what files call them, and a file that does.
        """
        new = {handle: one for one in called if (handle := handle_of(one)) not in self._known}
        wishes = [self._wish(handle, one) for handle, one in new.items()]
        answers = await self.door.send(wishes) if wishes else []
        for (handle, one), answer in zip(new.items(), answers, strict=True):
            if answer.problem is None:
                self.credited += 1
                if handle != one:
                    self.remarks.warning(called[one], f"the author {one!r} is credited as {handle}")
            if answer.problem is None or answer.code == "AccountExists":
                self._known[handle] = author_id(handle)
            else:
                found = await self._look_up(handle)
                self._known[handle] = found or f"the author {one!r}: {answer.problem.get('detail', answer.code)}"

    async def add_people(self, people: Iterable[Person]) -> None:
        """Those who wrote comments. Whether it went well shows when they are named."""
        new = {person.id: person for person in people if person.id not in self._people}
        wishes = [
            Wish("CreditAuthor", {"account": str(one.id), "handle": one.handle, "name": one.name}, makes_new=True)
            for one in new.values()
        ]
        answers = await self.door.send(wishes) if wishes else []
        self._people |= new.keys()
        self.credited += sum(answer.problem is None for answer in answers)

    def find(self, called: Iterable[str]) -> tuple[UUID, ...]:
        """Their ids, in order.

        Raises:
            LookupError: one could not be credited; it says why.
        """
        found = [self._known[handle_of(one)] for one in called]
        if missing := next((one for one in found if isinstance(one, str)), None):
            raise LookupError(missing)
        return tuple(dict.fromkeys(one for one in found if isinstance(one, UUID)))

    def _wish(self, handle: str, called: str) -> Wish:
        name = (self.names.get(called) or name_of(called))[:LONGEST_NAME].strip()
        return Wish("CreditAuthor", {"account": str(author_id(handle)), "handle": handle, "name": name}, makes_new=True)

    async def _look_up(self, handle: str) -> UUID | None:
        if self.directory is None:
            return None
        try:
            answer = await self.directory.get(f"/authors/{handle}")
            return UUID(answer.json()["id"]) if answer.is_success else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None
