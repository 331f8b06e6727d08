"""What a backup says of itself."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ops.backing_up.broken import BackupRefused
from ops.checking_log.chain import PartitionHash
from stack.home import write_whole

MANIFEST = "manifest.json"
FORMAT = 1


class TableContent(BaseModel):
    """One table's file: NAME.copy, PostgreSQL's COPY text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    rows: int


class Moment(BaseModel):
    """A moment in the life of one log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log: str
    """When that log was created: what tells it from every other log."""
    epoch: int
    position: int
    revision: str
    """Of its schema."""
    taken_at: str


class Manifest(BaseModel):
    """manifest.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    moment: Moment
    tables: Mapping[str, TableContent]
    partitions: tuple[PartitionHash, ...]
    """The hash of each partition's history."""

    def save(self, folder: Path) -> None:
        """On one line, as `log verify --against` reads it too."""
        write_whole(folder / MANIFEST, self.model_dump_json() + "\n", mode=0o600)

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Raises BackupRefused when this code does not understand it."""
        try:
            found = cls.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            raise BackupRefused(f"{folder / MANIFEST} is not understood: was it made by newer code?") from None
        if found.format != FORMAT:
            raise BackupRefused(f"{folder} has format {found.format} and this code knows {FORMAT}: use newer code")
        return found
