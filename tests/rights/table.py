"""Who may do what: the one table that docs/rights.md shows and that is tried cell by cell."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ASKERS = ("anonymous", "owner", "another", "editor", "admin", "suspended")
"""Nobody signed in; who the thing belongs to, by role an author; another author; an editor; an admin; a suspended
author, whose tokens are good no more."""


class Cell(StrEnum):
    """What comes of asking."""

    YES = "yes"
    SIGN_IN = "sign in"
    """401."""
    NO = "no"
    """403, or 409 where the thing's state is against it."""
    HIDDEN = "hidden"
    """404, as if it were not there."""
    AS_GIVEN = "as given"
    """What is sent decides (a password, a link, a token), not who sends it."""


Y, S, N, H, G = Cell
OPEN = (Y, Y, Y, Y, Y, Y)
"""Who asks is not looked at."""
PUBLIC = (Y, Y, Y, Y, Y, S)
MEMBERS = (S, Y, Y, Y, Y, S)
OWN = (S, Y, N, Y, Y, S)
OWN_ALONE = (S, Y, N, N, N, S)
EDITORS = (S, N, N, Y, Y, S)
ADMINS = (S, N, N, N, Y, S)
GIVEN = (G, G, G, G, G, G)


@dataclass(frozen=True, slots=True)
class Right:
    door: str
    """Method and path."""
    of: str
    """Whose or which thing, as `things.py` makes them."""
    cells: tuple[Cell, ...]
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""

    @property
    def method(self) -> str:
        return self.door.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.door.partition(" ")[2]

    def of_asker(self, asker: str) -> Cell:
        return self.cells[ASKERS.index(asker)]
