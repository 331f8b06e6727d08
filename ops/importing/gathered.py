"""What a source says beside its posts: names of authors, categories without posts, what was left out."""

from collections import Counter
from dataclasses import dataclass, field

from ops.importing.category import Path
from ops.importing.remarks import Remarks


@dataclass(slots=True)
class Gathered:
    remarks: Remarks
    names: dict[str, str] = field(default_factory=dict)
    """Names by what posts call an author."""
    categories: dict[str, Path] = field(default_factory=dict)
    """Paths by slug."""
    hosts: set[str] = field(default_factory=set)
    """Under which the site was to be found."""
    left_out: Counter[str] = field(default_factory=Counter)
    """What there is no place for, and how often."""
