from pathlib import Path

import pytest

from ops.databases import operator_urls
from stack.problem import StackProblem


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    for name in ("PALIMPSEST_LOG_URL", "PALIMPSEST_READ_URL"):
        monkeypatch.delenv(name, raising=False)


def test_databases_that_the_environment_names_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", "postgresql://one@a/log")
    monkeypatch.setenv("PALIMPSEST_READ_URL", "postgresql://two@b/read")
    assert operator_urls().log == "postgresql://one@a/log"
    assert operator_urls().read == "postgresql://two@b/read"


def test_one_database_alone_is_not_mixed_with_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", "postgresql://one@a/log")
    with pytest.raises(StackProblem, match="nothing runs"):
        operator_urls()
