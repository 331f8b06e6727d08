"""The blocks of commands on the operations pages, run literally on a live stack, one after another."""

import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.journeys.hook_receiver import HookReceiver, hook_receiver
from tests.journeys.person import Person
from tests.live_stack import LiveStack, eventually, live_stack
from tests.readme.operating import Author, break_fold, listed, mails, mend_fold, shell, until_readable
from tests.readme.pages import BLOCKS, block
from tests.servers import wait

_FAIL = "UPDATE job_ledger SET state = 'failed', attempts = 20 WHERE state = 'done'"
_PAUSE = """
    INSERT INTO mail_refusals (account, address_hash, mail, reply, paused_at)
    SELECT substr(stream, 9)::uuid, 'hash', 'mail', '550 5.1.1', clock_timestamp()
      FROM events WHERE type = 'AccountRegistered' AND data::json ->> 'handle' = $1
"""


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """A stack of one's own: it loses its databases in the end."""
    with live_stack(tmp_path_factory.mktemp("operated"), "--bus", "log") as running:
        yield running


@pytest.fixture(scope="module")
def author(operated: LiveStack) -> Author:
    return Author(operated)


def all_jobs_done(stack: LiveStack) -> None:
    eventually(lambda: not listed(stack, "jobs"), "no job is left")


def parked_post(stack: LiveStack, author: Author, title: str) -> tuple[str, str]:
    """A post that the read model of slugs cannot take: its key, and the event."""
    post = author.publish(title)
    eventually(lambda: any(each["key"] == post for each in listed(stack, "parked")), "its key is parked")
    [parked] = [each for each in listed(stack, "parked") if each["key"] == post]
    return post, str(parked["event"])


def test_every_block_is_run_here() -> None:
    used = [each.replace("\\n", "\n") for each in re.findall(r'block\("(.+?)"\)', Path(__file__).read_text())]
    unused = [each for each in BLOCKS if not any(map(each.startswith, used))]
    assert not unused, f"blocks of commands that no test runs: {unused}"


def test_a_new_signing_key_is_published(operated: LiveStack) -> None:
    _, made, *_ = shell(operated, "./palimpsest rotate-keys --yes --why 'each year'").split()
    keys = f"{operated.command_url}/.well-known/jwks.json"
    eventually(lambda: made in httpx.get(keys).text, "the new key is published")
    [recorded] = listed(operated, "actions", "--action", "rotate-keys")
    assert (recorded["why"], recorded["result"]) == ("each year", "done")


def test_what_operators_bring_in_is_on_record(operated: LiveStack, tmp_path: Path) -> None:
    (tmp_path / "brought.md").write_text("---\ntitle: Brought in\n---\n\nWords.\n")
    shell(operated, f"./palimpsest import {tmp_path}")
    shell(operated, "./palimpsest generate --events 20 --seed 77")
    [imported] = listed(operated, "actions", "--action", "import")
    assert (imported["target"], imported["result"], imported["details"]["new"]) == (tmp_path.name, "done", 1)
    [generated] = listed(operated, "actions", "--action", "generate")
    assert (generated["target"], generated["result"], generated["details"]) == ("seed 77", "done", {"events": 20})


def test_a_lost_password_of_the_admin_is_replaced_on_record(operated: LiveStack) -> None:
    handle, _, password = shell(operated, "./palimpsest admin-password --why 'it was lost'").partition(": ")
    sign_in = {"grant_type": "password", "username": handle, "password": password}
    assert httpx.post(f"{operated.command_url}/auth/token", data=sign_in, timeout=30).status_code == 200
    shell(operated, "./palimpsest admin-password --handle nobody", expects=1)
    refused, made = listed(operated, "actions", "--action", "admin-password")
    assert (made["target"], made["why"], made["result"]) == ("admin", "it was lost", "done")
    assert (refused["target"], refused["result"]) == ("nobody", "refused")
    assert password not in str(made)


def test_the_look_of_every_day(operated: LiveStack, author: Author) -> None:
    author.publish("Every day")
    until_readable(operated, "every-day")
    said = shell(operated, block("./palimpsest status "))
    assert "parked: nothing" in said
    assert "whole" in said


def test_streams_are_looked_at(operated: LiveStack, author: Author) -> None:
    post = author.publish("Looked at")
    said = shell(operated, block("./palimpsest actions"))
    assert f"post-{post}" in said


