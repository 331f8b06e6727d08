"""Passwords and the platform's secret: made at the first start, kept for the owner's eyes alone."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from migrations.roles import ROLES
from stack.home import Home, write_whole
from stack.problem import ExitCode, StackProblem


def _password() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Everything secret that a stack needs. Never shown, logged or put into stack.json."""

    secret: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode(), repr=False)
    """The key of keyed hashes (PALIMPSEST_SECRET). Losing it means: no address in the log can be looked up again."""
    postgres: str = field(default_factory=_password, repr=False)
    valkey: str = field(default_factory=_password, repr=False)
    roles: Mapping[str, str] = field(default_factory=lambda: {role: _password() for role in ROLES}, repr=False)


def load(home: Home) -> Credentials | None:
    """None before the first start.

    Raises:
        StackProblem: they are another account's.
    """
    try:
        return Credentials(**json.loads((home.secrets / "credentials.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as problem:
        raise StackProblem(f"the secrets of {home.path} are another account's", ExitCode.MACHINE) from problem


def load_or_make(home: Home) -> Credentials:
    """The same credentials at every start."""
    found = load(home)
    if found and found.roles.keys() >= set(ROLES):
        return found
    # an older stack does not know the roles that were added since
    made = replace(found, roles={**Credentials().roles, **found.roles}) if found else Credentials()
    keep(home, made)
    return made


def keep(home: Home, credentials: Credentials) -> None:
    write_whole(home.secrets / "credentials.json", json.dumps(asdict(credentials), indent=1), mode=0o600)
