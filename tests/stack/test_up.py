"""What `up` does beside starting things: it says what is in its way, and runs once a home."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from tests.servers import ROOT
from tests.stack.commands import Stack, await_that, is_alive


def test_up_returns_when_all_is_ready_and_down_ends_it(stack: Stack) -> None:
    up = stack.up()
    assert up.returncode == 0, up.stdout
    assert "ready in" in up.stdout
    assert stack.state["state"] == "ready"
    assert set(stack.pids) == {"tests.stack.standin"}
    pids = [*stack.pids.values(), stack.state["pid"]]
    status = stack.run("status", "--json")
    assert status.returncode == 0
    (process,) = json.loads(status.stdout)["processes"]
    assert process["not_ready"] == []
    assert process["memory_mb"] > 1
    assert stack.run("down").returncode == 0
    await_that(lambda: not any(map(is_alive, pids)))


def test_a_second_up_says_that_it_runs_already(stack: Stack) -> None:
    assert stack.up().returncode == 0
    second = stack.up()
    assert (second.returncode, second.stdout.startswith("runs already (process")) == (0, True), second.stdout
    third = stack.up("--with", "realworld")
    assert (third.returncode, "without realworld: end it by `palimpsest down`" in third.stdout) == (4, True)
    assert stack.run("down").returncode == 0


def test_two_stacks_run_side_by_side(new_stack: Callable[[], Stack]) -> None:
    one, other = new_stack(), new_stack()
    assert [one.up().returncode, other.up().returncode] == [0, 0]
    assert one.run("down").returncode == 0
    assert is_alive(other.pids["tests.stack.standin"])


def test_down_where_nothing_runs_is_no_failure(stack: Stack) -> None:
    down = stack.run("down")
    assert (down.returncode, down.stdout) == (0, "nothing runs\n")
    assert stack.run("status").returncode == 4


def test_a_taken_port_is_named_with_who_has_it(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.port + 1)):
        up = stack.up()
    assert up.returncode == 4
    assert f"port {stack.port + 1}" in up.stdout
    assert f"{psutil.Process().name()} (process {os.getpid()})" in up.stdout
    assert "PALIMPSEST_PORT" in up.stdout


def test_a_nearly_full_disk_is_said_before_anything_starts(stack: Stack) -> None:
    up = stack.up(PALIMPSEST_MIN_FREE_MB="1000000000")
    assert up.returncode == 5
    assert "PALIMPSEST_MIN_FREE_MB" in up.stderr
    assert not stack.home.state.exists()


def test_a_setting_that_no_process_could_read_is_said_before_anything_starts(stack: Stack) -> None:
    up = stack.up(PALIMPSEST_TRUSTED_PROXIES="10.0.0.1")
    assert (up.returncode, up.stderr) == (
        2,
        'palimpsest: PALIMPSEST_TRUSTED_PROXIES is not JSON, such as ["a", "b"]\n',
    )
    assert not stack.home.path.exists()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://postgres:secret@127.0.0.1:1/palimpsest_read", "postgresql://127.0.0.1:1/palimpsest_read: "),
        ("mysql://root:secret@127.0.0.1:1/palimpsest_read", "mysql://127.0.0.1:1/palimpsest_read: invalid DSN"),
    ],
)
def test_servers_that_cannot_be_reached_are_named(stack: Stack, url: str, shown: str) -> None:
    up = stack.up(PALIMPSEST_READ_URL=url)
    assert up.returncode == 4
    assert f"palimpsest: the read database at {shown}" in up.stdout
    assert "secret" not in up.stdout
    assert "Traceback" not in up.stdout


def test_no_secret_is_where_others_can_read_it(stack: Stack) -> None:
    assert stack.up().returncode == 0
    file = stack.home.secrets / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(stack.home.secrets.stat().st_mode) == 0o700
    known = json.loads(file.read_text())
    secrets = [known["secret"], known["postgres"], known["valkey"], *known["roles"].values()]
    assert len(set(secrets)) == len(secrets)
    shown = stack.home.state.read_text() + "".join(file.read_text() for file in stack.home.logs.iterdir())
    shown += "".join(" ".join(psutil.Process(pid).cmdline()) for pid in stack.pids.values())
    assert not [each for each in secrets if each in shown]


def test_a_process_is_told_its_own_settings_and_nothing_of_ours(stack: Stack) -> None:
    assert stack.up(AWS_SECRET_ACCESS_KEY="not for children").returncode == 0
    told = psutil.Process(stack.pids["tests.stack.standin"]).environ()
    ours = {name for name in told if name.startswith("PALIMPSEST_")}
    assert ours == {"PALIMPSEST_LOG_URL", "PALIMPSEST_HTTP_HOST", "PALIMPSEST_HTTP_PORT"}
    assert told["PALIMPSEST_LOG_URL"].startswith("postgresql://palimpsest_command:")
    assert "AWS_SECRET_ACCESS_KEY" not in told


def test_ctrl_c_at_the_terminal_stops_everything(stack: Stack) -> None:
    command = (sys.executable, "-m", "tests.stack.small_stack", "up", "--no-admin", "--bus", "log")
    with subprocess.Popen(command, env=stack.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout
        assert "ready in" in up.stdout.readline()
        pids = [*stack.pids.values()]
        up.send_signal(signal.SIGINT)
        assert up.wait(20) == 0
    assert not any(map(is_alive, pids))


def test_logs_are_shown_by_process_and_level(stack: Stack) -> None:
    assert stack.up().returncode == 0
    os.kill(stack.pids["tests.stack.standin"], signal.SIGKILL)
    await_that(lambda: stack.state["processes"][0]["restarts"] == 1)
    await_that(lambda: stack.state["processes"][0]["state"] == "ready")
    shown = stack.run("logs", "tests.stack.standin", "--level", "warning")
    assert "ended (killed by SIGKILL), starts again in" in shown.stdout
    assert stack.run("logs", "--level", "critical").stdout == ""
    assert stack.run("logs", "nobody").returncode == 2
