"""Prints fresh passwords for compose.yaml: `python -m stack.compose_environment > .env`."""

from migrations.roles import ROLES
from stack.credentials import Credentials


def lines(made: Credentials) -> list[str]:
    """NAME=value, one for each password that compose.yaml asks for."""
    roles = {f"PALIMPSEST_PASSWORD_{role.removeprefix('palimpsest_').upper()}": made.roles[role] for role in ROLES}
    others = {"POSTGRES_PASSWORD": made.postgres, "VALKEY_PASSWORD": made.valkey, "PALIMPSEST_SECRET": made.secret}
    return [f"{name}={value}" for name, value in {**others, **roles}.items()]


if __name__ == "__main__":
    print("\n".join(lines(Credentials())))
