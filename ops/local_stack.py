"""What an operator on the stack's own machine may know: its doors, its log, its secrets."""

import os
from dataclasses import dataclass
from pathlib import Path

from stack import credentials, state
from stack.addresses import as_role
from stack.home import Home
from stack.problem import StackProblem


class NoStack(Exception):  # noqa: N818 - named for the fact
    """No stack was ever started here."""


@dataclass(frozen=True, slots=True)
class LocalStack:
    command_url: str
    query_url: str
    log_url: str
    """With the role of command_api."""
    secret: str

    def environment(self) -> dict[str, str]:
        """The settings that a program of command_api's wants."""
        return {"PALIMPSEST_LOG_URL": self.log_url, "PALIMPSEST_SECRET": self.secret}


def home() -> Path:
    return Path(os.environ.get("PALIMPSEST_HOME", ".palimpsest"))


def local_stack() -> LocalStack:
    """Reads what `up` left in PALIMPSEST_HOME.

    Raises:
        NoStack: nothing there, or it is not ours to read.
    """
    try:
        found, known = state.load(Home(home())), credentials.load(Home(home()))
    except OSError as problem:
        raise NoStack(f"{home()} cannot be read: {problem.strerror}") from problem
    except StackProblem as problem:
        raise NoStack(str(problem)) from problem
    if found is None or known is None:
        raise NoStack(f"no stack in {home()}: start one by `palimpsest up`, or set PALIMPSEST_HOME")
    return LocalStack(
        command_url=found.urls.get("command_api", ""),
        query_url=found.urls.get("query_api", ""),
        log_url=as_role(found.urls["log"], "palimpsest_command", known.roles),
        secret=known.secret,
    )
