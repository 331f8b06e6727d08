"""GET /webhooks and GET /webhooks/{id}/deliveries."""

from uuid import UUID

import asyncpg
import pytest

from tests.command_api.asking import code
from tests.query_api.press import Press

UNKNOWN = str(UUID(int=1))
_DELIVERED = """
    INSERT INTO webhook_deliveries (webhook, key, event_id, kind, attempt, outcome, status, duration_ms)
    SELECT $1, 'a post', gen_random_uuid(), 'post.published', n, 'refused', 503, 7 FROM generate_series(1, $2) AS n
"""


async def _hook(press: Press, **fields: object) -> str:
    answer = await press.admin.post("/webhooks", url="https://example.org/hooks", **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_admins_see_every_hook_and_no_secret(press: Press) -> None:
    hook = await _hook(press, kinds=["post.withdrawn", "post.published"], description="The static site.")
    await press.admin.post(f"/webhooks/{hook}/pause", reason="It moves.")
    await press.project()
    answer = await press.get("/webhooks", press.admin)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "whsec_" not in answer.text
    [found] = [item for item in answer.json()["items"] if item["id"] == hook]
    assert found["kinds"] == ["post.published", "post.withdrawn"]
    assert (found["status"], found["reason"], found["is_automatic"]) == ("paused", "It moves.", False)


async def test_what_was_sent_is_read_in_pages_the_newest_first(press: Press) -> None:
    hook = await _hook(press)
    connection = await asyncpg.connect(press.log.url("jobs"))
    await connection.execute(_DELIVERED, UUID(hook), 5)
    await connection.close()
    seen: list[int] = []
    path: str | None = f"/webhooks/{hook}/deliveries?limit=2"
    while path is not None:
        answer = await press.get(path, press.admin)
        assert answer.status_code == 200, answer.text
        seen += [item["attempt"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("path", ["/webhooks", f"/webhooks/{UNKNOWN}/deliveries", "/webhooks/0/deliveries"])
async def test_nobody_else_sees_hooks(press: Press, path: str) -> None:
    assert code(await press.get(path, await press.editor())) == (403, "AdminRoleRequired")
    assert code(await press.get(path)) == (401, "SignInNeeded")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "cursor=0", "cursor=", "of=today"])
async def test_what_is_not_as_it_should_be_is_refused(press: Press, query: str) -> None:
    hook = await _hook(press)
    assert code(await press.get(f"/webhooks/{hook}/deliveries?{query}", press.admin)) == (422, "InvalidRequest")


@pytest.mark.parametrize("hook", ["0", UNKNOWN])
async def test_deliveries_of_no_hook_are_not_found(press: Press, hook: str) -> None:
    assert code(await press.get(f"/webhooks/{hook}/deliveries", press.admin)) == (404, "NoSuchWebhook")
