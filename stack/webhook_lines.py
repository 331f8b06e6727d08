"""What status says of webhooks: which are paused, and that something waits for others too long."""

from collections.abc import Mapping
from typing import Any

OLDEST_S = 300.0
"""What has waited so long for a webhook that is not paused is an alarm."""


def webhook_lines(found: Mapping[str, Any]) -> list[str]:
    """Nothing where there are no webhooks.

    Args:
        found: how many `webhooks` there are, how many of them are `paused`, how many `keys` wait for the others, and
            the age of the oldest in `oldest_s`.
    """
    if not found["webhooks"]:
        return []
    see = ": see `palimpsest webhooks`" if found["paused"] or found["oldest_s"] > OLDEST_S else ""
    waits = f", the oldest for {found['oldest_s'] / 60:,.0f} min" if found["oldest_s"] > OLDEST_S else ""
    return [f"webhooks: {found['webhooks']}, {found['paused']} paused; {found['keys']} posts wait{waits}{see}"]
