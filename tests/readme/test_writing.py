"""The journey of docs/writing.md, run literally against a live stack."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.live_stack import LiveStack
from tests.readme.test_readme import commands_of, here
from tests.servers import ROOT

_PAGE = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")


def test_the_journey_of_writers_goes_as_the_page_says(stack: LiveStack, tmp_path: Path) -> None:
    found = re.search(r"^## A journey\n.*?^```bash\n(.*?)^```", _PAGE, re.DOTALL | re.MULTILINE)
    assert found
    lines = "\n".join(here(command, stack) for command in commands_of(found[1]))
    (tmp_path / ".curlrc").write_text('write-out = "%{stderr}%{http_code}\\n"\n')
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=tmp_path,
        env={**os.environ, "CURL_HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr.split() == ["201", "200", "201", "201", "200", "412", "200", "200", "200"]
    said = list(_objects(ran.stdout))
    read, *answered = said[-3:]
    revised, refused = sorted(answered, key=lambda answer: int(answer["line"]))
    assert (read["slug"], read["status"], read["tags"]) == ("boats", "published", ["sea"])
    assert revised["result"]["version"] == 4
    assert refused["problem"]["errors"][0]["pointer"] == "/data/slug"


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects, one behind the other."""
    decoder, rest = json.JSONDecoder(), text.strip()
    while rest:
        found, end = decoder.raw_decode(rest)
        yield found
        rest = rest[end:].lstrip()
