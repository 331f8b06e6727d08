"""A stack for each file that tries every door."""

from collections.abc import Iterator

import pytest

from tests.live_stack import LiveStack, live_stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """Its admin will close his account, among other things."""
    with live_stack(tmp_path_factory.mktemp("doors"), "--bus", "log") as running:
        yield running
