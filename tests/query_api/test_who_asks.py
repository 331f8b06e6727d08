import base64
import json
from collections.abc import AsyncIterator

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.command_api.asking import Member, code
from tests.query_api.press import Press, asked


async def own(http: httpx.AsyncClient, authorization: str) -> httpx.Response:
    return await http.get("/accounts/me", headers={"Authorization": authorization})


@pytest.fixture
async def fresh(press: Press) -> AsyncIterator[httpx.AsyncClient]:
    """A query API that remembers nobody."""
    async with asked(press.read, press.command_url) as (_, http):
        yield http


async def test_ones_own_account_is_shown(press: Press) -> None:
    ana = await press.author()
    await press.project()
    answer = await press.get("/accounts/me", ana)
    found = answer.json()
    assert (found["id"], found["handle"], found["address"]) == (ana.account, ana.handle, f"{ana.handle}@example.org")
    assert (found["roles"], found["status"], found["address_is_confirmed"]) == (["author"], "active", False)
    assert answer.headers["cache-control"] == "private, no-store"


async def test_without_a_token_one_has_no_account(press: Press) -> None:
    answer = await press.get("/accounts/me")
    assert code(answer) == (401, "SignInNeeded")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_account_that_has_not_arrived_yet_is_said_to_be_missing(press: Press) -> None:
    ana = await press.author()
    assert code(await press.get("/accounts/me", ana)) == (404, "AccountNotFound")
    await press.project()
    assert (await press.get("/accounts/me", ana)).status_code == 200


async def test_tokens_that_are_not_good_are_refused_at_every_door(press: Press) -> None:
    ana = await press.author()
    await press.project()
    good = str(ana.tokens["access_token"])
    head, claims, signature = good.split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    foreign = jwt.encode(
        jwt.decode(good, options={"verify_signature": False}),
        Ed25519PrivateKey.generate(),
        "EdDSA",
        {"kid": jwt.get_unverified_header(good)["kid"]},
    )
    bad = ["Bearer", "Bearer x", "Basic eDp5", f"Bearer {unsigned}.{claims}.", f"Bearer {foreign}", "Bearer pal_none"]
    bad += [f"Bearer {head}.{claims}.{signature[:-4]}AAAA", f"Bearer {'x' * 5000}", "Bearer \u00fc"]
    for path in ("/accounts/me", "/me/posts", "/posts", "/posts/x"):
        for authorization in bad:
            answer = await press.get(path, headers={"Authorization": authorization.encode("latin-1")})
            assert code(answer) == (401, "InvalidToken"), authorization[:40]


async def test_an_api_token_speaks_for_its_owner(press: Press) -> None:
    ana = await press.author()
    await press.project()
    made = (await ana.post("/auth/api-tokens", name="reader")).json()
    answer = await press.get("/accounts/me", headers={"Authorization": f"Bearer {made['token']}"})
    assert answer.json()["handle"] == ana.handle


async def test_a_suspended_account_is_refused(press: Press, fresh: httpx.AsyncClient) -> None:
    ana = await press.author()
    assert (await press.admin.post(f"/accounts/{ana.handle}/suspend", reason="spam")).status_code == 200
    await press.project()
    assert code(await own(fresh, ana.bearer["Authorization"])) == (401, "InvalidToken")


async def test_a_closed_account_is_refused(press: Press, fresh: httpx.AsyncClient) -> None:
    ana = await press.author()
    await ana.ask("DELETE", "/accounts/me")
    await press.project()
    assert code(await own(fresh, ana.bearer["Authorization"])) == (401, "InvalidToken")


async def test_roles_are_those_of_now_and_not_of_the_token(press: Press, fresh: httpx.AsyncClient) -> None:
    ana, editor = await press.author(), await press.editor()
    post = await ana.draft("Under review")
    await press.project()
    assert (await fresh.get(f"/posts/{post}", headers=editor.bearer)).status_code == 200
    assert (await press.admin.ask("DELETE", f"/accounts/{editor.handle}/roles/editor")).status_code == 200
    await press.project()
    async with asked(press.read, press.command_url) as (_, later):
        assert (await later.get(f"/posts/{post}", headers=editor.bearer)).status_code == 404


async def test_known_keys_outlive_the_command_side(press: Press) -> None:
    ana, ben = await press.author(), await press.author()
    await press.project()
    async with asked(press.read, press.command_url) as (parts, http):
        assert (await own(http, ana.bearer["Authorization"])).status_code == 200
        parts.commands.base_url = httpx.URL("http://127.0.0.1:9")
        assert (await own(http, ben.bearer["Authorization"])).status_code == 200
        answer = await own(http, "Bearer pal_unknown")
        assert code(answer) == (503, "SignInUnavailable")
        assert answer.headers["retry-after"]


async def test_while_no_keys_are_known_public_reads_go_on(press: Press) -> None:
    ana: Member = await press.author()
    await press.project()
    async with asked(press.read, "http://127.0.0.1:9") as (_, http):
        assert code(await own(http, ana.bearer["Authorization"])) == (503, "SignInUnavailable")
        assert (await http.get("/posts")).status_code == 200
