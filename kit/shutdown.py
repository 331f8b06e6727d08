"""SIGTERM and SIGINT as an event to wait for, so that a process stops when its work is put down."""

import asyncio
import signal


def stop_requested() -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets. Call it inside the running loop."""
    event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event
