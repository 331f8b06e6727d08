"""What a running stack tells a process, for programs that act in its place."""

from typing import Literal

from stack import credentials as credentials_of
from stack.addresses import Addresses, as_role
from stack.credentials import Credentials
from stack.home import Home
from stack.locking import holder
from stack.ports import LOOPBACK
from stack.problem import ExitCode, StackProblem
from stack.processes import PROCESSES, environment
from stack.settings import StackSettings
from stack.state import StackState, load


def settings_of(name: str, settings: StackSettings) -> dict[str, str]:
    """The environment of process `name` in the stack that runs now.

    Raises:
        StackProblem: none runs in this home, or not with this process.
    """
    state, known = _running(settings)
    process = next(each for each in PROCESSES if each.name == name)
    if process.only_with_kafka and not state.urls.get("kafka"):
        raise StackProblem(f"this stack runs without Kafka, so without {name}", ExitCode.FAILED)
    return environment(process, _addresses(state, settings, known.valkey), known)


def database_url(which: Literal["log", "read"], role: str, settings: StackSettings) -> str:
    """The URL of a database of the stack that runs now, for one of our roles.

    Raises:
        StackProblem: none runs in this home, or it was started before there was such a role.
    """
    state, known = _running(settings)
    if role not in known.roles:
        raise StackProblem(f"this stack does not know {role} yet: `palimpsest down`, then `palimpsest up`")
    return as_role(state.urls[which], role, known.roles)


def _running(settings: StackSettings) -> tuple[StackState, Credentials]:
    home = Home(settings.home.resolve())
    state = load(home)
    known = credentials_of.load(home)
    if holder(home.lock) is None or state is None or known is None:
        raise StackProblem(f"nothing runs in {home.path}: start it with `palimpsest up`", ExitCode.CANNOT_START)
    return state, known


def _addresses(state: StackState, settings: StackSettings, valkey_password: str) -> Addresses:
    urls = state.urls
    redis = settings.redis_url or urls["redis"].replace("redis://", f"redis://:{valkey_password}@", 1)
    return Addresses(
        log=urls["log"],
        read=urls["read"],
        redis=redis,
        smtp=settings.smtp_url or urls["smtp"],
        kafka=urls.get("kafka", ""),
        topic=urls.get("topic", settings.topic),
        public=urls["public"],
        media=settings.media_url or Home(settings.home.resolve()).media.as_uri(),
        home=str(settings.home.resolve()),
        host=LOOPBACK,
        http={each.name: each.port for each in state.processes if each.port},
    )
