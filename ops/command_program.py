"""Actions that a program of the command API does, which has the key to the accounts."""

import sys
from collections.abc import Mapping

from ops.acting import Action
from stack.oneshot import OneShotFailed, run_once


async def answer_of(words: tuple[str, ...], told: Mapping[str, str], action: Action, *, command: str) -> str | None:
    """What the program printed. None: it refused, which is said and recorded."""
    try:
        return await run_once(words, told)
    except OneShotFailed as problem:
        print(f"{command}: {problem}", file=sys.stderr)
        action.result = "refused"
        return None
