"""Doors to webhooks: the secret is shown where it is made, and one at a time is made anew."""

import asyncio
from typing import Any

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


async def test_of_two_rotations_at_once_the_later_follows_the_earlier(api: Api) -> None:
    admin = await api.admin()
    hook = await registered(admin)
    path = f"/webhooks/{hook['id']}"
    answers = await asyncio.gather(*(admin.ask("PATCH", path, json={"rotate_secret": True}) for _ in range(4)))
    made = {answer.json()["secret"] for answer in answers if answer.status_code == 200}
    assert {code(answer)[1] for answer in answers if answer.status_code != 200} <= {"VersionConflict"}
    after = await kept(api, hook["id"])
    assert after["webhook"] in made
    assert after["webhook_former"] in {hook["secret"], *made} - {after["webhook"]}
    if len(made) > 1:
        assert after["webhook_former"] in made, "receivers know it: it is the one before"


async def test_a_removed_hook_leaves_no_secret(api: Api) -> None:
    admin = await api.admin()
    hook = await registered(admin)
    assert (await admin.ask("DELETE", f"/webhooks/{hook['id']}")).status_code == 200
    assert await kept(api, hook["id"]) == {}
    assert code(await admin.ask("POST", f"/webhooks/{hook['id']}/test")) == (404, "NoSuchWebhook")


async def kept(api: Api, hook: str) -> dict[str, str]:
    rows = await api.pool.fetch("SELECT kind, value FROM secrets WHERE stream = $1", f"webhook-{hook}")
    return {row["kind"]: row["value"] for row in rows}
