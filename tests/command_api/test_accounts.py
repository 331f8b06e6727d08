import asyncio
from uuid import UUID, uuid4

import pytest

from command_api import first_admin, operator_token
from command_api.auth.throttle import Limit, Limits
from kit.settings import Settings
from tests.command_api.asking import PASSWORD, Api, Member, code, opened_api
from tests.command_api.hashing import hashing_held

OTHER = "another line, longer still"


async def test_registration_makes_an_account_with_a_confirmation_link(api: Api) -> None:
    answer = await api.register("Ines", language="pt", time_zone="Europe/Lisbon")
    assert answer.status_code == 201
    assert answer.headers["location"] == "/authors/ines"
    account = answer.json()["id"]
    assert await api.types(f"account-{account}") == ["AccountRegistered"]
    assert (await api.secret(account, "confirmation")).startswith(UUID(account).hex + ".")
    stored = await api.pool.fetchval("SELECT data || metadata FROM events")
    assert "example.org" not in stored
    assert PASSWORD not in stored


@pytest.mark.parametrize(
    ("fields", "problem", "pointer"),
    [
        ({"handle": "i"}, (422, "InvalidRequest"), "/handle"),
        ({"handle": "me"}, (422, "HandleReserved"), "/handle"),
        ({"address": "nowhere"}, (422, "InvalidRequest"), "/address"),
        ({"password": "short"}, (422, "PasswordRefused"), "/password"),
        ({"password": 5}, (422, "InvalidRequest"), "/password"),
        ({"roles": ["admin"]}, (403, "RolesNotYours"), "/roles"),
        ({"account": str(uuid4())}, (422, "InvalidRequest"), "/account"),
        ({"nickname": "I"}, (422, "InvalidRequest"), "/nickname"),
        ({"time_zone": "Mars/Base"}, (422, "InvalidRequest"), "/time_zone"),
    ],
)
async def test_a_registration_that_breaks_a_rule_says_which_field(
    api: Api, fields: dict[str, object], problem: tuple[int, str], pointer: str
) -> None:
    answer = (
        await api.register("ines", **fields) if "handle" not in fields else await api.register(str(fields["handle"]))
    )
    assert code(answer) == problem
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert "a line that only" not in answer.text
    assert await api.count("events") == 0


async def test_a_handle_and_an_address_belong_to_one_account(api: Api) -> None:
    await api.register("ines")
    assert code(await api.register("INES", address="b@example.org")) == (409, "HandleTaken")
    assert code(await api.register("bram", address="INES@example.org")) == (409, "AddressTaken")


