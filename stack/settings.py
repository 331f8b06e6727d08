"""Settings of the whole stack, from the environment and the command line."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from kit.settings import FromEnvironment


class StackSettings(FromEnvironment):
    """What `up` needs to know. URLs name servers that exist already; an empty one means: start our own."""

    home: Path = Path(".palimpsest")
    cache: Path | None = None
    """Where fetched jars are kept; in the home by default. Several stacks may share one."""
    port: int = Field(default=8000, ge=1, le=65531)
    """The first HTTP port: command_api is on the next one, query_api on the one after, realworld two behind it."""
    bus: Literal["kafka", "log"] = "kafka"
    topic: str = "palimpsest.events"
    log_url: str = ""
    """postgresql://admin:password@host:port/database, of a role that may create roles and databases."""
    read_url: str = ""
    kafka: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    public_url: str = ""
    media_url: str = ""
    """file:///a/folder or s3://KEY:SECRET@bucket/prefix?endpoint=...; empty: the folder `media` of the home."""
    min_free_mb: int = 1024
    """`up` refuses to start with less free disk than this."""
    ready_s: float = 60
    """How long `up` waits for everything to be ready."""
    stop_s: float = 30
    """How long `down` waits before it kills."""
