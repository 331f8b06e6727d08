"""Creates the databases and the roles that processes sign in with, each allowed what it needs and no more."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import asyncpg

OWNER = "palimpsest_owner"
READERS_AND_WRITERS: Mapping[str, tuple[str, ...]] = {
    "log": ("palimpsest_command", "palimpsest_relay", "palimpsest_projector", "palimpsest_jobs", "palimpsest_operator"),
    "read": ("palimpsest_projector", "palimpsest_jobs", "palimpsest_query"),
}
ROLES = (OWNER, *dict.fromkeys(role for roles in READERS_AND_WRITERS.values() for role in roles))

# What a role's sessions start with. A query that runs away is ended; the query side could not write if it were allowed.
_SESSION_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "palimpsest_query": {"default_transaction_read_only": "on", "statement_timeout": "10s"},
    "palimpsest_command": {"statement_timeout": "15s"},
}
_SCRAM_ITERATIONS = 4096
_ADVISORY_LOCK = 0x70616C
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class NotAPlainName(ValueError):  # noqa: N818 - named for the fact
    """A database name that would need quoting."""


async def provision(admin_url: str, which: Literal["log", "read"], passwords: Mapping[str, str]) -> None:
    """Creates the roles and the database that `admin_url` names, or brings them to what they should be. Repeatable.

    Args:
        admin_url: of a superuser, or of a role that may create roles and databases.
        which: the database's kind, which decides who may connect.
        passwords: of every role in ROLES; one that changed is set.
    """
    database = database_of(admin_url)
    admin = await asyncpg.connect(with_database(admin_url, "postgres"))
    try:
        # Two stacks on one server may come up at once; roles belong to the server.
        await admin.execute("SELECT pg_advisory_lock($1)", _ADVISORY_LOCK)
        await _create_roles(admin, (OWNER, *READERS_AND_WRITERS[which]), passwords)
        await _create_database(admin, database)
        await allow_roles(admin, database, which)
    finally:
        await admin.close()


async def allow_roles(admin: asyncpg.Connection, database: str, which: Literal["log", "read"]) -> None:
    """Lets the roles of this kind of database connect, and nobody else. A copy of a template needs it again."""
    await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {database} TO {', '.join(READERS_AND_WRITERS[which])}")
    if which == "read":
        # Each build of a read model is a schema of its own, made by the projector.
        # It reads and writes them through temporary functions, so that a small batch is few and short statements.
        await admin.execute(f"GRANT CREATE, TEMPORARY ON DATABASE {database} TO palimpsest_projector")


def database_of(url: str) -> str:
    name = urlsplit(url).path.removeprefix("/")
    if not _PLAIN_NAME.fullmatch(name):
        raise NotAPlainName(f"the database in a URL must be lower-case letters, digits and _, not {name!r}")
    return name


def with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def _create_roles(admin: asyncpg.Connection, roles: Iterable[str], passwords: Mapping[str, str]) -> None:
    existing = {row["rolname"] for row in await admin.fetch("SELECT rolname FROM pg_roles")}
    for role in roles:
        verb = "ALTER" if role in existing else "CREATE"
        await admin.execute(f"{verb} ROLE {role} LOGIN PASSWORD '{_verifier(passwords[role])}'")
        for name, value in _SESSION_SETTINGS.get(role, {}).items():
            await admin.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
    # An administrator who is no superuser gives databases away only as a member of the new owner. The owner in
    # turn makes things that the projector owns.
    if not await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await admin.execute(f"GRANT {OWNER} TO CURRENT_USER")
    await admin.execute(f"GRANT palimpsest_projector TO {OWNER}")


async def _create_database(admin: asyncpg.Connection, database: str) -> None:
    if await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await admin.execute(f"ALTER DATABASE {database} OWNER TO {OWNER}")
    else:
        await admin.execute(f"CREATE DATABASE {database} OWNER {OWNER}")


def _verifier(password: str) -> str:
    """RFC 5803's SCRAM-SHA-256 verifier, so that no password is ever in a statement or the server's log."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(each).decode() for each in (salt, stored, server))
    return f"SCRAM-SHA-256${_SCRAM_ITERATIONS}:{salt64}${stored64}:{server64}"
