"""Comments for tests that read them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from tests.command_api.asking import Member
from tests.query_api.press import Press

Shape = Sequence[Any]
"""A thread: bodies, each followed by a list of its answers if it has any."""


async def say(by: Member, post: str, body: str, parent: str | None = None) -> str:
    answer = await by.post(f"/posts/{post}/comments", body=body, **({"parent": parent} if parent else {}))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def discuss(by: Member, post: str, shape: Shape, above: str | None = None) -> dict[str, str]:
    """Writes a thread of this shape; gives the ids by body."""
    made: dict[str, str] = {}
    last = None
    for each in shape:
        if isinstance(each, str):
            last = made[each] = await say(by, post, each, above)
        else:
            made |= await discuss(by, post, each, last)
    return made


async def pages(press: Press, post: str, limit: int, by: Member | None = None) -> AsyncIterator[dict[str, Any]]:
    """The items of a thread, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        path = f"/posts/{post}/comments?limit={limit}" + (cursor and f"&cursor={cursor}")
        answer = await press.get(path, by)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len([item for item in page["items"] if item["status"] != "gone"]) <= limit
        for item in page["items"]:
            yield item
        cursor = page["next"]


async def outline(press: Press, post: str, by: Member | None = None, *, limit: int = 1000) -> list[str]:
    """The thread as text: a dash for each level below the first; what is gone is a question mark."""
    return [
        "-" * (item["depth"] - 1)
        + (item["html"].strip().removeprefix("<p>").removesuffix("</p>") if item["html"] else "?")
        async for item in pages(press, post, limit, by)
    ]


async def flag(comment: str, *members: Member) -> None:
    for member in members:
        answer = await member.ask("POST", f"/comments/{comment}/flag")
        assert answer.status_code == 200, answer.text
