"""What the doors work with, made once a process."""

from dataclasses import dataclass

import httpx
from fastapi import Request
from prometheus_client import CollectorRegistry

from kit.blobs.blobs import Blobs
from kit.settings import Settings
from query_api.consistency import Consistency
from query_api.database import Database
from query_api.live_changes import LiveChanges
from query_api.viewers import Viewers


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    registry: CollectorRegistry
    database: Database
    viewers: Viewers
    consistency: Consistency
    blobs: Blobs
    commands: httpx.AsyncClient
    """The command side, for what only it knows."""
    changes: LiveChanges


def parts_of(request: Request) -> Parts:
    parts: Parts = request.scope["app"].state.parts
    return parts
