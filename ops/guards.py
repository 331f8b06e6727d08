"""Guards: each patch in tests/guards takes out one lock, compare, dedupe or limit; the test it names must then fail."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MUST_FAIL = "# must fail: "
TESTS_FAILED = 1
TIMEOUT_S = 300


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


def guards_of(root: Path, only: Sequence[str] = ()) -> list[Guard]:
    found = sorted((root / "tests" / "guards").glob("*.patch"))
    return [Guard.read(path) for path in found if not only or path.stem in only]


def run_guards(root: Path, *, only: Sequence[str]) -> int:
    """Tries every guard in a scratch copy. Returns 1 when a patch does not apply or its test still passes."""
    guards = guards_of(root, only)
    if not guards:
        print("no such guard; see tests/guards")
        return 2
    caught = 0
    for number, guard in enumerate(guards, 1):
        started = time.monotonic()
        verdict = try_guard(root, guard)
        caught += verdict == "caught"
        print(
            f"[{number}/{len(guards)}] {guard.patch.stem}: {verdict} ({time.monotonic() - started:.0f} s)", flush=True
        )
    print(f"{caught} passed, {len(guards) - caught} failed")
    return 0 if caught == len(guards) else 1


def try_guard(root: Path, guard: Guard) -> str:
    """Returns `caught`, or what went otherwise."""
    with tempfile.TemporaryDirectory(prefix="palimpsest-guard-") as scratch:
        copy = Path(scratch) / "checkout"
        copy_tracked(root, copy)
        applied = subprocess.run(  # noqa: S603 - git on a patch of our own
            ["git", "apply", "--whitespace=nowarn", str(guard.patch)],  # noqa: S607 - git is found as the user finds it
            cwd=copy,
            check=False,
            capture_output=True,
            text=True,
        )
        if applied.returncode:
            return f"THE PATCH DOES NOT APPLY: {applied.stderr.strip()}"
        return judge(root, copy, guard)


def judge(root: Path, copy: Path, guard: Guard) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test]
    # The copy's tests import the copy, and share what was fetched.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PALIMPSEST_CACHE": str(root / ".palimpsest" / "cache")}
    try:
        ran = subprocess.run(  # noqa: S603 - our own test runner
            command, cwd=copy, env=environment, check=False, capture_output=True, text=True, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return "THE TEST HANGS"
    if ran.returncode == TESTS_FAILED and " failed" in ran.stdout and " error" not in ran.stdout.splitlines()[-1]:
        return "caught"
    return f"NOT CAUGHT by {guard.test} (pytest exit code {ran.returncode})\n{ran.stdout[-2000:]}"


def copy_tracked(root: Path, copy: Path) -> None:
    """Copies the files git knows or would add, as they are now, so that the checkout itself is never touched."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - as above
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.split(b"\0")
    for name in filter(None, listed):
        source, target = root / name.decode(), copy / name.decode()
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
