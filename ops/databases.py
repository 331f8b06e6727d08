"""Where an operator's command finds the databases, and the roles that it signs in with."""

from dataclasses import dataclass

from kit.settings import Settings
from stack.settings import StackSettings
from stack.told import database_url


@dataclass(frozen=True, slots=True)
class OperatorUrls:
    """Hold passwords: never shown or logged."""

    log: str
    """With role palimpsest_operator."""
    read: str
    """With role palimpsest_projector, which owns what read models are made of."""


def operator_urls() -> OperatorUrls:
    """Of PALIMPSEST_LOG_URL and PALIMPSEST_READ_URL, with the roles they name, when both are set; else of the stack.

    Raises:
        StackProblem: no stack runs in PALIMPSEST_HOME.
    """
    settings = Settings()
    if settings.log_url and settings.read_url:
        return OperatorUrls(settings.log_url, settings.read_url)
    stack = StackSettings()
    return OperatorUrls(
        log=database_url("log", "palimpsest_operator", stack), read=database_url("read", "palimpsest_projector", stack)
    )


def operator_log_url() -> str:
    """For commands that need the log alone: PALIMPSEST_LOG_URL when it is set, else of the stack.

    Raises:
        StackProblem: no stack runs in PALIMPSEST_HOME.
    """
    return Settings().log_url or database_url("log", "palimpsest_operator", StackSettings())


def owner_urls() -> tuple[str, str]:
    """Of the log with the role that owns it, for what no other role may do, and of the read database as above.

    Raises:
        StackProblem: no stack runs in PALIMPSEST_HOME.
    """
    settings = Settings()
    if settings.log_url and settings.read_url:
        return settings.log_url, settings.read_url
    stack = StackSettings()
    return database_url("log", "palimpsest_owner", stack), database_url("read", "palimpsest_projector", stack)
