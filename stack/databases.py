"""Brings a database to where processes can use it: roles, the database itself, its newest migration."""

from collections.abc import Mapping
from typing import Literal

from kit.database import DATABASE_FAULTS
from migrations.roles import OWNER, provision
from stack.addresses import as_role, without_password
from stack.oneshot import OneShotFailed, run_once
from stack.problem import StackProblem


async def prepare_database(which: Literal["log", "read"], admin_url: str, passwords: Mapping[str, str]) -> None:
    """Repeatable.

    Raises:
        StackProblem: naming the database and what is wrong.
    """
    try:
        await provision(admin_url, which, passwords)
        owner = as_role(admin_url, OWNER, passwords)
        await run_once(("-m", "migrations.runner"), {f"PALIMPSEST_{which.upper()}_URL": owner})
    except (
        *DATABASE_FAULTS,
        OneShotFailed,
        ValueError,
        OverflowError,
    ) as problem:
        raise StackProblem(f"the {which} database at {without_password(admin_url)}: {problem}") from problem
