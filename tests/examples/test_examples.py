"""The example programs, run as their readers run them, against a whole stack."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kit.consistency import ConsistencyToken
from query_api.app import ROUTERS
from query_api.changes_sql import Change
from query_api.told_changes import tell
from read_models.changes import KINDS
from tests.live_stack import LiveStack
from tests.servers import ROOT

EXAMPLES = ROOT / "examples"
PASSWORD = "a long enough secret"


def run(script: str, *words: str) -> str:
    command = [sys.executable, str(EXAMPLES / script), *words]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def handle(stack: LiveStack) -> str:
    name = f"e{uuid4().hex[:12]}"
    new = {"handle": name, "address": f"{name}@example.org", "name": "Inês <3", "password": PASSWORD}
    httpx.post(f"{stack.command_url}/accounts", json=new, timeout=20).raise_for_status()
    return name


def written(stack: LiveStack, handle: str, folder: Path, title: str) -> str:
    """The slug of what the writer's script published."""
    file = folder / "post.md"
    file.write_text(f"# {title}\n\nIt was *long* before.\n", encoding="utf-8")
    words = ("--handle", handle, "--password", PASSWORD, "--commands", stack.command_url, "--queries", stack.query_url)
    said = run("writer/write_post.py", *words, str(file)).strip()
    assert said.startswith(f"{title}: {stack.query_url}/posts/")
    return said.rpartition("/")[2]


def test_what_the_writer_publishes_the_reader_writes_once(stack: LiveStack, handle: str, tmp_path: Path) -> None:
    slug, site = written(stack, handle, tmp_path, f"Light & sea {handle}"), tmp_path / "site"
    first = run("reader/build_site.py", str(site), "--queries", stack.query_url)
    assert f"wrote {slug}.html" in first
    page = (site / f"{slug}.html").read_text(encoding="utf-8")
    assert f"<h1>Light &amp; sea {handle}</h1>" in page
    assert "<p>Inês &lt;3</p>" in page
    assert "<em>long</em>" in page
    assert f'<a href="{slug}.html">' in (site / "index.html").read_text(encoding="utf-8")

    assert slug not in run("reader/build_site.py", str(site), "--queries", stack.query_url)
    withdraw(stack, handle, slug)
    assert f"removed {slug}.html" in run("reader/build_site.py", str(site), "--queries", stack.query_url)
    assert not (site / f"{slug}.html").exists()


def test_a_page_of_the_reader_is_no_other_file_and_has_a_name_that_a_folder_takes() -> None:
    file_of = runpy.run_path(str(EXAMPLES / "reader" / "build_site.py"))["file_of"]
    assert file_of("the-sea", "0192") == "the-sea.html"
    assert file_of("index", "0192") == file_of("海" * 80, "0192") == "0192.html"


def withdraw(stack: LiveStack, handle: str, slug: str) -> None:
    form = {"grant_type": "password", "username": handle, "password": PASSWORD}
    token = httpx.post(f"{stack.command_url}/auth/token", data=form, timeout=20).json()["access_token"]
    post = httpx.get(f"{stack.query_url}/posts/{slug}", timeout=20).json()["id"]
    bearer = {"Authorization": f"Bearer {token}"}
    done = httpx.delete(f"{stack.command_url}/posts/{post}", headers=bearer, timeout=20).raise_for_status()
    wait = {"Consistency-Token": done.headers["Consistency-Token"], "Prefer": "wait=10, handling=strict"}
    assert httpx.get(f"{stack.query_url}/posts", headers=wait, timeout=20).status_code == 200


SCRIPT = (EXAMPLES / "dashboard" / "dashboard.js").read_text(encoding="utf-8")


def test_the_dashboard_knows_every_kind_and_field_of_a_change() -> None:
    [listed] = re.findall(r"KINDS = \[(.*?)\]", SCRIPT, re.DOTALL)
    assert tuple(re.findall(r'"([a-z.]+)"', listed)) == KINDS
    change = Change(0, 1, "comment.published", str(uuid4()), str(uuid4()), is_told=True)
    sent = tell([change], ConsistencyToken(1, {0: 0}), {0: 1}).whole.decode()
    assert {*re.findall(r"\bchange\.(\w+)", SCRIPT)} <= {*re.findall(r'"(\w+)":', sent)}


def test_the_dashboard_asks_doors_that_there_are_and_no_other_host() -> None:
    doors = {route.path.partition("{")[0] for router in ROUTERS for route in router.routes}  # type: ignore[attr-defined]
    asked = set(re.findall(r'(?:read\(|API \+ )"(/[^"]*)"', SCRIPT))
    assert asked == {"/stats", "/posts/", "/changes"}
    assert asked <= doors
    page = (EXAMPLES / "dashboard" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'src="([^"]+)"', page) == ["dashboard.js"]
    assert set(re.findall(r"https?://[\w.:]+", page + SCRIPT)) == {"http://localhost:8002"}
