"""`up --with EXAMPLE`: an example is run, shown and ended as the stack's own processes are."""

import json

import pytest

from tests.stack.commands import Stack, await_that, is_alive

PROCESSES = ["tests.stack.standin", "realworld"]


def test_an_example_is_supervised_with_the_others(stack: Stack) -> None:
    up = stack.up("--with", "realworld")
    assert up.returncode == 0, up.stdout
    assert f"realworld http://localhost:{stack.port + 4}" in up.stdout
    shown = json.loads(stack.run("status", "--json").stdout)
    assert [(each["name"], each["not_ready"]) for each in shown["processes"]] == [(name, []) for name in PROCESSES]
    assert shown["urls"]["realworld"] == f"http://localhost:{stack.port + 4}"
    logs = stack.run("logs", "realworld")
    assert (logs.returncode, "realworld" in logs.stdout) == (0, True), logs.stderr
    pids = [*stack.pids.values(), stack.state["pid"]]
    assert stack.run("down").returncode == 0
    await_that(lambda: not any(map(is_alive, pids)))


@pytest.mark.parametrize(("name", "advice"), [("RealWord", "did you mean realworld?"), ("xyz", "there are realworld")])
def test_an_unknown_example_is_refused_with_those_there_are(stack: Stack, name: str, advice: str) -> None:
    refused = stack.up("--with", name)
    assert refused.returncode == 2
    assert f"no example is called {name}; {advice}" in refused.stderr
