import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from ops.guards import run_guards

LIMIT = "def may_wait(waiting: int) -> bool:\n    return waiting < 3\n"
TESTS = """
from limit import may_wait


def test_no_more_than_three_wait():
    assert not may_wait(3)


def test_one_may_wait():
    assert may_wait(1)
"""
PATCH = """\
# must fail: tests/test_limit.py::{test}
diff --git a/limit.py b/limit.py
--- a/limit.py
+++ b/limit.py
@@ -1,2 +1,2 @@
 def may_wait(waiting: int) -> bool:
-    return {limit}
+    return True
"""
HOLDS = "waiting < 3"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "guards").mkdir(parents=True)
    (tmp_path / "limit.py").write_text(LIMIT)
    (tmp_path / "tests" / "test_limit.py").write_text(TESTS)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def guard(checkout: Path, name: str, test: str, limit: str = HOLDS) -> None:
    (checkout / "tests" / "guards" / f"{name}.patch").write_text(PATCH.format(test=test, limit=limit))


def tried(checkout: Path, capsys: pytest.CaptureFixture[str], *only: str, jobs: int = 2) -> tuple[int, Sequence[str]]:
    code = run_guards(checkout, only=only, jobs=jobs)
    return code, [line for line in capsys.readouterr().out.splitlines() if line.startswith("[") or "passed, " in line]


def test_a_guard_whose_test_fails_without_it_is_caught(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first", "second", "third"):
        guard(checkout, name, "test_no_more_than_three_wait")
    code, lines = tried(checkout, capsys)
    assert [line.partition(" ")[0] for line in lines[:-1]] == ["[1/3]", "[2/3]", "[3/3]"]
    assert all(": caught (" in line for line in lines[:-1])
    assert (code, lines[-1]) == (0, "3 passed, 0 failed")
    assert (checkout / "limit.py").read_text() == LIMIT


def test_what_is_not_caught_is_told_and_spoils_no_other(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guard(checkout, "a_passing_test", "test_one_may_wait")
    guard(checkout, "a_test_that_is_not_there", "test_nothing")
    guard(checkout, "b_stale", "test_no_more_than_three_wait", limit="waiting < 4")
    guard(checkout, "c_good", "test_no_more_than_three_wait")
    code, lines = tried(checkout, capsys, jobs=1)
    assert "a_passing_test: NOT CAUGHT" in lines[0]
    assert "a_test_that_is_not_there: NOT CAUGHT" in lines[1]
    assert "b_stale: THE PATCH DOES NOT APPLY" in lines[2]
    assert "c_good: caught" in lines[3]
    assert (code, lines[-1]) == (1, "1 passed, 3 failed")


def test_guards_are_tried_by_name(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guard(checkout, "one", "test_no_more_than_three_wait")
    guard(checkout, "other", "test_one_may_wait")
    assert tried(checkout, capsys, "one")[0] == 0
    assert tried(checkout, capsys, "unknown") == (2, [])
