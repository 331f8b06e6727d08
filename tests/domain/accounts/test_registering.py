from datetime import timedelta
from typing import Any

import pytest

from domain.accounts.credit_author import CreditAuthor
from domain.accounts.refusals import (
    AccountExists,
    AddressTaken,
    HandleReserved,
    HandleTaken,
    PasswordMissing,
    RolesNotYours,
)
from domain.accounts.register_account import RegisterAccount
from domain.command import Name, Secret
from domain.rights import AdminsOnly, SignInRequired
from tests.domain.histories import CREDITED, REGISTERED
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, NOW, SYSTEM, Given, given

HASHED = {"password_hash": "argon2id...", "one_time_token": "token"}


def register(**changes: Any) -> RegisterAccount:
    return RegisterAccount(**{"account": ANA, "handle": "Ana", "address": "ana@example.org", "name": "Ana", **changes})


def nobody_yet(**beside: Any) -> Given:
    return given().knowing(**{**HASHED, **beside})


def test_anybody_may_register() -> None:
    decision = nobody_yet().when(register(), ANONYMOUS)
    assert decision.events == (REGISTERED,)
    assert decision.claims == (Name("handle", "ana"), Name("address", "ana@example.org", is_private=True))
    assert decision.new_keys_for == ANA
    assert decision.secrets == (
        Secret("password", "argon2id..."),
        Secret("confirmation", "token", NOW + timedelta(days=7)),
    )


def test_an_account_needs_a_password() -> None:
    given().refuses(register(), ANONYMOUS, PasswordMissing, "/password")


def test_an_id_is_used_once() -> None:
    given(REGISTERED).knowing(**HASHED).refuses(register(), ANONYMOUS, AccountExists, "/account")
    given(REGISTERED).refuses(CreditAuthor(account=ANA, handle="ana", name="Ana"), ADMIN, AccountExists, "/account")


def test_handles_and_addresses_are_unique() -> None:
    taken = nobody_yet(taken=frozenset({Name("handle", "ana"), Name("handle", "ana-2")}))
    assert "ana-3" in taken.refuses(register(), ANONYMOUS, HandleTaken, "/handle").detail
    address = Name("address", "ana@example.org", is_private=True)
    in_use = nobody_yet(taken=frozenset({address}))
    in_use.refuses(register(address="ANA@Example.org"), ANONYMOUS, AddressTaken, "/address")


@pytest.mark.parametrize("handle", ["me", "ME", "12345"])
def test_some_handles_are_reserved(handle: str) -> None:
    nobody_yet().refuses(register(handle=handle), ANONYMOUS, HandleReserved, "/handle")


def test_roles_are_given_by_admins() -> None:
    command = register(roles=["author", "admin"])
    nobody_yet().refuses(command, ANONYMOUS, RolesNotYours, "/roles")
    nobody_yet().refuses(command, ANA_WRITES, RolesNotYours, "/roles")
    assert nobody_yet().when(command, SYSTEM).events
    assert nobody_yet().when(command, ADMIN).events


def test_an_admin_credits_authors() -> None:
    command = CreditAuthor(account=ANA, handle="ANA", name="Ana")
    decision = given().when(command, ADMIN)
    assert decision.events == (CREDITED,)
    assert decision.claims == (Name("handle", "ana"),)
    assert decision.new_keys_for == ANA
    given().refuses(command, ANA_WRITES, AdminsOnly)
    given().refuses(command, ANONYMOUS, SignInRequired)


@pytest.mark.parametrize(
    "wrong",
    [
        {"handle": "x"},
        {"handle": "x" * 31},
        {"handle": "an a"},
        {"handle": "ána"},
        {"handle": "an\na"},
        {"address": "nowhere"},
        {"address": f"{'x' * 64}@{'y' * 60}.{'z' * 60}.{'z' * 60}.{'z' * 60}.org"},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\tb"},
        {"language": "x"},
        {"time_zone": "Mars/Olympus"},
        {"roles": ["owner"]},
        {"password": "hunter2hunter2"},
    ],
)
def test_a_value_past_its_limits_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        register(**wrong)


def test_languages_are_kept_in_their_customary_case() -> None:
    assert register(language="zh_HANT_tw").language == "zh-Hant-TW"
    assert register(language="de-ch-1901-x-ab").language == "de-CH-1901-x-ab"
