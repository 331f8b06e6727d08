"""The whole log read with the code at hand: this code, and code that is not fit for it."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ops.scratch_checkout import ScratchCheckout
from tests.ops import backups
from tests.servers import ROOT, Database

EVENTS = 1_500
COUNTS = "SELECT json_object_agg(type, n) FROM (SELECT type, count(*) AS n FROM events GROUP BY type) AS counted"


async def rehearse(database: Database, checkout: Path = ROOT) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, what was refused, and the last line."""
    told = {"PALIMPSEST_LOG_URL": database.url("operator"), "PYTHONPATH": str(checkout)}
    process = await asyncio.create_subprocess_exec(
        *backups.command("rehearse", "--json", "--workers", "2"),
        cwd=checkout,
        env={**os.environ, **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, remarks = await process.communicate()
    assert process.returncode in {0, 1}, remarks.decode()
    return process.returncode, json.loads(said), remarks.decode().splitlines()[-1]


async def counts(database: Database) -> dict[str, int]:
    found: dict[str, int] = json.loads(await backups.ask(database, COUNTS))
    return found


def spoil(checkout: Path, file: str, line: str, event: str, error: str) -> None:
    """Makes a fold raise on events of one type, after its line that begins so."""
    path = checkout / file
    lines = path.read_text().splitlines()
    [number] = [at for at, each in enumerate(lines) if each.strip().startswith(line)]
    indent = " " * (len(lines[number]) - len(lines[number].lstrip()))
    lines.insert(number, f"{indent}if type(event).__name__ == '{event}': raise {error}")
    path.write_text("\n".join(lines))


def raise_version(checkout: Path, file: str, event: str) -> None:
    with (checkout / file).open("a") as source:
        source.write(f"\n\n{event}.schema_version = 2\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of the code at hand, to be spoiled."""
    (tmp_path / "copy").mkdir()
    checkout = ScratchCheckout(ROOT, tmp_path / "copy")
    checkout.follow()
    return checkout.folder


async def test_this_code_reads_all_of_a_log(log_database: Database) -> None:
    await backups.fill(log_database, events=EVENTS)
    account = await backups.ask(log_database, "SELECT account FROM personal_keys LIMIT 1")
    await backups.ask(log_database, "UPDATE personal_keys SET key = NULL WHERE account = $1", account)
    keys = await backups.ask(log_database, "SELECT count(DISTINCT partition_key) FROM events")
    code, refused, summary = await rehearse(log_database)
    assert (code, refused) == (0, [])
    assert summary == f"{EVENTS} events of {keys} keys: 0 refused, 0 behind them"


async def test_code_that_is_not_fit_is_refused_by_place_and_type(log_database: Database, copy: Path) -> None:
    await backups.fill(log_database, events=EVENTS)
    stored = await counts(log_database)
    raise_version(copy, "domain/posts/events.py", "SlugChanged")
    spoil(copy, "read_models/post_slugs.py", "if isinstance(event, e.PostDeleted)", "PostDeleted", "ZeroDivisionError")
    spoil(copy, "domain/accounts/account.py", "if state is None", "ProfileUpdated", "LookupError")
    code, refused, _ = await rehearse(log_database, copy)
    found = {(each["where"], each["type"], each["schema_version"], each["error"]): each for each in refused}
    assert code == 1
    assert found.keys() == {
        ("decoding", "SlugChanged", 1, "no upcaster from version 1"),
        ("read model post_slugs", "PostDeleted", 1, "ZeroDivisionError"),
        ("aggregate account", "ProfileUpdated", 2, "LookupError"),
    }
    assert found["decoding", "SlugChanged", 1, "no upcaster from version 1"]["count"] == stored["SlugChanged"]
    first = "SELECT min(position) FROM events WHERE type = 'SlugChanged'"
    of_first = "SELECT id::text FROM events WHERE position = $1"
    expected = await backups.ask(log_database, of_first, await backups.ask(log_database, first))
    assert found["decoding", "SlugChanged", 1, "no upcaster from version 1"]["first_events"][0] == expected


async def test_events_of_newer_code_are_refused(log_database: Database) -> None:
    await backups.fill(log_database, events=200)
    unknown = "UPDATE events SET type = 'PostFuture', schema_version = 1 WHERE position = 150"
    await backups.execute(log_database, unknown)
    await backups.execute(log_database, "UPDATE events SET schema_version = 99 WHERE position = 151")
    code, refused, _ = await rehearse(log_database)
    assert code == 1
    assert sorted((each["schema_version"], each["error"], each["count"]) for each in refused) == [
        (1, "unknown type", 1),
        (99, "newer schema version", 1),
    ]
