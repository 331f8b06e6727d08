"""A stack of its own, which tries again sooner, and an address that it tells."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.days.endpoint import Endpoint
from tests.days.people import signed_up
from tests.journeys.hook_receiver import hook_receiver
from tests.journeys.person import Person
from tests.live_stack import LiveStack, live_stack

Arrives = Callable[..., Person]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with hook_receiver(Endpoint()) as found:
        yield found


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveStack]:
    monkeypatch.setenv("PALIMPSEST_WEBHOOK_PATIENCE_S", "3600")
    with live_stack(tmp_path_factory.mktemp("day")) as found:
        yield found


@pytest.fixture
def arrives(site: LiveStack) -> Iterator[Arrives]:
    """Who arrives leaves in the end."""
    with contextlib.ExitStack() as people:

        def arrive(name: str, language: str = "en") -> Person:
            person = signed_up(site, name, language) if name else Person(site, site.operator_token())
            people.callback(person.close)
            return person

        yield arrive
