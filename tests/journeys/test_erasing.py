"""An account that is closed with what it wrote: nothing of it can be read any more, wherever one looks."""

import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.journeys.conftest import People
from tests.journeys.person import PASSWORD, Person, signed_in
from tests.live_stack import LiveStack, eventually
from tests.media_files import png

_TABLES = """
    SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""


async def tables_with(stack: LiveStack, which: str, mark: str) -> set[str]:
    connection = await asyncpg.connect(stack.url(which))
    try:
        tables = [row[0] for row in await connection.fetch(_TABLES)]
        holding = "SELECT EXISTS (SELECT FROM {} AS t WHERE t::text LIKE $1)"
        return {table for table in tables if await connection.fetchval(holding.format(table), f"%{mark}%")}
    finally:
        await connection.close()


def is_gone(stack: LiveStack, which: str, mark: str) -> bool:
    return not asyncio.run(tables_with(stack, which, mark))


async def sent_by_kafka(stack: LiveStack, post: str) -> bytes:
    """Everything in the topic, up to what was told of a post at least."""
    servers = stack.state()["urls"]["kafka"].removeprefix("kafka://")
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    found = b""
    try:
        consumer.assign([TopicPartition("palimpsest.events", partition) for partition in range(16)])
        async with asyncio.timeout(60):
            while post.encode() not in found:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += b"\n".join((each.value or b"") + repr(each.headers).encode() for each in records)
    finally:
        await consumer.stop()
    return found


def leaver(stack: LiveStack, mark: str) -> Person:
    handle = f"l{uuid4().hex[:12]}"
    new = {"handle": handle, "address": f"{mark}@example.org", "name": f"Name {mark}", "password": PASSWORD}
    httpx.post(f"{stack.command_url}/accounts", json=new, timeout=20).raise_for_status()
    return Person(stack, signed_in(stack, handle).raise_for_status().json()["access_token"], handle)


def exported(stack: LiveStack, folder: Path) -> bytes:
    """Posts as files, and all events with the keys that there are."""
    events = ("events", "export", str(folder / "events"), "--with-keys", str(folder / "keys"))
    for words in (("export", str(folder / "posts")), events):
        done = stack.command("ops", *words)
        assert done.returncode == 0, done.stderr
    return b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_nothing_is_readable_anywhere_of_an_account_that_was_closed_with_its_content(
    stack: LiveStack, people: People, tmp_path: Path
) -> None:
    other, mark = people[0], f"zq{uuid4().hex}"
    person = leaver(stack, mark)
    theirs = other.do("POST", "/posts", title="Stays", body="It stays.", publish=True)["id"]
    person.do("PATCH", "/accounts/me", biography=f"Bio {mark}")
    named = {"filename": f"{mark}.png", "alt": f"Alt {mark}"}
    person.commands.post("/media", params=named, content=png(8, 8)).raise_for_status()
    slug = f"s-{uuid4().hex[:8]}"
    text = {"title": f"Title {mark}", "body": f"Body {mark}", "excerpt": f"Excerpt {mark}", "slug": slug}
    post = person.do("POST", "/posts", **text, publish=True)["id"]
    person.do("PATCH", f"/posts/{post}", body=f"Another {mark}")
    person.do("POST", f"/posts/{theirs}/comments", body=f"Comment {mark}")
    assert mark in person.read(f"/posts/{slug}").text
    assert asyncio.run(tables_with(stack, "read", mark)), "what is looked for can be found"

    person.do("DELETE", "/accounts/me", erase_content=True)
    eventually(lambda: is_gone(stack, "read", mark), "nothing is left in the read models")
    assert not asyncio.run(tables_with(stack, "log", mark))
    assert mark.encode() not in asyncio.run(sent_by_kafka(stack, post))
    assert mark.encode() not in exported(stack, tmp_path)
    logs = b"".join(file.read_bytes() for file in (stack.home / "logs").iterdir())
    assert post.encode() in logs, "what is looked for can be found"
    assert mark.encode() not in logs
    person.close()
