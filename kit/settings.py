"""Settings from the environment, read once by each process's __main__ and passed down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

_PREFIX = "PALIMPSEST_"


class SettingWrong(ValueError):  # noqa: N818 - named for the fact
    """A setting has a value that it cannot have. The message names its variable and never repeats the value."""


class FromEnvironment(BaseSettings):
    """Settings that are read from variables with our prefix.

    Raises:
        SettingWrong: when it is made.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise SettingWrong("; ".join(_complaints(error))) from None
        except SettingsError as error:
            field = str(error).split('"')[1]
            raise SettingWrong(f'{_PREFIX}{field.upper()} is not JSON, such as ["a", "b"]') from None


def _complaints(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_input=False, include_url=False):
        yield f"{_PREFIX}{str(each['loc'][0]).upper()}: {each['msg'][:1].lower()}{each['msg'][1:]}"


class Settings(FromEnvironment):
    """Every setting of every process. A process fails at start when one that it needs is missing."""

    home: Path = Path(".palimpsest")
    log_url: str = ""
    """postgresql://role:password@host:port/database of the event log, with this process's own role."""
    read_url: str = ""
    """The same for the read database."""
    bus: Literal["kafka", "log"] = "kafka"
    kafka: str = ""
    """host:port, comma separated."""
    topic: str = "palimpsest.events"
    redis_url: str = ""
    smtp_url: str = ""
    """smtp://host:port or smtps://user:password@host:port."""
    mail_from: str = "Palimpsest <no-reply@localhost>"
    """Who mails are from: `address` or `Name <address>`."""
    mail_rate: float = Field(default=0, ge=0)
    """The most mails a second that one process hands over; 0: as many as the mail server takes."""
    media_url: str = ""
    """Where the bytes of media are kept, as in `kit.blobs.places`; empty: the folder `media` of the home."""
    media_image_bytes: int = Field(default=20 << 20, gt=0)
    """The largest picture that is taken."""
    media_video_bytes: int = Field(default=500 << 20, gt=0)
    """The largest film."""
    media_video_seconds: int = Field(default=7_200, gt=0)
    """The longest film."""
    media_public_originals: bool = False
    """Whether all readers of a public picture or film may have it as it was uploaded, and what it says of its taker."""
    media_avif: bool = False
    """Whether variants of pictures are made as AVIF as well: smaller, and slow to make."""
    secret: SecretStr = SecretStr("")
    """At least 32 bytes, base64: the key of keyed hashes (addresses, idempotent requests)."""
    http_host: str = "127.0.0.1"
    http_port: int = 0
    """The process's HTTP port: its API, or /healthz, /readyz and /metrics alone. 0 takes a free one."""
    public_url: str = "http://localhost:8000"
    """What links in mails start with."""
    command_url: str = "http://localhost:8001"
    """Where query_api finds the JWKS and asks about API tokens."""
    instance: str = "1"
    """Tells processes of one kind apart: names group members and log files."""
    webhook_http: bool = False
    """Whether webhooks may be sent in the clear."""
    webhook_networks: list[str] = Field(default_factory=list)
    """Where webhooks may be sent besides the public internet, such as `["10.1.0.0/16"]`."""
    webhook_patience_s: float = Field(default=86_400, ge=1)
    """For how long a webhook's message is tried, and an address that takes none: then it is given up, or paused."""
    most_listeners: int = Field(default=2_000, ge=0)
    """How many may listen to /changes of one process at a time."""
    audit_cycle_s: float = Field(default=86_400, gt=0)
    """How often the drift audit looks at every key."""
    audit_share: float = Field(default=0.05, gt=0, le=1)
    """Which part of its time it works; it rests for the others' sake."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    token_algorithm: Literal["EdDSA", "RS256"] = "EdDSA"  # noqa: S105 - an algorithm, not a secret
    public_source: bool = False
    """Whether all readers of posts and comments get them as they were written, too."""
    cors_origins: list[str] = Field(default_factory=list)
    trusted_proxies: list[str] = Field(default_factory=list)

    @property
    def media_place(self) -> str:
        return self.media_url or (self.home.resolve() / "media").as_uri()
