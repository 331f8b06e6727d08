import asyncio
import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from command_api import rotate_keys
from command_api.auth.throttle import Limit, Limits
from kit.settings import Settings
from tests.command_api.asking import PASSWORD, Api, Member, code, opened_api
from tests.racing import statements_held
from tests.servers import Database


def oauth(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def test_a_handle_or_an_address_in_any_case_signs_in(api: Api) -> None:
    await api.register("ines", address="Ines@Example.org")
    for name in ("ines", "INES", "ines@example.org", "INES@EXAMPLE.ORG"):
        tokens = await api.tokens(name)
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)


async def test_a_wrong_password_and_an_unknown_name_are_told_the_same(api: Api) -> None:
    await api.register("ines")
    wrong, unknown = await api.grant("ines", "not the password"), await api.grant("nobody", "not the password")
    assert oauth(wrong) == (400, "invalid_grant")
    assert wrong.json() == unknown.json()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"a": "b"}, "invalid_request"),
        ({"grant_type": "password", "username": "ines"}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "ref_no"}, "invalid_grant"),
        ({"grant_type": "password", "username": "a\x00b", "password": "x"}, "invalid_grant"),
        ({"grant_type": "password", "username": "x" * 300, "password": "y" * 3000}, "invalid_grant"),
    ],
)
async def test_a_bad_grant_is_refused_in_the_words_of_oauth(api: Api, form: dict[str, str], error: str) -> None:
    answer = await api.http.post("/auth/token", data=form)
    assert oauth(answer) == (400, error)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_field_given_twice_or_no_utf8_is_an_invalid_request(api: Api) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"grant_type=password&grant_type=password", b"grant_type=\xff", b"a=%ff", b"&".join([b"a=1"] * 50)):
        assert oauth(await api.http.post("/auth/token", content=body, headers=headers)) == (400, "invalid_request")


async def test_a_grant_as_json_is_told_to_be_form_encoded(api: Api) -> None:
    assert oauth(await api.http.post("/auth/token", json={"grant_type": "password"})) == (415, "invalid_request")


async def test_a_refresh_token_is_exchanged_for_another(api: Api) -> None:
    ines = await api.member()
    renewed = await api.refresh(ines.tokens["refresh_token"])
    assert renewed.status_code == 200
    assert renewed.json()["refresh_token"] != ines.tokens["refresh_token"]
    assert (await Member(api, "", "", renewed.json()).post("/posts", title="T")).status_code == 201


async def test_reuse_of_an_old_refresh_token_ends_the_family(api: Api) -> None:
    ines = await api.member()
    renewed = (await api.refresh(ines.tokens["refresh_token"])).json()
    assert oauth(await api.refresh(ines.tokens["refresh_token"])) == (400, "invalid_grant")
    assert oauth(await api.refresh(renewed["refresh_token"])) == (400, "invalid_grant")
    api.parts.standing.forget()
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")


