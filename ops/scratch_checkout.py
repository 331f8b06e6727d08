"""A copy of the checkout to try changes in: the checkout itself is never touched."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScratchCheckout:
    """`folder` follows the files of `root` that git knows or would add, as they are now."""

    root: Path
    folder: Path

    def follow(self) -> None:
        """Undoes what was changed or left in the copy. Copies only what differs, so that a second time costs little."""
        wanted = set(self._names())
        for left in [path for path in self.folder.rglob("*") if not path.is_dir() or path.is_symlink()]:
            if left.relative_to(self.folder) not in wanted:
                left.unlink()
        for name in wanted:
            source, target = self.root / name, self.folder / name
            if not target.exists() or _stamp(source) != _stamp(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)

    def apply(self, patch: Path) -> str:
        """Returns why git cannot apply it, or nothing."""
        applied = subprocess.run(  # noqa: S603 - git on a patch of our own
            ["git", "apply", "--whitespace=nowarn", str(patch)],  # noqa: S607 - git is found as the user finds it
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        return applied.stderr.strip() if applied.returncode else ""

    def _names(self) -> Iterator[Path]:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - as above
            cwd=self.root,
            check=True,
            capture_output=True,
        ).stdout.split(b"\0")
        return (Path(name.decode()) for name in filter(None, listed) if (self.root / name.decode()).is_file())


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns
