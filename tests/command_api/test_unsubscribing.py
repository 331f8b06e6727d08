"""Stopping notices by the link that a mail carries."""

from uuid import UUID, uuid4

import pytest
import structlog

from command_api.auth.throttle import Limit, Limits
from kit.http.unsubscribe_tokens import named_in, token_of
from kit.settings import Settings
from tests.command_api.asking import Api, Member, code, opened_api

SECRET = b"x" * 32
ACCOUNT = UUID(int=5)


def test_a_link_names_what_it_stops_and_cannot_be_altered() -> None:
    token = token_of(SECRET, ACCOUNT, "digest")
    assert named_in(SECRET, token) == (ACCOUNT, "digest")
    named, _, mark = token.rpartition(".")
    other = token_of(SECRET, uuid4(), "digest").partition(".")[0]
    for forged in (
        token.replace("digest", "reply"),
        f"{other}.digest.{mark}",
        f"{named}.",
        named,
        f"{token}x",
        "",
        "é" * 10,
        "a" * 500,
        token_of(b"y" * 32, ACCOUNT, "digest"),
    ):
        assert named_in(SECRET, forged) is None, forged


async def chosen(api: Api, *notices: str) -> Member:
    member = await api.member()
    assert (await member.ask("PUT", "/accounts/me/notifications", json={"by_mail": notices})).status_code == 200
    return member


def link_of(api: Api, member: Member, notice: str) -> str:
    return f"/unsubscribe?token={token_of(api.parts.secret, UUID(member.account), notice)}"


async def test_one_click_without_signing_in_stops_that_kind_alone(api: Api) -> None:
    ines = await chosen(api, "comment", "digest")
    link, one_click = link_of(api, ines, "digest"), {"List-Unsubscribe": "One-Click"}
    for how in ({"data": one_click}, {"files": {"List-Unsubscribe": (None, "One-Click")}}, {}):
        with structlog.testing.capture_logs() as lines:
            answer = await api.http.post(link, **how)
        assert answer.status_code == 200, answer.text
        assert link.partition("=")[2] not in str(lines)
    types = await api.types(f"account-{ines.account}")
    assert types == ["AccountRegistered", "NotificationsChosen", "NotificationsChosen"]
    stored = await api.pool.fetchval("SELECT data FROM events ORDER BY position DESC LIMIT 1")
    assert stored == f'{{"account":"{ines.account}","by_mail":["comment"]}}'


async def test_opening_the_link_stops_nothing(api: Api) -> None:
    ines = await chosen(api, "digest")
    assert (await api.http.get(link_of(api, ines, "digest"))).status_code == 405
    assert await api.types(f"account-{ines.account}") == ["AccountRegistered", "NotificationsChosen"]


@pytest.mark.parametrize(
    ("query", "problem"), [("", (422, "InvalidRequest")), ("?token=forged.digest.mark", (403, "LinkNotValid"))]
)
async def test_without_a_link_nothing_is_stopped(api: Api, query: str, problem: tuple[int, str]) -> None:
    assert code(await api.http.post(f"/unsubscribe{query}")) == problem


async def test_trying_links_is_throttled_and_a_good_one_is_not(settings: Settings) -> None:
    async with opened_api(settings, Limits(link_client=Limit("l", 2, 60))) as api:
        ines = await chosen(api, "digest")
        answers = [await api.http.post("/unsubscribe?token=forged") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [403, 403, 429]
        assert (await api.http.post(link_of(api, ines, "digest"))).status_code == 200
