"""Where a stack's servers answer, and the URL with which each role reaches them."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Addresses:
    """Servers and ports of one stack. PostgreSQL's URLs are an administrator's; processes get a role's instead."""

    log: str
    read: str
    redis: str
    smtp: str
    kafka: str
    """Empty without Kafka."""
    topic: str
    public: str
    media: str
    """Where the bytes of media are kept."""
    home: str
    """The folder that our own servers keep their data in."""
    host: str
    http: Mapping[str, int]
    """The HTTP port of each process."""


def as_role(url: str, role: str, passwords: Mapping[str, str]) -> str:
    """The same database for one of our roles."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(passwords[role], safe='')}@{host}"))


def without_password(url: str) -> str:
    """For people and files that anybody may read."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
