"""Ids of what a site numbers: the same in every run."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("7d0f1b52-2c0c-5c5e-8f0e-70616c696d70")


def known_as(site: str, kind: str, number: str) -> UUID:
    return uuid5(_NAMESPACE, f"{site}:{kind}:{number}")
