"""Ends a process that cannot end itself."""

import os
import threading

_PATIENCE_S = 20
_STUCK = 70


def exit_soon() -> None:
    """Leaves a while for an orderly end; what hangs then, such as a dead connection, must not keep the process."""
    timer = threading.Timer(_PATIENCE_S, os._exit, [_STUCK])
    timer.daemon = True
    timer.start()
