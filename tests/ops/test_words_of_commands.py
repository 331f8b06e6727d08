"""What all commands share in talking to an operator: questions, lists, and names of read models."""

import argparse
import json
import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, datetime

import asyncpg
import pytest

from ops.confirming import add_yes, confirmed
from ops.ending import ended
from ops.model_names import NoSuchModel, model_named
from ops.tables import show
from read_models.registry import MODELS
from tests.servers import ROOT

_ASKS = """
import argparse, asyncio
from ops.confirming import confirmed

async def ask():
    confirmed(argparse.Namespace(yes=False), "drop it")

asyncio.run(ask())
"""


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_yes(parser)
    return parser.parse_args(words)


def test_yes_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert confirmed(options("--yes"), "drop 3 generations")
    assert capsys.readouterr().err == ""


def test_without_a_terminal_the_answer_is_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert not confirmed(options(), "drop 3 generations")
    assert capsys.readouterr().err == "drop 3 generations: nothing was done, say --yes\n"


def test_a_list_is_aligned_under_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    show([{"model": "tags", "rows": 7, "at": at}, {"model": "authors", "rows": 12, "at": None}], as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "model    rows  at",
        "tags        7  2026-11-22 08:30:00+00:00",
        "authors    12  -",
    ]


def test_a_list_for_programs_is_one_json_array(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"key": "a", "at": datetime(2026, 11, 22, tzinfo=UTC)}], as_json=True)
    show([], as_json=True)
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == [{"key": "a", "at": "2026-11-22T00:00:00+00:00"}]
    assert second == "[]"


def test_a_terminal_is_not_commanded_by_what_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"key": "a\x1b[2J\nb"}], as_json=False)
    assert capsys.readouterr().out.splitlines() == ["key", "a\\x1b[2J\\x0ab"]


def test_a_read_model_is_found_by_its_name() -> None:
    assert model_named("post_pages").name == "post_pages"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("posts", "post_lists, post_pages, post_slugs begin so"),
        ("post", "post_lists, post_pages, post_slugs begin so"),
        ("author", "did you mean authors?"),
        ("post_pgaes", "did you mean post_pages?"),
        ("zzz", f"there are {', '.join(model.name for model in MODELS)}"),
    ],
)
def test_a_wrong_name_suggests_the_right_one(typed: str, said: str) -> None:
    with pytest.raises(NoSuchModel) as refused:
        model_named(typed)
    assert said in str(refused.value)


def test_an_argument_that_is_no_text_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async def look() -> int:
        raise asyncpg.DataError("invalid input for query argument $1: '\\udcff'")

    assert ended("streams find", look) == 2
    assert capsys.readouterr().err == "streams find: an argument is nothing that a database could hold\n"


def test_the_first_ctrl_c_ends_a_question() -> None:
    """Within an event loop it would be noted alone, and the question would stay."""
    terminal, line = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", _ASKS], cwd=ROOT, stdin=line, stderr=subprocess.PIPE) as asking:
        assert asking.stderr
        assert asking.stderr.read(len("drop it? [y/N] ")) == b"drop it? [y/N] "
        asking.send_signal(signal.SIGINT)
        asking.wait(30)
        assert b"KeyboardInterrupt" in asking.stderr.read()
    os.close(terminal)
    os.close(line)
