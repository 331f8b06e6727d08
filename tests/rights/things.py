"""What the rights are about: one of each kind, made by who it belongs to."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from secrets import token_hex

from kit import clock
from tests import media_files
from tests.command_api.asking import Member
from tests.query_api.press import Press


def later() -> str:
    """A time to schedule a post for."""
    return (clock.now() + timedelta(days=1)).isoformat()


class Things:
    """Makes them; gives what stands in a path for each."""

    def __init__(self, press: Press, owner: Member, third: Member) -> None:
        self._press, self._owner, self._third = press, owner, third
        self._of_a_third = ""
        self._kinds: Mapping[str, Callable[[], Awaitable[dict[str, str]]]] = {
            "a draft": self._draft,
            "a draft, with a date": self._draft,
            "a published post": self._published,
            "a scheduled post": self._scheduled,
            "an archived post": self._archived,
            "a comment": self._comment,
            "a comment on one's post": self._comment_on_own_post,
            "a hidden comment": self._hidden_comment,
            "a medium": self._medium,
            "a medium that a published post shows": self._shown_medium,
            "a published post with a cover": self._shown_medium,
            "a category": self._category,
            "a tag": self._tag,
            "a webhook": self._webhook,
            "somebody": self._somebody,
            "somebody suspended": self._suspended,
            "an API token": self._token,
        }

    async def make(self, kind: str) -> dict[str, str]:
        return await self._kinds[kind]() if kind in self._kinds else {}

    async def _draft(self) -> dict[str, str]:
        return {"post": await self._owner.draft("A title"), "version": "1"}

    async def _published(self) -> dict[str, str]:
        return {"post": await self._owner.draft("A title", publish=True), "version": "1"}

    async def _scheduled(self) -> dict[str, str]:
        made = await self._draft()
        await _done(self._owner, "POST", f"/posts/{made['post']}/schedule", {"publish_at": later()})
        return made

    async def _archived(self) -> dict[str, str]:
        made = await self._published()
        await _done(self._owner, "POST", f"/posts/{made['post']}/archive")
        return made

    async def _comment(self) -> dict[str, str]:
        self._of_a_third = self._of_a_third or await self._third.draft("Of a third", publish=True)
        post = self._of_a_third
        return {"comment": await _done(self._owner, "POST", f"/posts/{post}/comments", {"body": "A line."})}

    async def _comment_on_own_post(self) -> dict[str, str]:
        post = (await self._published())["post"]
        return {"comment": await _done(self._third, "POST", f"/posts/{post}/comments", {"body": "A line."})}

    async def _hidden_comment(self) -> dict[str, str]:
        made = await self._comment()
        await _done(self._press.admin, "POST", f"/comments/{made['comment']}/reject")
        return made

    async def _medium(self) -> dict[str, str]:
        answer = await self._owner.ask("POST", "/media", content=media_files.png(4, 3))
        assert answer.status_code == 201, answer.text
        return {"media": answer.json()["id"], "variant": "original"}

    async def _shown_medium(self) -> dict[str, str]:
        made = await self._medium()
        return made | {"post": await self._owner.draft("Shows a medium", publish=True, cover=made["media"])}

    async def _category(self) -> dict[str, str]:
        return {"category": await _done(self._press.admin, "POST", "/categories", {"name": f"C {token_hex(4)}"})}

    async def _tag(self) -> dict[str, str]:
        tag = f"t{token_hex(4)}"
        await self._owner.draft("Tagged", publish=True, tags=[tag])
        return {"tag": tag}

    async def _webhook(self) -> dict[str, str]:
        new = {"url": "https://hooks.example/comments"}
        return {"webhook": await _done(self._press.admin, "POST", "/webhooks", new)}

    async def _somebody(self) -> dict[str, str]:
        return {"handle": self._third.handle, "role": "editor"}

    async def _suspended(self) -> dict[str, str]:
        made = {"handle": (await self._press.author()).handle}
        await _done(self._press.admin, "POST", f"/accounts/{made['handle']}/suspend", {})
        return made

    async def _token(self) -> dict[str, str]:
        return {"token": await _done(self._owner, "POST", "/auth/api-tokens", {"name": "a program"})}


async def _done(by: Member, method: str, path: str, body: dict[str, str] | None = None) -> str:
    """The id of what was done something to."""
    answer = await by.ask(method, path, json=body)
    assert answer.status_code < 300, answer.text
    return str(answer.json().get("id", ""))
