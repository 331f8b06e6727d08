"""Every command and option that the operations pages name exists."""

import contextlib
import io
import re
import subprocess
import sys
from functools import cache

import pytest

from ops.__main__ import main
from tests.readme.pages import TEXT
from tests.servers import ROOT

_CODE = re.compile(r"^```bash\n(.*?)^```|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^(?:\./)?palimpsest (?P<name>[a-z-]+)(?: (?P<second>[a-z-]+))?")
_TOOLS = dict(re.findall(r"^(?:commands=')?([a-z-]+)\|(ops|stack)\|", (ROOT / "palimpsest").read_text(), re.MULTILINE))


def lines() -> list[str]:
    """Each command line of the pages, without its comment."""
    code = [line for block, inline in _CODE.findall(TEXT) for line in (block or inline).splitlines()]
    return sorted({line.partition(" #")[0].strip() for line in code if _COMMAND.match(line)})


@cache
def help_of(*words: str) -> str:
    if _TOOLS[words[0]] == "stack":
        command = [sys.executable, "-m", "stack", *words, "--help"]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        main([*words, "--help"])
    return said.getvalue()


@pytest.mark.parametrize("line", lines())
def test_a_command_and_its_options_exist(line: str) -> None:
    found = _COMMAND.match(line)
    assert found is not None
    name, second = found["name"], found["second"]
    assert name in _TOOLS
    said = help_of(name)
    if second is not None and re.search(rf"^ +{second}(?:  |$)", said, re.MULTILINE):
        said += help_of(name, second)
    options = re.findall(r"(?<!\S)(--[a-z-]+)", line)
    assert not [option for option in options if option not in said]


def test_the_pages_name_every_command_that_acts_on_a_running_system() -> None:
    named = {found["name"] for line in lines() if (found := _COMMAND.match(line))}
    assert set(_TOOLS) - named <= {"import", "export", "generate", "test", "bench", "check"}
