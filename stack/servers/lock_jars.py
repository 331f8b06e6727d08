"""Writes kafka.lock: `python -m stack.servers.lock_jars`, after a change of WANTED; review what it fetched.

slf4j-simple, because a log4j binding makes the resolver pick another version of kafka-clients.
"""

import hashlib
import tempfile
from pathlib import Path

from jgo.maven import MavenContext

from stack.servers.jars import LOCK

WANTED = ("org.apache.kafka:kafka_2.13:4.4.0", "org.slf4j:slf4j-simple:1.7.36")
_HEAD = "# Every jar that the broker runs on: Maven coordinate and SHA-256. Written by stack.servers.lock_jars.\n"
_NOT_AT_RUN_TIME = ("test", "provided", "system")


def resolve(scratch: Path) -> list[str]:
    """A line for each jar: its coordinate and digest, sorted."""
    context = MavenContext(repo_cache=scratch, timeout=60)
    direct, transitive = context.resolver.resolve([context.create_dependency(each) for each in WANTED])
    needed = (each for each in (*direct, *transitive) if each.scope not in _NOT_AT_RUN_TIME and not each.optional)
    return sorted(
        f"{each.groupId}:{each.artifactId}:{each.version} "
        f"{hashlib.sha256(each.artifact.resolve().read_bytes()).hexdigest()}\n"
        for each in needed
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        LOCK.write_text(_HEAD + "".join(resolve(Path(folder))), encoding="ascii")
