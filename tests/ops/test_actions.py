import json

import pytest

from ops.__main__ import main
from ops.acting import recorded
from tests.ops.command_line import in_process
from tests.servers import Database


async def act(log: Database) -> None:
    for target in ("tags", "authors", "accounts"):
        async with recorded(log.url("operator"), "replay", target, why="new fold", details={"workers": 1}):
            pass
    async with recorded(log.url("operator"), "prune", "tags", why=None, details={}) as action:
        action.result = "refused"


async def test_actions_are_listed_the_newest_first(
    log_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await act(log_database)
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    assert await in_process(main, ["actions", "--json", "--limit", "2"]) == 0
    newest, older = json.loads(capsys.readouterr().out)
    assert (newest["action"], newest["target"], newest["result"]) == ("prune", "tags", "refused")
    assert (older["target"], older["why"], older["details"]) == ("accounts", "new fold", {"workers": 1})
    assert await in_process(main, ["actions", "--action", "replay"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["id", "started_at"]
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]


async def test_a_database_that_is_away_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", "postgresql://palimpsest_operator:secret@127.0.0.1:1/log")
    assert await in_process(main, ["actions"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("actions: a database does not do its part")
    assert "secret" not in said
