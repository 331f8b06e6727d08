"""Names say what a thing is for; words that say nothing are not used."""

from pathlib import Path

import pytest

from tests.architecture.measure import ROOT, python_files

EMPTY_WORDS = {"manager", "helper", "helpers", "util", "utils", "common", "base", "info", "process", "misc"}
PROCESSES = ("command_api", "relay", "projectors", "query_api", "jobs", "replayer")


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_no_file_has_an_empty_name(path: Path) -> None:
    assert not set(path.stem.split("_")) & EMPTY_WORDS, "name the file after the one concept that it holds"


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    assert path.read_text().startswith(('"""', "#!")), "begin with a one-line docstring saying what the file is for"


@pytest.mark.parametrize("name", PROCESSES)
def test_every_process_can_be_started(name: str) -> None:
    assert (ROOT / name / "__main__.py").is_file()