async def test_of_many_who_exchange_one_refresh_token_at_once_one_gets_another(api: Api) -> None:
    ines = await api.member()
    answers = await asyncio.gather(*(api.refresh(ines.tokens["refresh_token"]) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


async def test_a_made_up_refresh_token_ends_nobodys_session(api: Api) -> None:
    ines = await api.member()
    raw = base64.urlsafe_b64decode(ines.tokens["refresh_token"].removeprefix("ref_"))
    forged = "ref_" + base64.urlsafe_b64encode(raw[:16] + bytes(48)).decode()
    assert oauth(await api.refresh(forged)) == (400, "invalid_grant")
    assert (await api.refresh(ines.tokens["refresh_token"])).status_code == 200


async def test_signing_out_ends_the_session_and_never_says_whether_there_was_one(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    for token in (ines.tokens["refresh_token"], bram.tokens["access_token"], "nonsense", "pal_nonsense"):
        assert (await api.http.post("/auth/revoke", data={"token": token})).status_code == 200
    for member in (ines, bram):
        assert code(await member.post("/posts", title="T")) == (401, "InvalidToken")
        assert oauth(await api.refresh(member.tokens["refresh_token"])) == (400, "invalid_grant")


async def test_expired_foreign_and_unsigned_tokens_are_refused(api: Api) -> None:
    ines = await api.member()
    good = jwt.decode(ines.tokens["access_token"], options={"verify_signature": False})
    signing = await api.parts.keys.signing()
    past = {"iat": 1, "exp": int((datetime.now(UTC) - timedelta(seconds=5)).timestamp())}
    foreign = Ed25519PrivateKey.generate()
    public = base64.urlsafe_b64decode((await api.parts.keys.jwks())["keys"][0]["x"] + "=")
    head = ines.tokens["access_token"].split(".")
    bad = [
        jwt.encode(good | past, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode(good, foreign, "EdDSA", {"kid": signing.id}),
        jwt.encode(good, foreign, "EdDSA", {"kid": "another"}),
        jwt.encode(good, "", "none", {"kid": signing.id}),
        jwt.encode(good, public, "HS256", {"kid": signing.id}),
        jwt.encode(good | {"aud": "else"}, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode(good | {"iss": "else"}, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode(good | {"sub": "me"}, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode(good | {"sid": "no-session"}, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode(good | {"sub": str(uuid4())}, signing.private, "EdDSA", {"kid": signing.id}),
        jwt.encode({"sub": good["sub"]}, signing.private, "EdDSA", {"kid": signing.id}),
        f"{head[0]}.{head[1]}.",
        "x",
        "pal_unknown",
        "a" * 5000,
    ]
    for token in bad:
        answer = await api.http.post("/posts", json={"title": "T"}, headers={"Authorization": f"Bearer {token}"})
        assert code(answer) == (401, "InvalidToken"), token
        assert "invalid_token" in answer.headers["www-authenticate"]
    for header in ("Basic abc", "Bearer", "Bearer "):
        answer = await api.http.post("/posts", json={"title": "T"}, headers={"Authorization": header})
        assert code(answer) == (401, "InvalidToken")
    assert await api.count("events WHERE type = 'PostDrafted'") == 0


async def test_a_rotated_key_signs_anew_and_old_tokens_stay_good(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = await api.member()
    old = jwt.get_unverified_header(ines.tokens["access_token"])["kid"]
    new = await rotate_keys.main(api.parts.settings)
    monkeypatch.setattr(api.parts.keys, "_loaded", -float("inf"))
    published = (await api.http.get("/.well-known/jwks.json")).json()["keys"]
    assert {key["kid"] for key in published} == {old, new}
    assert all("d" not in key for key in published)
    api.parts.verifier.forget()
    renewed = (await api.refresh(ines.tokens["refresh_token"])).json()
    assert jwt.get_unverified_header(renewed["access_token"])["kid"] == new
    monkeypatch.setattr(api.parts.verifier, "_fetched", -float("inf"))
    for tokens in (ines.tokens, renewed):
        assert (await Member(api, "", "", tokens).post("/posts", title="T")).status_code == 201


async def test_a_retired_key_is_published_until_its_tokens_have_expired(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.member()
    old = (await api.parts.keys.signing()).id
    await api.parts.keys.rotate()
    await api.pool.execute("UPDATE signing_keys SET retired_at = retired_at - interval '21 minutes' WHERE id = $1", old)
    monkeypatch.setattr(api.parts.keys, "_loaded", -float("inf"))
    assert old not in {key["kid"] for key in (await api.parts.keys.jwks())["keys"]}


async def test_rs256_by_setting_signs_with_rsa(settings: Settings) -> None:
    async with opened_api(settings.model_copy(update={"token_algorithm": "RS256"})) as api:
        ines = await api.member()
        assert jwt.get_unverified_header(ines.tokens["access_token"])["alg"] == "RS256"
        assert (await ines.post("/posts", title="T")).status_code == 201


async def test_private_keys_lie_encrypted_beside_the_log(api: Api) -> None:
    await api.member()
    stored: bytes = await api.pool.fetchval("SELECT private_key FROM signing_keys")
    assert b"PRIVATE" not in stored


async def test_guessing_one_accounts_password_is_throttled_even_with_the_right_one(settings: Settings) -> None:
    limit = Limit("sign-in account", 3, 300)
    async with opened_api(settings, Limits(sign_in_account=limit)) as api:
        await api.register("ines")
        answers = await asyncio.gather(*(api.grant("ines", f"guess {n} of many") for n in range(8)))
        assert sorted(answer.status_code for answer in answers) == [400] * 3 + [429] * 5
        refused = await api.grant("INES")
        assert code(refused) == (429, "TooManyAttempts")
        assert 0 < int(refused.headers["retry-after"]) <= 300
    async with opened_api(settings, Limits(sign_in_account=limit)) as api:
        assert code(await api.grant("ines")) == (429, "TooManyAttempts")
        await api.pool.execute("UPDATE throttle SET expires_at = clock_timestamp()")
        assert (await api.grant("ines")).status_code == 200


async def test_guessing_from_one_address_is_throttled_across_accounts(settings: Settings) -> None:
    async with opened_api(settings, Limits(sign_in_client=Limit("sign-in client", 3, 300))) as api:
        await api.register("ines")
        for n in range(3):
            assert (await api.grant(f"nobody{n}")).status_code == 400
        assert code(await api.grant("ines")) == (429, "TooManyAttempts")


async def test_right_passwords_use_up_no_attempts(settings: Settings) -> None:
    limits = {"sign_in_client": Limit("c", 3, 300), "sign_in_account": Limit("a", 3, 300)}
    async with opened_api(settings, Limits(**limits)) as api:
        await api.register("ines")
        for _ in range(5):
            assert (await api.grant("ines")).status_code == 200


async def test_a_suspended_account_can_neither_sign_in_nor_use_its_tokens(api: Api) -> None:
    admin, ines = await api.admin(), await api.member("ines")
    made = (await ines.post("/auth/api-tokens", name="tool")).json()
    assert (await admin.post("/accounts/ines/suspend", reason="spam")).status_code == 200
    api.parts.standing.forget()
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")
    answer = await api.http.post("/posts", json={"title": "T"}, headers={"Authorization": f"Bearer {made['token']}"})
    assert code(answer) == (401, "InvalidToken")
    assert oauth(await api.grant("ines")) == (400, "invalid_grant")
    assert oauth(await api.refresh(ines.tokens["refresh_token"])) == (400, "invalid_grant")
    assert oauth(await api.grant("ines", "wrong password")) == (400, "invalid_grant")


async def test_what_a_token_may_do_is_looked_up_anew_within_a_minute(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = await api.member()
    assert (await ines.post("/posts", title="T")).status_code == 201
    now = asyncio.get_running_loop().time()
    await api.pool.execute("DELETE FROM sign_in_sessions")
    assert (await ines.post("/posts", title="T")).status_code == 201
    monkeypatch.setattr("command_api.auth.standing.monotonic", lambda: now + 60)
    assert code(await ines.post("/posts", title="T")) == (401, "InvalidToken")


async def test_an_api_token_acts_for_its_account_until_it_is_revoked(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    made = await ines.post("/auth/api-tokens", name="importer", expires_in_days=1)
    assert made.status_code == 201
    tool = Member(api, "", ines.account, {"access_token": made.json()["token"]})
    assert (await tool.post("/posts", title="T")).status_code == 201
    assert code(await bram.ask("DELETE", f"/auth/api-tokens/{made.json()['id']}")) == (404, "NoSuchApiToken")
    assert (await ines.ask("DELETE", f"/auth/api-tokens/{made.json()['id']}")).status_code == 204
    assert code(await tool.post("/posts", title="T")) == (401, "InvalidToken")


async def test_an_expired_api_token_is_refused(api: Api) -> None:
    ines = await api.member()
    made = (await ines.post("/auth/api-tokens", name="importer")).json()
    await api.pool.execute("UPDATE api_tokens SET expires_at = clock_timestamp()")
    tool = Member(api, "", ines.account, {"access_token": made["token"]})
    assert code(await tool.post("/posts", title="T")) == (401, "InvalidToken")


async def test_an_account_has_a_bounded_number_of_api_tokens(
    api: Api, log_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("command_api.auth.api_tokens.MOST_PER_ACCOUNT", 2)
    ines = await api.member()
    async with statements_held(log_database, "INSERT", "api_tokens", contenders=6):
        asked = asyncio.gather(*(ines.post("/auth/api-tokens", name=f"t{n}") for n in range(6)))
    assert sorted(answer.status_code for answer in await asked) == [201] * 2 + [409] * 4


async def test_introspection_answers_for_good_tokens_and_says_nothing_of_others(api: Api) -> None:
    ines = await api.member()
    token = (await ines.post("/auth/api-tokens", name="tool")).json()["token"]
    for good in (token, ines.tokens["access_token"]):
        found = (await api.http.post("/auth/introspect", data={"token": good})).json()
        assert (found["active"], found["sub"], found["roles"]) == (True, ines.account, ["author"])
    for bad in ("pal_no", "no", token[:-1], ines.tokens["refresh_token"]):
        assert (await api.http.post("/auth/introspect", data={"token": bad})).json() == {"active": False}


async def test_more_sign_ins_than_can_wait_are_told_to_come_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.register("ines")
    monkeypatch.setattr(api.parts.passwords, "_waiting", 2)
    answers = await asyncio.gather(*(api.grant("ines") for _ in range(6)))
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy
    assert code(busy[0]) == (503, "Busy")
    assert busy[0].headers["retry-after"]
    assert any(answer.status_code == 200 for answer in answers)


async def test_a_password_is_kept_as_argon2id_with_owasps_parameters(api: Api) -> None:
    ines = await api.member()
    stored = await api.secret(ines.account, "password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in stored
