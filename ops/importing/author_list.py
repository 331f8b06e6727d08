"""A source's own list of its authors, `_data/authors.yml`: their names by what posts call them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = "_data/authors.yml"
_MAX_BYTES = 4 << 20


def names_of(source: Path) -> Mapping[str, str]:
    """None in a tar: it would have to be read twice."""
    try:
        found = yaml.load(_text(source), yaml.CBaseLoader)  # noqa: S506 - the base loader constructs texts alone
    except (OSError, yaml.YAMLError, UnicodeDecodeError, zipfile.BadZipFile, KeyError):
        return {}
    names = {str(called): _name(about) for called, about in found.items()} if isinstance(found, dict) else {}
    return {called: name for called, name in names.items() if name}


def _text(source: Path) -> str:
    if source.is_dir():
        return (source / FILE).read_bytes()[:_MAX_BYTES].decode()
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive, archive.open(FILE) as file:
            return file.read(_MAX_BYTES).decode()
    return ""


def _name(about: Any) -> str:
    name = about.get("name") if isinstance(about, dict) else about
    return name if isinstance(name, str) else ""
