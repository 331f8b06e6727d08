"""Three people on one stack."""

from collections.abc import Iterator

import pytest

from tests.journeys.person import Person, registered
from tests.live_stack import LiveStack

People = tuple[Person, Person, Person]


@pytest.fixture
def people(stack: LiveStack) -> Iterator[People]:
    """An author, a reader, and an admin."""
    found = registered(stack), registered(stack), Person(stack, stack.operator_token())
    yield found
    for person in found:
        person.close()
