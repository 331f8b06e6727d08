"""Roles and databases, made by two stacks at once and again later."""

import asyncio
import secrets

import asyncpg

from migrations.roles import provision
from tests.racing import catalogue_held
from tests.servers import Cluster, Database


async def test_two_that_provision_one_server_at_once_both_succeed(postgres: Cluster) -> None:
    urls = [postgres.server.url(f"at_once_{number}") for number in range(4)]
    async with catalogue_held(postgres.server.url(), "pg_authid", contenders=4):
        provisioning = asyncio.gather(
            *(provision(url, "log", postgres.passwords) for url in urls), return_exceptions=True
        )
    assert await provisioning == [None] * 4


async def test_a_changed_password_is_set(postgres: Cluster) -> None:
    role = "palimpsest_relay"
    changed = {**postgres.passwords, role: secrets.token_hex(8)}
    url = postgres.server.url("changed_password")
    await provision(url, "log", changed)
    try:
        await (await asyncpg.connect(Database("changed_password", url, changed).url(role))).close()
    finally:
        await provision(url, "log", postgres.passwords)
