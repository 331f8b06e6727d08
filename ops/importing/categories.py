"""The categories that articles name: created once a run, under ids that are the same in every run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from domain.posts.tags import normal_form
from ops.importing.category import Key, Path, id_of, key_of, prefixes
from ops.importing.door import Answer, CommandDoor, Wish
from ops.importing.remarks import Remarks

_WITHOUT_SLUG = {"CategorySlugTaken", "InvalidRequest"}


@dataclass(slots=True)
class Categories:
    door: CommandDoor
    remarks: Remarks
    directory: httpx.AsyncClient | None
    """The query API, to find categories that were created otherwise; None: there is none to ask."""
    created: int = 0
    _known: dict[Key, UUID | str] = field(default_factory=dict)
    """The id of a category by its path, or why there is none."""

    async def add(self, paths: Iterable[Path]) -> None:
        """Makes sure that these categories are there, and those above them, as far as may be."""
        for path in prefixes(paths):
            if key_of(path) not in self._known:
                self._known[key_of(path)] = await self._added(path)

    def find(self, path: Path) -> UUID | None:
        """The id of the last of the path; None of an empty one.

        Raises:
            LookupError: it could not be created; it says why.
        """
        match self._known[key_of(path)] if path else None:
            case str(why):
                raise LookupError(why)
            case found:
                return found

    async def _added(self, path: Path) -> UUID | str:
        parent = self._known[key_of(path[:-1])] if path[:-1] else None
        if isinstance(parent, str):
            return parent
        answer = await self._create(path, parent)
        if answer.problem is None:
            self.created += 1
        if answer.problem is None or answer.code == "CategoryExists":
            return id_of(path)
        found = await self._look_up(path, parent) if answer.code == "CategoryNameTaken" else None
        return found or f"the category {path[-1].name!r}: {_says(answer)}"

    async def _create(self, path: Path, parent: UUID | None) -> Answer:
        level = path[-1]
        data: dict[str, Any] = {"category": str(id_of(path)), "name": level.name}
        if parent:
            data["parent"] = str(parent)
        if level.slug:
            answer = await self._ask({**data, "slug": level.slug})
            if answer.code not in _WITHOUT_SLUG:
                return answer
        answer = await self._ask(data)
        if level.slug and answer.problem is None:
            self.remarks.warning(
                level.name, f"a category cannot have the slug {level.slug}; it has one made from its name"
            )
        return answer

    async def _ask(self, data: Mapping[str, Any]) -> Answer:
        (answer,) = await self.door.send([Wish("CreateCategory", dict(data))])
        return answer

    async def _look_up(self, path: Path, parent: UUID | None) -> UUID | None:
        """The one of this name that another made, below the same parent."""
        if self.directory is None:
            return None
        headers = {"Consistency-Token": self.door.seen.token, "Prefer": "wait=10"}
        try:
            answer = await self.directory.get("/categories", headers=headers if self.door.seen.token else {})
            listed = answer.json()["items"] if answer.is_success else []
            wanted = (str(parent) if parent else None, normal_form(path[-1].name))
            return next(
                (UUID(one["id"]) for one in listed if (one["parent"], normal_form(one["name"])) == wanted), None
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None


def _says(answer: Answer) -> str:
    problem = answer.problem or {}
    details = [str(error.get("detail", "")) for error in problem.get("errors") or []]
    return "; ".join(filter(None, details)) or str(problem.get("detail") or answer.code)
