"""README's commands, run literally against a live stack."""

import json
import os
import re
import subprocess
from typing import NamedTuple

import pytest

from tests.live_stack import LiveStack, eventually
from tests.servers import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
_END = "\x1e"
"""Printed behind every command, so that it can be told which said what."""


class Journey(NamedTuple):
    said: list[str]
    """What each command printed."""
    statuses: list[str]
    """What each request was answered with."""


def block_under(heading: str) -> str:
    found = re.search(rf"^## {heading}\n.*?^```bash\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert found, f"README has no commands under '{heading}'"
    return found[1]


def commands_of(block: str) -> list[str]:
    """Lines that end in a backslash go on in the next one."""
    return [line for line in block.replace("\\\n", "\0").splitlines() if line.strip()]


def here(command: str, stack: LiveStack) -> str:
    """The command for this stack's ports and folder."""
    there = {
        "localhost:8001": f"localhost:{stack.first_port + 1}",
        "localhost:8002": f"localhost:{stack.first_port + 2}",
        ".palimpsest/": f"{stack.home}/",
    }
    for written, actual in there.items():
        command = command.replace(written, actual)
    return command.replace("\0", "\\\n")


@pytest.fixture(scope="module")
def journey(stack: LiveStack, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    folder = tmp_path_factory.mktemp("journey")
    (folder / ".curlrc").write_text('write-out = "%{stderr}%{http_code}\\n"\n')
    lines = [f"{here(command, stack)}\nprintf '{_END}'" for command in commands_of(block_under("A journey"))]
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env={**os.environ, "CURL_HOME": str(folder)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert [path.name for path in folder.iterdir()] == [".curlrc"], "the journey leaves nothing behind"
    return Journey(ran.stdout.split(_END), ran.stderr.split())


def test_every_request_of_the_journey_succeeds(journey: Journey) -> None:
    assert journey.statuses == ["201", "200", "201", "200", "200"]


def test_an_account_and_a_post_are_made(journey: Journey) -> None:
    registered, published = json.loads(journey.said[0]), json.loads(journey.said[2])
    assert {"id", "version", "token"} <= registered.keys() & published.keys()
    assert re.fullmatch(r"\d+:\d+\.\d+", published["token"])


def test_the_post_can_be_read_where_its_title_leads(journey: Journey) -> None:
    post = json.loads(journey.said[4])
    assert (post["slug"], post["title"], post["status"]) == ("ola-mundo", "Olá, mundo", "published")
    assert "<h1" in post["html"]


def test_the_list_of_its_tag_holds_it_with_a_total(journey: Journey) -> None:
    found = json.loads(journey.said[5])
    assert found["total"] == len(found["items"]) == 1
    assert found["items"][0]["slug"] == "ola-mundo"


@pytest.mark.usefixtures("journey")
def test_the_welcome_mail_is_where_readme_says(stack: LiveStack) -> None:
    [looking] = [each for each in commands_of(block_under("A journey")) if each.startswith("ls ")]

    def is_there() -> bool:
        listed = subprocess.run(["bash", "-c", here(looking, stack)], check=True, capture_output=True, text=True)
        mails = [(stack.home / "mail" / name).read_text() for name in listed.stdout.split()]
        return any("To: ines@example.org" in mail for mail in mails)

    eventually(is_there, "a welcome mail to ines@example.org")


def test_up_starts_what_readme_says(stack: LiveStack) -> None:
    assert "two PostgreSQL, Kafka, Valkey, a mail sink and six processes" in block_under("Start")
    servers = {"postgres-log", "postgres-read", "kafka", "valkey", "smtp"}
    processes = {"command_api", "relay", "projectors", "query_api", "jobs", "replayer"}
    assert {each["name"] for each in stack.state()["processes"]} == servers | processes


def test_the_admins_password_is_shown_once(stack: LiveStack) -> None:
    again = stack.command("stack", "up", "--detach")
    assert again.returncode == 0
    assert "password" not in again.stdout


def test_the_table_of_commands_is_that_of_palimpsest() -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0].replace("\\|", "")
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {words.split()[0] for cell in cells for words in re.findall(r"`([^`]+)`", cell)}
    shown = subprocess.run([ROOT / "palimpsest", "--help"], check=True, capture_output=True, text=True).stdout
    known = {word for word in re.findall(r"^  (\S+)", shown, re.MULTILINE) if word.islower()}
    assert known
    assert named == known


def test_readme_has_at_most_120_lines() -> None:
    assert len(README.splitlines()) <= 120
