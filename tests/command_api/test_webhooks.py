"""Doors to webhooks: the secret is shown where it is made, and one at a time is made anew."""

import asyncio
from itertools import count
from typing import Any

import pytest

from command_api.auth.stored_secrets import StoredSecrets
from tests.command_api.asking import Api, Member, code

HOOK = {"url": "https://example.org/hooks"}


async def registered(admin: Member) -> dict[str, Any]:
    answer = await admin.ask("POST", "/webhooks", json=HOOK)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_repeat_under_the_same_key_shows_the_same_secret(api: Api) -> None:
    admin, key = await api.admin(), {"Idempotency-Key": "lost-on-the-way"}
    first = await admin.ask("POST", "/webhooks", json=HOOK, headers=key)
    again = await admin.ask("POST", "/webhooks", json=HOOK, headers=key)
    assert first.json()["secret"].startswith("whsec_")
    assert (again.status_code, again.json()) == (201, first.json())
    assert first.json()["secret"] not in str(await api.pool.fetch("SELECT data FROM events"))
    assert first.json()["secret"] not in str(await api.pool.fetch("SELECT * FROM idempotency"))


async def test_a_change_shows_a_secret_only_when_it_made_one(api: Api) -> None:
    admin = await api.admin()
    hook = await registered(admin)
    changed = await admin.ask("PATCH", f"/webhooks/{hook['id']}", json={"description": "Another"})
    assert "secret" not in changed.json()
    rotated = await admin.ask("PATCH", f"/webhooks/{hook['id']}", json={"rotate_secret": True})
    assert rotated.json()["secret"] not in {None, hook["secret"]}
    assert await kept(api, hook["id"]) == {"webhook": rotated.json()["secret"], "webhook_former": hook["secret"]}


async def test_of_two_rotations_at_once_one_is_told_that_it_was_late(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the secret that receivers know would be followed by one that nobody was shown."""
    admin, both_have_read, reads = await api.admin(), asyncio.Barrier(2), count()
    hook = await registered(admin)
    read = StoredSecrets.signing

    async def read_together(secrets: StoredSecrets, stream: str, kind: str) -> str | None:
        found = await read(secrets, stream, kind)
        if next(reads) < both_have_read.parties:
            await both_have_read.wait()
        return found

    monkeypatch.setattr(StoredSecrets, "signing", read_together)
    path = f"/webhooks/{hook['id']}"
    answers = await asyncio.gather(*(admin.ask("PATCH", path, json={"rotate_secret": True}) for _ in range(2)))
    first, late = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, code(late)) == (200, (409, "VersionConflict"))
    assert await kept(api, hook["id"]) == {"webhook": first.json()["secret"], "webhook_former": hook["secret"]}


async def test_a_removed_hook_leaves_no_secret(api: Api) -> None:
    admin = await api.admin()
    hook = await registered(admin)
    assert (await admin.ask("DELETE", f"/webhooks/{hook['id']}")).status_code == 200
    assert await kept(api, hook["id"]) == {}
    assert code(await admin.ask("POST", f"/webhooks/{hook['id']}/test")) == (404, "NoSuchWebhook")


async def kept(api: Api, hook: str) -> dict[str, str]:
    rows = await api.pool.fetch("SELECT kind, value FROM secrets WHERE stream = $1", f"webhook-{hook}")
    return {row["kind"]: row["value"] for row in rows}
