"""Guards: each patch in tests/guards takes out one lock, compare, dedupe or limit; the test it names must then fail."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from ops.scratch_checkout import ScratchCheckout

MUST_FAIL = "# must fail: "
CAUGHT = "caught"
HANGS = "THE TEST HANGS"
TIMED_OUT = "from pytest-timeout"
TESTS_FAILED = 1
TIMEOUT_S, TEST_TIMEOUT_S = 300, 240
_CLUSTER = "cluster"
_MIGRATIONS = "\n+++ b/migrations/"


@dataclass(frozen=True, slots=True)
class Guard:
    """A patch and the test that proves what the patch removes is needed."""

    patch: Path
    test: str

    @classmethod
    def read(cls, patch: Path) -> "Guard":
        first = patch.read_text().splitlines()[0]
        if not first.startswith(MUST_FAIL):
            raise ValueError(f"{patch.name} must begin with '{MUST_FAIL}tests/...::test_name'")
        return cls(patch, first.removeprefix(MUST_FAIL).strip())


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: `caught`, or what went otherwise."""

    guard: Guard
    verdict: str
    seconds: float


def guards_of(root: Path, only: Sequence[str] = ()) -> list[Guard]:
    found = sorted((root / "tests" / "guards").glob("*.patch"))
    return [Guard.read(path) for path in found if not only or path.stem in only]


def run_guards(root: Path, *, only: Sequence[str], jobs: int) -> int:
    """Tries every guard, `jobs` at a time. Returns 1 when a patch does not apply or its test still passes."""
    guards = guards_of(root, only)
    if not guards:
        print("no such guard; see tests/guards")
        return 2
    missed = 0
    for number, tried in enumerate(try_all(root, guards, jobs), 1):
        missed += tried.verdict != CAUGHT
        place = f"[{number}/{len(guards)}]"
        print(f"{place} {tried.guard.patch.stem}: {tried.verdict} ({tried.seconds:.0f} s)", flush=True)
    print(f"{len(guards) - missed} passed, {missed} failed")
    return 1 if missed else 0


def try_all(root: Path, guards: Sequence[Guard], jobs: int) -> Iterator[Tried]:
    """Yields the guards as they are done, each tried in a copy that no other uses meanwhile."""
    idle: SimpleQueue[ScratchCheckout] = SimpleQueue()
    pool = ThreadPoolExecutor(jobs)
    with tempfile.TemporaryDirectory(prefix="palimpsest-guards-") as scratch:
        _make_cluster(root, Path(scratch) / _CLUSTER)
        for number in range(jobs):
            (folder := Path(scratch) / f"checkout-{number}").mkdir()
            idle.put(ScratchCheckout(root, folder))
        try:
            yield from (done.result() for done in as_completed([pool.submit(_try, idle, guard) for guard in guards]))
        finally:
            pool.shutdown(cancel_futures=True)


def _make_cluster(root: Path, folder: Path) -> None:
    """What most tests begin with takes longer to make than they take."""
    if (root / "tests" / "kept_cluster.py").exists():
        folder.mkdir()
        subprocess.run([sys.executable, "-m", "tests.kept_cluster", str(folder)], cwd=root, check=True)  # noqa: S603 - our own


def _try(idle: SimpleQueue[ScratchCheckout], guard: Guard) -> Tried:
    started, copy = time.monotonic(), idle.get()
    try:
        copy.follow()
        why_not = copy.apply(guard.patch)
        verdict = f"THE PATCH DOES NOT APPLY: {why_not}" if why_not else _judge(copy, guard)
    finally:
        idle.put(copy)
    return Tried(guard, verdict, time.monotonic() - started)


def _judge(copy: ScratchCheckout, guard: Guard) -> str:
    # No test uses the plugin of schemathesis, and importing it takes as long as many a test.
    without = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
    command = [sys.executable, "-m", "pytest", "-q", "-x", f"--timeout={TEST_TIMEOUT_S}", *without, guard.test]
    try:
        ran = subprocess.run(  # noqa: S603 - our own test runner
            command,
            cwd=copy.folder,
            env=_environment(copy, guard),
            check=False,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return HANGS
    if TIMED_OUT in ran.stdout:  # it may have been slow, and says nothing about the guard
        return HANGS
    if ran.returncode == TESTS_FAILED and " failed" in ran.stdout and " error" not in ran.stdout.splitlines()[-1]:
        return CAUGHT
    return f"NOT CAUGHT by {guard.test} (pytest exit code {ran.returncode})\n{ran.stdout[-2000:]}"


def _environment(copy: ScratchCheckout, guard: Guard) -> dict[str, str]:
    """The copy's tests import the copy, share what was fetched, and leave what was compiled to the next guards."""
    kept = copy.folder.with_name(_CLUSTER)
    is_usable = kept.exists() and _MIGRATIONS not in guard.patch.read_text()
    return {
        **os.environ,
        "PYTHONPATH": str(copy.folder),
        "PALIMPSEST_CACHE": str(copy.root / ".palimpsest" / "cache"),
        "PALIMPSEST_TEST_CLUSTER": str(kept) if is_usable else "",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(copy.folder.parent / "compiled"),
    }
