"""The stack's folder, where it is ours and where it is not."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import down
from stack.account import Account, server_account
from stack.credentials import load, load_or_make
from stack.home import Home
from stack.locking import Lock
from stack.problem import ExitCode, StackProblem
from stack.program import Program
from tests.servers import ROOT

_OTHER_UID = 65534
_READ_ANYTHING = 2


def test_a_folder_that_we_may_not_write_to_is_said(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    command = (sys.executable, "-m", "stack", "up")
    told = {"PYTHONPATH": str(ROOT), "PALIMPSEST_HOME": str(closed / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    is_root = server_account().uid is not None
    program = Program(command, told, Account(_OTHER_UID, _OTHER_UID, _READ_ANYTHING) if is_root else Account())
    refused = subprocess.run(program.argv(), env=told, cwd="/", capture_output=True, text=True, check=False)
    assert refused.returncode == ExitCode.MACHINE, refused.stderr
    assert "PALIMPSEST_HOME" in refused.stderr


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackProblem, match="cannot write to"):
        Home(tmp_path / "file" / "home").open(min_free_mb=0)


def test_credentials_are_made_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.open(min_free_mb=0)
    assert load_or_make(home) == load_or_make(home)


def test_a_home_of_another_account_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    home.open(min_free_mb=0)
    load_or_make(home)
    lock = Lock(home.lock)
    assert lock.take()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError  # what the kernel says to everybody but root

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(StackProblem, match="another account's"):
        load(home)
    monkeypatch.undo()
    monkeypatch.setattr(os, "kill", refuse)
    monkeypatch.setenv("PALIMPSEST_HOME", str(home.path))
    with pytest.raises(StackProblem, match=f"process {os.getpid()} is another account's"):
        down.run(argparse.Namespace())
    lock.release()
