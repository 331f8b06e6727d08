"""`./palimpsest` itself."""

import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT

WRAPPER = str(ROOT / "palimpsest")


def run(*words: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run((WRAPPER, *words), cwd=folder, capture_output=True, text=True, check=False)


def test_help_names_every_command_with_a_line_about_it(tmp_path: Path) -> None:
    shown = run("--help", folder=tmp_path)
    assert shown.returncode == 0
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in shown.stdout.splitlines() if line.startswith("  ")}
    assert {"up", "down", "status", "logs", "admin-password", "import", "export", "generate", "test", "bench"} <= {
        *lines
    }


def test_an_unknown_command_is_refused_with_the_nearest_one() -> None:
    refused = run("stauts")
    assert refused.returncode == 2
    assert "did you mean 'status'" in refused.stderr


@pytest.mark.parametrize("command", ["up", "down", "status", "logs"])
def test_each_command_documents_its_exit_codes(command: str, tmp_path: Path) -> None:
    shown = run(command, "--help", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "Exit codes: 0" in shown.stdout


def test_files_of_the_callers_folder_do_not_stand_in_for_our_modules(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(99)")
    assert run("status", "--help", folder=tmp_path).returncode == 0


def test_no_python_that_is_new_enough_is_said() -> None:
    told = {"PATH": "/usr/bin:/bin", "PALIMPSEST_PYTHON": "/bin/false", "HOME": "/nonexistent"}
    refused = subprocess.run((WRAPPER, "stauts"), env=told, capture_output=True, text=True, check=False)
    assert "needs Python 3.11 or newer" in refused.stderr
