"""Every guard's patch still applies and names a test that exists; `test --guards` then shows that the test fails."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ops.guards import Guard, guards_of
from tests.architecture.measure import ROOT

GUARDS = guards_of(ROOT)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.patch.stem)
def test_the_patch_applies(guard: Guard) -> None:
    git = shutil.which("git")
    assert git
    ran = subprocess.run([git, "apply", "--check", guard.patch], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, f"make {guard.patch.name} anew: {ran.stderr}"


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.patch.stem)
def test_the_test_that_must_fail_exists(guard: Guard) -> None:
    file, _, rest = guard.test.partition("::")
    name = rest.rpartition("::")[2].partition("[")[0]
    words = " ".join(path.read_text() for path in [ROOT / file, *(ROOT / file).parent.glob("*contract*.py")])
    assert Path(ROOT / file).is_file()
    assert f"def {name}(" in words