async def test_registrations_from_one_address_are_throttled(settings: Settings) -> None:
    async with opened_api(settings, Limits(register_client=Limit("r", 2, 60))) as api:
        answers = [await api.register(f"m{n}") for n in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_a_profile_changes_in_part(api: Api) -> None:
    ines = await api.member()
    assert (await ines.ask("PATCH", "/accounts/me", json={"biography": "Writes."})).json()["version"] == 2
    assert (await ines.ask("PATCH", "/accounts/me", json={"biography": None})).json()["version"] == 3
    assert code(await ines.ask("PATCH", "/accounts/me", json={"name": None})) == (422, "InvalidRequest")
    chosen = await ines.ask("PUT", "/accounts/me/notifications", json={"by_mail": ["reply"]})
    assert chosen.status_code == 200


async def test_another_handle_signs_in_and_the_old_one_still_leads_here(api: Api) -> None:
    ines = await api.member("ines")
    assert (await ines.post("/accounts/me/handle", handle="ines-d")).status_code == 200
    assert (await api.grant("ines-d")).status_code == 200
    assert code(await api.register("ines", address="b@example.org")) == (409, "HandleTaken")


async def test_another_password_needs_the_current_one_and_ends_all_sessions(api: Api) -> None:
    ines = await api.member("ines")
    wrong = await ines.post("/accounts/me/password", current_password="not this one", password=OTHER)
    assert code(wrong) == (403, "WrongPassword")
    changed = await ines.post("/accounts/me/password", current_password=PASSWORD, password=OTHER)
    assert changed.status_code == 200
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")
    assert (await api.refresh(ines.tokens["refresh_token"])).status_code == 400
    assert (await api.grant("ines")).status_code == 400
    assert (await api.grant("ines", OTHER)).status_code == 200


async def test_the_current_password_cannot_be_guessed_at_without_end(settings: Settings) -> None:
    async with opened_api(settings, Limits(sign_in_account=Limit("a", 3, 300))) as api:
        ines = await api.member()
        tries = [
            await ines.post("/accounts/me/password", current_password=f"guess {n}", password=OTHER) for n in range(4)
        ]
        assert [answer.status_code for answer in tries] == [403, 403, 403, 429]


async def test_an_address_that_another_account_has_is_refused_before_anybody_gets_a_mail(api: Api) -> None:
    ines, bram = await api.member("ines"), await api.member("bram")
    taken = await bram.post("/accounts/me/address", address="INES@example.org")
    assert code(taken) == (409, "AddressTaken")
    assert taken.json()["errors"][0]["pointer"] == "/address"
    assert (await ines.post("/accounts/me/address", address="INES@example.org")).status_code == 200
    assert await api.types(f"account-{bram.account}") == ["AccountRegistered"]


async def test_a_link_confirms_an_address_once(api: Api) -> None:
    ines = await api.member()
    link = await api.secret(ines.account, "confirmation")
    answer = await api.http.post("/accounts/confirm", json={"token": link})
    assert answer.status_code == 200
    assert await api.types(f"account-{ines.account}") == ["AccountRegistered", "AddressConfirmed"]
    for bad in (link, link[:-1], "x", f"{uuid4().hex}.x", "\u00e9", "0" * 500):
        assert code(await api.http.post("/accounts/confirm", json={"token": bad})) == (403, "LinkNotValid")


async def test_a_confirmation_is_answered_the_same_again_under_its_key(api: Api) -> None:
    ines = await api.member()
    body = {"token": await api.secret(ines.account, "confirmation")}
    headers = {"Idempotency-Key": "c1"}
    first = await api.http.post("/accounts/confirm", json=body, headers=headers)
    second = await api.http.post("/accounts/confirm", json=body, headers=headers)
    assert (first.status_code, first.content) == (second.status_code, second.content)


async def test_another_address_takes_over_when_its_link_is_used(api: Api) -> None:
    ines = await api.member("ines")
    assert (await ines.post("/accounts/me/address", address="new@example.org")).status_code == 200
    assert (await api.grant("new@example.org")).status_code == 400
    link = await api.secret(ines.account, "address")
    assert (await api.http.post("/accounts/confirm", json={"token": link})).status_code == 200
    assert (await api.grant("new@example.org")).status_code == 200
    assert (await api.grant("ines@example.org")).status_code == 400


async def test_a_resent_confirmation_replaces_the_link(api: Api) -> None:
    ines = await api.member()
    old = await api.secret(ines.account, "confirmation")
    assert (await ines.ask("POST", "/accounts/me/confirmation")).status_code == 200
    assert code(await api.http.post("/accounts/confirm", json={"token": old})) == (403, "LinkNotValid")


async def test_mails_to_one_account_are_throttled(settings: Settings) -> None:
    async with opened_api(settings, Limits(mail_account=Limit("m", 2, 60))) as api:
        ines = await api.member()
        answers = [await ines.ask("POST", "/accounts/me/confirmation") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_asking_for_a_reset_never_says_whether_there_is_an_account(api: Api) -> None:
    await api.register("ines")
    known = await api.http.post("/auth/forgot", json={"address": "INES@example.org"})
    unknown = await api.http.post("/auth/forgot", json={"address": "nobody@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"{}")
    assert set(known.headers) == set(unknown.headers)
    account = (await api.parts.names.owner("handle", "ines") or "").removeprefix("account-")
    assert await api.types(f"account-{account}") == ["AccountRegistered", "PasswordResetRequested"]


async def test_a_reset_link_sets_a_password_once_and_ends_all_sessions(api: Api) -> None:
    ines = await api.member("ines")
    await api.http.post("/auth/forgot", json={"address": "ines@example.org"})
    body = {"token": await api.secret(ines.account, "reset"), "password": OTHER}
    async with hashing_held(api.parts.passwords, contenders=4):  # all have found the link good by then
        asking = asyncio.gather(*(api.http.post("/auth/reset", json=body) for _ in range(4)))
    answers = await asking
    assert min(answer.status_code for answer in answers) == 200
    assert all(answer.status_code in {200, 403, 409} for answer in answers)
    assert (await api.types(f"account-{ines.account}")).count("PasswordChanged") == 1
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")
    assert (await api.grant("ines", OTHER)).status_code == 200
    expired = {"token": f"{UUID(ines.account).hex}.x", "password": OTHER}
    assert code(await api.http.post("/auth/reset", json=expired)) == (403, "LinkNotValid")


async def test_a_closed_account_is_gone_at_once(api: Api) -> None:
    ines = await api.member("ines")
    answer = await ines.ask("DELETE", "/accounts/me", json={"erase_content": True})
    assert answer.status_code == 200
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")
    assert (await api.grant("ines")).status_code == 400
    assert (await api.refresh(ines.tokens["refresh_token"])).status_code == 400


async def test_admins_give_roles_and_take_them_back(api: Api) -> None:
    admin, ines = await api.admin(), await api.member("ines")
    bram = await api.member("bram")
    post = await bram.draft()
    assert code(await ines.ask("PUT", "/accounts/ines/roles/editor")) == (403, "AdminsOnly")
    assert (await admin.ask("PUT", "/accounts/ines/roles/editor")).status_code == 200
    assert (await ines.ask("PATCH", f"/posts/{post}", json={"title": "Edited"})).status_code == 200
    assert (await admin.ask("DELETE", "/accounts/INES/roles/editor")).status_code == 200
    assert code(await ines.ask("PATCH", f"/posts/{post}", json={"title": "Again"})) == (403, "NotTheAuthor")
    assert code(await admin.ask("PUT", "/accounts/ines/roles/king")) == (422, "InvalidRequest")
    assert code(await admin.ask("PUT", "/accounts/nobody/roles/editor")) == (404, "NoSuchAccount")
    assert code(await admin.ask("DELETE", "/accounts/admin/roles/admin")) == (409, "OwnRights")


async def test_a_reinstated_account_signs_in_again(api: Api) -> None:
    admin, _ = await api.admin(), await api.member("ines")
    await admin.ask("POST", "/accounts/ines/suspend")
    assert (await api.grant("ines")).status_code == 400
    assert (await admin.ask("POST", "/accounts/ines/reinstate")).status_code == 200
    assert (await api.grant("ines")).status_code == 200


async def test_admins_credit_authors_who_cannot_sign_in(api: Api) -> None:
    admin, ines = await api.admin(), await api.member("ines")
    answer = await admin.post("/authors", handle="selma", name="Selma Lagerlöf")
    assert (answer.status_code, answer.headers["location"]) == (201, "/authors/selma")
    assert (await admin.post("/posts", title="T", authors=["selma"])).status_code == 201
    assert code(await ines.post("/authors", handle="olga", name="Olga")) == (403, "AdminsOnly")
    assert (await api.grant("selma")).status_code == 400


async def test_the_first_admin_is_made_once(api: Api) -> None:
    passwords = await asyncio.gather(*(first_admin.make(api.parts, "admin", "admin@example.org") for _ in range(3)))
    assert [password is not None for password in passwords].count(True) == 1
    assert await first_admin.make(api.parts, "admin", "admin@example.org") is None
    password = await first_admin.reset(api.parts, "admin")
    assert (await api.grant("admin", password)).status_code == 200
    with pytest.raises(first_admin.NoSuchAdmin):
        await first_admin.reset(api.parts, "nobody")


async def test_no_first_admin_is_made_where_somebody_is(api: Api) -> None:
    await api.register("ines")
    assert await first_admin.make(api.parts, "admin", "admin@example.org") is None


async def test_the_operator_may_ask_for_tokens_without_end(api: Api) -> None:
    await api.admin()
    for _ in range(60):
        await operator_token.issue(api.parts, "admin", operator_token.DAY)
    assert await api.count("api_tokens") == 21


async def test_the_operators_token_is_an_admins(api: Api) -> None:
    await api.admin()
    await api.register("ines")
    issued = await operator_token.issue(api.parts, "admin", operator_token.DAY)
    tool = Member(api, "", "", {"access_token": str(issued["token"])})
    assert (await tool.post("/authors", handle="selma", name="Selma")).status_code == 201
    with pytest.raises(operator_token.NotAnAdmin):
        await operator_token.issue(api.parts, "ines", operator_token.DAY)
