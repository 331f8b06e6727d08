"""Makes the topic, or stops where one that differs is there."""

from collections.abc import Mapping

from stack.addresses import as_role
from stack.oneshot import OneShotFailed, run_once
from stack.problem import StackProblem


async def prepare_topic(kafka: str, topic: str, admin_url: str, passwords: Mapping[str, str]) -> None:
    """As many partitions as the log at `admin_url` has.

    Raises:
        StackProblem: the topic has another number of them, or no broker answers.
    """
    relay = as_role(admin_url, "palimpsest_relay", passwords)
    told = {"PALIMPSEST_LOG_URL": relay, "PALIMPSEST_KAFKA": kafka, "PALIMPSEST_TOPIC": topic}
    try:
        await run_once(("-m", "relay.provision"), told)
    except OneShotFailed as problem:
        raise StackProblem(f"the topic at {kafka}: {problem}") from problem