def test_parked_events_are_released_once_the_cause_is_gone(operated: LiveStack, author: Author) -> None:
    author.publish("Whole")
    until_readable(operated, "whole")
    break_fold(operated)
    key, event = parked_post(operated, author, "Broken")
    said = shell(operated, block("./palimpsest parked\n./palimpsest parked show"), KEY=key)
    assert event in said
    assert "see `palimpsest parked`" in shell(operated, "./palimpsest status")
    mend_fold(operated)
    shell(operated, block("./palimpsest parked retry"), KEY=key)
    until_readable(operated, "broken")
    assert listed(operated, "parked") == []


def test_an_event_that_is_given_up_is_drift_and_is_repaired(operated: LiveStack, author: Author) -> None:
    break_fold(operated)
    key, event = parked_post(operated, author, "Broken again")
    shell(operated, block("./palimpsest parked skip"), KEY=key, EVENT=event)
    mend_fold(operated)
    assert key in shell(operated, block("./palimpsest verify"), expects=1)
    shell(operated, block("./palimpsest repair"), KEY=key)
    until_readable(operated, "broken-again")
    shell(operated, block("./palimpsest verify"))


def test_a_read_model_is_replayed_put_back_and_no_mail_is_sent(operated: LiveStack) -> None:
    all_jobs_done(operated)
    before = mails(operated)
    shell(operated, block("./palimpsest replay post_slugs --yes"))
    until_readable(operated, "whole")
    assert (mails(operated), listed(operated, "jobs")) == (before, [])


def test_a_fold_is_tried_in_scratch_tables(operated: LiveStack) -> None:
    shell(operated, block("./palimpsest replay post_slugs --dry-run"))


def test_code_is_rehearsed_before_it_is_deployed(operated: LiveStack) -> None:
    shell(operated, block("./palimpsest rehearse"))


def test_failed_jobs_are_asked_for_again(operated: LiveStack) -> None:
    all_jobs_done(operated)
    before = mails(operated)
    wait(_execute(operated.url("log", "palimpsest_jobs"), _FAIL))
    assert "jobs wait" in shell(operated, block("./palimpsest jobs --state failed\n./palimpsest jobs rerun"))
    all_jobs_done(operated)
    assert mails(operated) > before
    shell(operated, block("./palimpsest jobs rerun --job"))
    all_jobs_done(operated)


def test_a_paused_address_is_written_to_again(operated: LiveStack, author: Author) -> None:
    wait(_execute(operated.url("log", "palimpsest_jobs"), _PAUSE, author.handle))
    said = shell(operated, block("./palimpsest mails "), HANDLE=author.handle)
    assert "550 5.1.1" in said
    assert "1 addresses are written to again" in said
    assert listed(operated, "mails") == []


def test_a_receiver_is_told_a_time_again(operated: LiveStack, author: Author) -> None:
    admin = Person(operated, operated.operator_token())
    with hook_receiver(HookReceiver()) as receiver:
        hook = admin.do("POST", "/webhooks", url=receiver.url)["id"]
        post = author.publish("Told again")
        eventually(lambda: receiver.kinds(post) == ["post.published"], "it is told")
        eventually(lambda: not any(each["keys_waiting"] for each in listed(operated, "webhooks")), "nothing waits")
        assert "events wait" in shell(operated, block("./palimpsest webhooks "), HOOK=hook)
        eventually(lambda: receiver.kinds(post) == ["post.published"] * 2, "it is told again")
        admin.do("DELETE", f"/webhooks/{hook}")
    admin.close()


def test_a_lost_log_comes_back_from_a_backup_and_a_lost_read_side_from_the_log(
    operated: LiveStack, author: Author, tmp_path: Path
) -> None:
    all_jobs_done(operated)
    before = mails(operated)
    shell(operated, block("./palimpsest backup"), FOLDER=str(tmp_path / "backups"))
    author.publish("After the backup")
    until_readable(operated, "after-the-backup")
    shell(operated, block("./palimpsest down\n./palimpsest restore"), FOLDER=str(tmp_path / "backups"))
    until_readable(operated, "whole")
    assert httpx.get(f"{operated.query_url}/posts/after-the-backup").status_code == 404
    shell(operated, block("./palimpsest down\nrm -r"))
    until_readable(operated, "whole")
    assert mails(operated) == before


async def _execute(url: str, statement: str, *values: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()
