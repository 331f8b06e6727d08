"""Reads the lists that lie beside posts in a folder or a zip: `_data/authors.yml`, `_data/categories.yml`."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_MAX_BYTES = 4 << 20


def listed(source: Path, file: str) -> Mapping[str, Any]:
    """What the list says by name; nothing when it is not there, or cannot be read."""
    try:
        found = yaml.load(_text(source, file), yaml.CBaseLoader)  # noqa: S506 - the base loader constructs texts alone
    except (OSError, yaml.YAMLError, UnicodeDecodeError, zipfile.BadZipFile, KeyError):
        return {}
    return {str(name): about for name, about in found.items()} if isinstance(found, dict) else {}


def _text(source: Path, file: str) -> str:
    if source.is_dir():
        return (source / file).read_bytes()[:_MAX_BYTES].decode()
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive, archive.open(file) as opened:
            return opened.read(_MAX_BYTES).decode()
    return ""
