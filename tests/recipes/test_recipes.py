"""CONTRIBUTING's recipes, followed to the letter on a scratch copy, give a product that passes its checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.scratch_checkout import ScratchCheckout
from tests.recipes.steps import steps_of
from tests.servers import JARS, ROOT

RECIPES = ("A command and its event", "A read model", "A job")
MODULES = ("domain", "read_models", "command_api", "query_api", "jobs")
TESTS = (
    "tests/domain",
    "tests/read_models/test_pins.py",
    "tests/architecture/test_sizes.py",
    "tests/architecture/test_names.py",
    "tests/recipes/pinned.py::test_a_pinned_post_goes_through_the_whole_loop",
)


def run(checkout: Path, *words: str) -> None:
    shared = {"PYTHONPATH": str(checkout), "PALIMPSEST_CACHE": str(JARS.parent)}
    ran = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=checkout,
        env={**os.environ, **shared},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{' '.join(words)}:\n{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout in which every recipe was followed."""
    copy = tmp_path_factory.mktemp("recipes") / "checkout"
    ScratchCheckout(ROOT, copy).follow()
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for recipe in RECIPES:
        steps = list(steps_of(recipe, text))
        assert steps, f"no steps under {recipe}"
        for step in steps:
            step.take(copy)
    run(copy, "ops", "catalogue")
    run(copy, "ruff", "check", "--fix", "--select", "I", "--quiet", *MODULES)
    return copy


@pytest.mark.timeout(300)
def test_what_the_recipes_make_passes_lint_and_types(checkout: Path) -> None:
    run(checkout, "ruff", "format", "--check", *MODULES, "tests/domain", "tests/read_models")
    run(checkout, "ruff", "check", "--quiet", *MODULES, "tests/domain", "tests/read_models")
    run(checkout, "mypy", *MODULES)


@pytest.mark.timeout(300)
def test_what_the_recipes_make_works(checkout: Path) -> None:
    run(checkout, "pytest", "-q", "-p", "no:cacheprovider", *TESTS)
