"""A whole stack with the RealWorld adapter, shared by the tests of one worker."""

import contextlib
import os
from collections.abc import Callable, Iterator

import pytest

from tests.examples.conduit import Conduit
from tests.live_stack import LiveStack, live_stack


@pytest.fixture(scope="session")
def realworld(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """Tests say by X-Forwarded-For from where they come: signing up is limited by address."""
    with contextlib.ExitStack() as running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PALIMPSEST_TRUSTED_PROXIES", '["127.0.0.1"]')
            patch.setenv("PALIMPSEST_CORS_ORIGINS", '["http://front.example"]')
            starting = live_stack(tmp_path_factory.mktemp("realworld"), "--with", "realworld")
            stack = running.enter_context(starting)
        yield stack


@pytest.fixture
def adapters(request: pytest.FixtureRequest) -> list[str]:
    if url := os.environ.get("REALWORLD_URL"):  # a system that runs already
        return [url]
    stack: LiveStack = request.getfixturevalue("realworld")
    return [f"http://127.0.0.1:{stack.first_port + 4}"]


@pytest.fixture
def somebody(adapters: list[str]) -> Iterator[Callable[[], Conduit]]:
    made: list[Conduit] = []

    def make() -> Conduit:
        made.append(Conduit(adapters))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def ana(somebody: Callable[[], Conduit]) -> Conduit:
    return somebody().register()


@pytest.fixture
def ben(somebody: Callable[[], Conduit]) -> Conduit:
    return somebody().register()


@pytest.fixture
def nobody(somebody: Callable[[], Conduit]) -> Conduit:
    return somebody()
