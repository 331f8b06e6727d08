"""What a killed run left is ended, and nobody else is."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stack.home import Home
from stack.leftovers import end_leftovers
from stack.servers.leftovers import end_postmaster
from stack.state import ProcessState, StackState, State, save
from tests.stack.commands import is_alive

Sleeper = Callable[..., int]


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """Starts processes that would sleep for long; the words are on their command line."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> int:
        started.append(subprocess.Popen((sys.executable, "-c", "import time; time.sleep(600)", *words)))
        return started[-1].pid

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.open(min_free_mb=0)
    return made


def write_postmaster(folder: Path, pid: int) -> Path:
    file = folder / "postmaster.pid"
    file.write_text(f"{pid}\n{folder}\n0\n0\n\n127.0.0.1\n0\nready   \n")
    return file


def test_a_stale_postmaster_file_is_removed_and_its_numbers_new_owner_lives(tmp_path: Path, sleeper: Sleeper) -> None:
    stranger = sleeper("stranger")
    file = write_postmaster(tmp_path, stranger)
    end_postmaster(tmp_path)
    assert not file.exists()
    assert is_alive(stranger)


def test_a_postmaster_that_still_runs_on_the_folder_is_ended(tmp_path: Path, sleeper: Sleeper) -> None:
    left = sleeper("-D", str(tmp_path))
    write_postmaster(tmp_path, left)
    end_postmaster(tmp_path)
    assert not is_alive(left)


def remember(home: Home, pid: int, started_at: float) -> None:
    process = ProcessState("relay", State.READY, pid, started_at)
    save(home, StackState(1, started_at, State.READY, {}, [process]))


def test_a_process_of_the_killed_stack_is_ended(home: Home, sleeper: Sleeper) -> None:
    left = sleeper()
    remember(home, left, psutil.Process(left).create_time())
    end_leftovers(home)
    assert not is_alive(left)


def test_a_process_that_has_got_an_old_number_lives(home: Home, sleeper: Sleeper) -> None:
    stranger = sleeper()
    remember(home, stranger, time.time() - 3600)
    end_leftovers(home)
    assert is_alive(stranger)
