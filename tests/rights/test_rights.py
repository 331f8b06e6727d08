"""Every cell of the table of rights, tried by everybody."""

import base64
from collections.abc import AsyncIterator, Iterable
from secrets import token_hex
from typing import Any

import httpx
import pytest

from command_api.app import ROUTERS as COMMANDS
from query_api.app import ROUTERS as QUERIES
from tests import media_files
from tests.command_api.asking import PASSWORD, Member
from tests.query_api.press import Press, opened_press
from tests.rights import commands, page, queries
from tests.rights.table import ASKERS, Cell, Right
from tests.rights.things import Things, later
from tests.servers import Cluster

_STATUS = {Cell.SIGN_IN: {401}, Cell.NO: {403, 409}, Cell.HIDDEN: {404}}
_ENDING = {"POST /accounts/me/password", "DELETE /accounts/me"}
"""They end what somebody asks with."""
_FORMS = {
    "/auth/token": {"grant_type": "password", "username": "nobody", "password": "no line of theirs"},
    "/auth/revoke": {"token": "pal_nothing"},
    "/auth/introspect": {"token": "pal_nothing"},
}


class Room:
    """Everybody who asks, and what they ask about."""

    def __init__(self, press: Press, askers: dict[str, Member | None], third: Member) -> None:
        owner = askers["owner"]
        assert owner is not None
        self.press, self.askers, self.things = press, askers, Things(press, owner, third)

    async def ask(self, right: Right, asker: str, made: dict[str, str]) -> httpx.Response:
        member, path = self.askers[asker], right.path.format(**made) + right.query
        if right.door in _ENDING and right.of_asker(asker) is Cell.YES:
            member = await self._another_of(asker)
        how = _sent(right)
        how["headers"] = how.get("headers", {}) | (member.bearer if member else {})
        http = self.press.api.http if right in commands.RIGHTS else self.press.http
        return await http.request(right.method, path, **how)

    async def _another_of(self, asker: str) -> Member:
        """Somebody of the same role, whose account may end."""
        member = await self.press.author()
        if asker in {"editor", "admin"}:
            granted = await self.press.admin.ask("PUT", f"/accounts/{member.handle}/roles/{asker}")
            assert granted.status_code == 200, granted.text
        return member


def _sent(right: Right) -> dict[str, Any]:
    if right.path in _FORMS:
        return {"data": _FORMS[right.path]}
    if right.door == "POST /media":
        return {"content": media_files.png(4, 3)}
    if right.door == "POST /commands":
        return {"content": b"{}\n", "headers": {"Content-Type": "application/x-ndjson"}}
    values = {"new": f"n{token_hex(5)}", "password": PASSWORD, "link": _link(), "later": later()}
    filled = {name: value.format(**values) if isinstance(value, str) else value for name, value in right.body.items()}
    return {"json": filled} if filled else {}


def _link() -> str:
    return f"{token_hex(16)}.{base64.urlsafe_b64encode(token_hex(8).encode()).decode().rstrip('=')}"


@pytest.fixture(scope="module")
async def press(postgres: Cluster) -> AsyncIterator[Press]:
    async with opened_press(postgres) as opened:
        yield opened


@pytest.fixture(scope="module")
async def room(press: Press) -> Room:
    owner, another, third, suspended, editor, admin = [await press.author() for _ in range(6)]
    for member, path in ((editor, "roles/editor"), (admin, "roles/admin")):
        assert (await press.admin.ask("PUT", f"/accounts/{member.handle}/{path}")).status_code == 200
    assert (await press.admin.ask("POST", f"/accounts/{suspended.handle}/suspend", json={})).status_code == 200
    await press.project()
    members = (None, owner, another, editor, admin, suspended)
    return Room(press, dict(zip(ASKERS, members, strict=True)), third)


def _is_as_said(cell: Cell, answer: httpx.Response) -> bool:
    status = answer.status_code
    if cell is Cell.YES:
        return status < 400
    if cell is Cell.AS_GIVEN:
        return status in {200, 400} or answer.json()["code"] == "LinkNotValid"
    return status in _STATUS[cell]


async def _tried(room: Room, right: Right, asker: str, made: dict[str, str]) -> str | None:
    answer = await room.ask(right, asker, made)
    cell = right.of_asker(asker)
    if _is_as_said(cell, answer):
        return None
    return f"{right.door} of {right.of} by {asker}: {answer.status_code} is not {cell!r}: {answer.text[:160]}"


async def test_every_answer_is_for_those_whom_the_table_names(room: Room) -> None:
    rights = [(right, await room.things.make(right.of)) for right in queries.RIGHTS]
    await room.press.project()
    wrong = [await _tried(room, right, asker, made) for right, made in rights for asker in ASKERS]
    assert not [each for each in wrong if each], "\n".join(filter(None, wrong))


async def test_every_command_is_for_those_whom_the_table_names(room: Room) -> None:
    wrong = []
    for right in commands.RIGHTS:
        made = await room.things.make(right.of)
        # those who may not come first: what they ask about stays as it is
        for asker in sorted(ASKERS, key=lambda each: right.of_asker(each) is Cell.YES):
            if right.of_asker(asker) is Cell.YES and asker != "owner":
                made = await room.things.make(right.of)
            wrong.append(await _tried(room, right, asker, made))
    assert not [each for each in wrong if each], "\n".join(filter(None, wrong))


@pytest.mark.parametrize(("routers", "rights"), [(COMMANDS, commands.RIGHTS), (QUERIES, queries.RIGHTS)])
def test_every_door_has_a_row(routers: Iterable[Any], rights: Iterable[Right]) -> None:
    doors = {
        f"{method} {route.path_format}" for router in routers for route in router.routes for method in route.methods
    }
    assert {right.door for right in rights} == doors, "a door and its rows in tests/rights go together"


def test_the_page_shows_the_table() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run: python -m tests.rights.page"
