import pytest

from tests.command_api.asking import code
from tests.query_api.press import Press


async def test_admins_see_every_account_in_pages_the_newest_first(press: Press) -> None:
    members = [await press.author() for _ in range(3)]
    await press.project()
    seen: list[str] = []
    path: str | None = "/accounts?limit=2"
    while path is not None:
        answer = await press.get(path, press.admin)
        assert answer.headers["cache-control"] == "private, no-store"
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert seen[:3] == [member.account for member in reversed(members)]
    assert len(seen) == len(set(seen))
    [newest] = (await press.get("/accounts?limit=1", press.admin)).json()["items"]
    assert (newest["handle"], newest["status"]) == (members[-1].handle, "active")
    assert newest["address"].startswith(f"{members[-1].handle}@")


async def test_nobody_else_sees_them(press: Press) -> None:
    author, editor = await press.author(), await press.editor()
    for reader in (author, editor):
        assert code(await press.get("/accounts", reader)) == (403, "AdminRoleRequired")
    assert code(await press.get("/accounts")) == (401, "SignInNeeded")


@pytest.mark.parametrize("query", ["limit=0", "cursor=x", "status=active"])
async def test_what_is_not_as_it_should_be_is_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/accounts?{query}", press.admin)) == (422, "InvalidRequest")
