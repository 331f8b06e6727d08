"""Posts sorted by categories and tags, as the taxonomy is when they are written."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.log.reader import LogReader
from kit.settings import Settings
from tests.command_api.asking import Api, Member, code, opened_api


@pytest.fixture
def taxonomy_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with every look into the log for the taxonomy."""
    found: list[str] = []
    read = LogReader.stream

    async def counting(self: LogReader, stream: str, *args: Any, **how: Any) -> Any:
        if stream == "taxonomy":
            found.append(stream)
        return await read(self, stream, *args, **how)

    monkeypatch.setattr(LogReader, "stream", counting)
    return found


async def stored(api: Api, post: str, field: str) -> str:
    """What the post's first event says, as JSON."""
    found = await api.pool.fetchval("SELECT data::jsonb -> $2 FROM events WHERE stream = $1", f"post-{post}", field)
    return str(found)


async def category(editor: Member, name: str) -> str:
    made = await editor.post("/categories", name=name)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_the_taxonomy_is_not_read_for_every_post(api: Api, taxonomy_reads: list[str]) -> None:
    admin, ines = await api.admin(), await api.member()
    for title in ("One", "Two", "Three"):
        await ines.draft(title, tags=["Sea"])
    assert len(taxonomy_reads) == 1
    made = await category(admin, "Coast")
    for title in ("Four", "Five", "Six"):
        await ines.draft(title, tags=["Sea"], category=made)
    assert len(taxonomy_reads) <= 2


async def test_a_post_of_another_process_has_todays_names_at_once(settings: Settings) -> None:
    async with opened_api(settings) as one, opened_api(settings) as other:
        admin = await one.admin()
        ines = await other.member()
        await ines.draft(tags=["Sea"])
        renamed = await admin.post("/tags/sea/rename", name="Ocean")
        assert renamed.status_code == 200, renamed.text
        post = await ines.draft("Another title", tags=["Sea", "Salt"])
        assert await stored(one, post, "tags") == '["Ocean", "Salt"]'


async def test_a_category_is_given_by_id_or_slug(api: Api) -> None:
    made, ines = await category(await api.admin(), "Coast"), await api.member()
    for named in (made, UUID(made).hex, "coast", "COAST"):
        post = await ines.draft(category=named)
        data = await api.pool.fetchval(
            "SELECT data::jsonb ->> 'category' FROM events WHERE stream = $1", f"post-{post}"
        )
        assert data == made
    for unknown in ("nowhere", str(uuid4()), ""):
        refused = await ines.post("/posts", title="T", category=unknown)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/category"
    post = await ines.draft()
    assert code(await ines.ask("PATCH", f"/posts/{post}", json={"category": "nowhere"})) == (422, "CategoryUnknown")
    assert (await ines.ask("PATCH", f"/posts/{post}", json={"category": "coast"})).json()["version"] == 2
    assert (await ines.ask("PATCH", f"/posts/{post}", json={"category": None})).json()["version"] == 3
