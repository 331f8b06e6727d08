"""Faults of the database driver are named in one place: a list that lacks one ends a process that should wait."""

from tests.architecture.measure import ROOT, python_files

_ITS_PLACE = "kit/database.py"
_FAULTS = ("asyncpg.InterfaceError", "asyncpg.InternalClientError")


def test_only_the_kit_names_the_faults_of_a_connection() -> None:
    naming = [path for path in python_files() if any(each in path.read_text() for each in _FAULTS)]
    assert [str(path.relative_to(ROOT)) for path in naming] == [_ITS_PLACE]
