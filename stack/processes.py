"""The one definition of the processes: `up` runs these, and compose.yaml is tested against them."""

from collections.abc import Mapping
from dataclasses import dataclass

from stack.addresses import Addresses, as_role
from stack.credentials import Credentials

OPTIONAL = (
    "PALIMPSEST_LOG_LEVEL",
    "PALIMPSEST_TOKEN_ALGORITHM",
    "PALIMPSEST_CORS_ORIGINS",
    "PALIMPSEST_TRUSTED_PROXIES",
    "PALIMPSEST_MAIL_FROM",
    "PALIMPSEST_MAIL_RATE",
    "PALIMPSEST_AUDIT_CYCLE_S",
    "PALIMPSEST_AUDIT_SHARE",
    "PALIMPSEST_MEDIA_IMAGE_BYTES",
    "PALIMPSEST_MEDIA_VIDEO_BYTES",
    "PALIMPSEST_PUBLIC_SOURCE",
    "PALIMPSEST_MEDIA_VIDEO_SECONDS",
    "PALIMPSEST_MEDIA_AVIF",
    "PALIMPSEST_MEDIA_PUBLIC_ORIGINALS",
    "PALIMPSEST_WEBHOOK_HTTP",
    "PALIMPSEST_WEBHOOK_NETWORKS",
    "PALIMPSEST_WEBHOOK_PATIENCE_S",
)
"""Settings of the person who starts the stack that every process is told when they are set."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process: `python -m NAME`, and what it may know. What is not named here it is not told."""

    name: str
    log_role: str = ""
    read_role: str = ""
    port_offset: int | None = None
    """Its HTTP port, counted from PALIMPSEST_PORT; None takes a free one for health and metrics."""
    has_secret: bool = False
    has_bus: bool = False
    has_mail_and_queue: bool = False
    has_public_url: bool = False
    has_media: bool = False
    watches_disk: bool = False
    """Stops before the disk is full that our own servers are on."""
    asks_command_api: bool = False
    asks_query_api: bool = False
    only_with_kafka: bool = False
    module: str = ""
    """What Python runs, when it is not called as the process is."""
    wants: tuple[tuple[str, str, str], ...] = ()
    """(process, setting, value): what others are told for its sake, unless whoever starts the stack says otherwise."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("-m", self.module or self.name)


PROCESSES = (
    Process(
        "command_api",
        log_role="palimpsest_command",
        port_offset=1,
        has_secret=True,
        has_public_url=True,
        has_media=True,
    ),
    Process("relay", log_role="palimpsest_relay", has_bus=True, only_with_kafka=True),
    Process("projectors", log_role="palimpsest_projector", read_role="palimpsest_projector", has_bus=True),
    Process("replayer", log_role="palimpsest_projector", read_role="palimpsest_projector", watches_disk=True),
    Process(
        "query_api",
        read_role="palimpsest_query",
        port_offset=2,
        asks_command_api=True,
        has_public_url=True,
        has_media=True,
    ),
    Process(
        "jobs",
        log_role="palimpsest_jobs",
        read_role="palimpsest_jobs",
        has_secret=True,
        has_bus=True,
        has_mail_and_queue=True,
        has_public_url=True,
        has_media=True,
    ),
)

EXTRAS = {
    "realworld": Process(
        "realworld",
        port_offset=4,
        asks_command_api=True,
        asks_query_api=True,
        module="examples.realworld",
        wants=(
            ("command_api", "PALIMPSEST_TRUSTED_PROXIES", '["127.0.0.1"]'),
            ("query_api", "PALIMPSEST_PUBLIC_SOURCE", "true"),
        ),
    ),
}
"""What `up --with NAME` runs besides, by name."""


def environment(process: Process, at: Addresses, credentials: Credentials) -> dict[str, str]:
    """The settings that a process starts with, all of them."""
    bus = {"BUS": "kafka" if at.kafka else "log", "KAFKA": at.kafka, "TOPIC": at.topic}
    groups: tuple[tuple[bool, Mapping[str, str]], ...] = (
        (bool(process.log_role), {"LOG_URL": _role_url(at.log, process.log_role, credentials)}),
        (bool(process.read_role), {"READ_URL": _role_url(at.read, process.read_role, credentials)}),
        (process.has_secret, {"SECRET": credentials.secret}),
        (process.has_bus, bus),
        (process.has_mail_and_queue, {"REDIS_URL": at.redis, "SMTP_URL": at.smtp}),
        (process.has_public_url, {"PUBLIC_URL": at.public}),
        (process.has_media, {"MEDIA_URL": at.media}),
        (process.watches_disk, {"HOME": at.home}),
        (process.asks_command_api, {"COMMAND_URL": f"http://{at.host}:{at.http.get('command_api', 0)}"}),
        (process.asks_query_api, {"QUERY_URL": f"http://{at.host}:{at.http.get('query_api', 0)}"}),
        (True, {"HTTP_HOST": at.host, "HTTP_PORT": str(at.http[process.name])}),
    )
    return {f"PALIMPSEST_{name}": value for is_told, group in groups if is_told for name, value in group.items()}


def _role_url(url: str, role: str, credentials: Credentials) -> str:
    return as_role(url, role, credentials.roles) if role else ""
