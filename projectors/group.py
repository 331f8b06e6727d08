"""The name of the projectors' consumer group."""

from collections.abc import Sequence
from hashlib import blake2b

from engine.projection.contract import ReadModel


def group_of(models: Sequence[ReadModel]) -> str:
    """Says what its members serve: in a rolling deploy, old and new code never share partitions."""
    served = ",".join(sorted(f"{model.name}.{model.version}" for model in models))
    return f"palimpsest-projectors-{blake2b(served.encode(), digest_size=6).hexdigest()}"
