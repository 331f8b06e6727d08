"""The operations pages: their text, and their blocks of commands."""

import re

from tests.servers import ROOT

PAGES = [ROOT / "docs" / "operations.md", *sorted((ROOT / "docs" / "operations").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
BLOCKS = re.findall(r"^```bash\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def block(beginning: str) -> str:
    """The one block that begins so."""
    [found] = [each for each in BLOCKS if each.startswith(beginning)]
    return str(found)
