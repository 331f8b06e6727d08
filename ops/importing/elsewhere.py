"""Lists the pictures that posts show from elsewhere: nobody fetches them, so an operator may want to."""

from collections.abc import Mapping
from itertools import islice

_SHOWN = 50


def tell_elsewhere(links: Mapping[str, str]) -> None:
    """By link, a post that has it. Both come from files: no control characters may reach a terminal."""
    if links:
        print(f"pictures that are elsewhere, linked to as before: {len(links)}")
    for link, post in islice(links.items(), _SHOWN):
        print("  " + "".join(c if c.isprintable() else "?" for c in f"{link} in {post}"))
    if len(links) > _SHOWN:
        print(f"  and {len(links) - _SHOWN} more")
