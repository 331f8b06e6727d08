"""No door is left out of reading one's own writes, and the guide says what each of them waits for."""

import re
from types import ModuleType
from uuid import UUID

import pytest

from query_api import webhook_deliveries
from query_api.app import DOORS
from tests.command_api.asking import code
from tests.query_api.press import Press
from tests.servers import ROOT

_ROW = re.compile(r"^\| (?P<doors>`GET /[^|]*) \|[^|]*\| (?P<models>[^|]+) \|$", re.MULTILINE)
_PATH = re.compile(r"`(?:GET )?(/[^`?]*)")
_IN_BRACES = re.compile(r"{[^}]*}")
READING = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
SAID = {
    _IN_BRACES.sub("{}", path): row["models"] for row in _ROW.finditer(READING) for path in _PATH.findall(row["doors"])
}
"""Read models by door, with nothing in its braces."""
NEEDED = {"/search": "?q=sea", "/posts/{post}/diff": "?from=1&to=2"}


def paths(door: ModuleType) -> list[str]:
    return [route.path_format for route in door.router.routes]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_the_guide_says_what_a_door_waits_for(door: ModuleType) -> None:
    said = [SAID[path] for each in paths(door) if (path := _IN_BRACES.sub("{}", each)) in SAID]
    assert said, f"docs/reading.md has no row for {paths(door)[0]}"
    assert {model for each in said for model in each.split(", ")} == (door.MODELS or {"none"})


async def test_every_door_looks_at_the_token(press: Press) -> None:
    await press.project()
    for path in (each for door in DOORS if door is not webhook_deliveries for each in paths(door)):
        named = _IN_BRACES.sub(str(UUID(int=1)), path) + NEEDED.get(path, "")
        answer = await press.get(named, press.admin, headers={"Consistency-Token": "7:0.1"})
        assert code(answer) == (409, "ForeignEpoch"), path
