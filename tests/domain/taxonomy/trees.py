"""Categories that tests begin from."""

from uuid import UUID

from domain.event import Event
from domain.taxonomy.events import CategoryCreated
from domain.taxonomy.taxonomy import Taxonomy
from tests.domain.scenario import Beside, fold

SEA, LAND, COAST, HARBOUR = (UUID(int=0xC0 + number) for number in range(4))


def created(category: UUID, name: str, parent: UUID | None = None) -> CategoryCreated:
    return CategoryCreated(category=category, name=name, slug=name.lower(), parent=parent)


TREE = (
    created(SEA, "Sea"),
    created(LAND, "Land"),
    created(COAST, "Coast", SEA),
    created(HARBOUR, "Harbour", COAST),
)


def beside(*history: Event) -> dict[str, Beside]:
    """The taxonomy as another stream that a decision looks at."""
    return {"taxonomy": Beside(fold(Taxonomy, history), len(history))}
