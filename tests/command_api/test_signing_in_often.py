import time
from datetime import timedelta
from typing import Any

import pytest

from command_api.accounts import password as door
from tests.command_api.asking import PASSWORD, Api, Member, code

OTHER = "another line, longer still"


async def token_of(member: Member, **fields: Any) -> str:
    made = await member.post("/auth/api-tokens", **fields)
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


async def test_the_oldest_tokens_of_one_name_end_when_there_are_more_than_asked_for(api: Api) -> None:
    ines = await api.member()
    other = await token_of(ines, name="importer")
    tokens = [await token_of(ines, name="phone", at_most=2) for _ in range(4)]
    answers = [
        (await api.http.post("/auth/introspect", data={"token": token})).json()["active"] for token in [other, *tokens]
    ]
    assert answers == [True, False, False, True, True]


async def test_signing_in_again_and_again_never_meets_the_limit_on_tokens(api: Api) -> None:
    ines = await api.member()
    for _ in range(60):
        await token_of(ines, name="phone", at_most=3)


@pytest.mark.parametrize("at_most", [0, 51, "two", None])
async def test_how_many_tokens_of_a_name_there_may_be_is_checked(api: Api, at_most: object) -> None:
    ines = await api.member()
    answer = await ines.post("/auth/api-tokens", name="phone", at_most=at_most)
    assert (answer.status_code == 201) == (at_most is None)


async def test_who_has_just_signed_in_need_not_say_the_password_again(api: Api) -> None:
    ines = await api.member()
    assert (await ines.post("/accounts/me/password", password=OTHER)).status_code == 200
    assert (await api.grant(ines.handle, OTHER)).status_code == 200
    assert (await api.grant(ines.handle, PASSWORD)).status_code == 400


async def test_later_the_password_is_asked_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = await api.member()
    monkeypatch.setattr(door, "RECENT", timedelta(0))
    time.sleep(0.002)  # noqa: ASYNC251 - an id says the millisecond
    assert code(await ines.post("/accounts/me/password", password=OTHER)) == (403, "CurrentPasswordNeeded")
    said = await ines.post("/accounts/me/password", current_password=PASSWORD, password=OTHER)
    assert said.status_code == 200


async def test_an_api_token_alone_changes_no_password(api: Api) -> None:
    ines = await api.member()
    bearer = {"Authorization": f"Bearer {await token_of(ines, name='tool')}"}
    answer = await api.http.post("/accounts/me/password", json={"password": OTHER}, headers=bearer)
    assert code(answer) == (403, "CurrentPasswordNeeded")
