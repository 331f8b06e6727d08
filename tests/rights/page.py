"""Writes docs/rights.md: `python -m tests.rights.page`."""

from collections.abc import Iterable
from itertools import groupby

from tests.rights import commands, queries
from tests.rights.table import Right
from tests.servers import ROOT

PAGE = ROOT / "docs" / "rights.md"
_HEAD = """\
# Who may do what

Every door of both APIs, for nobody signed in, for who the thing belongs to (by role an author), for another author, for
editors, for admins, and for an author whose account is suspended. A test tries each cell, and fails for a door that is
not here. Written by `python -m tests.rights.page`.

- **yes**; **sign in**: 401; **no**: 403, or 409 where the thing's state is against it, with the code of the rule;
  **hidden**: 404, as if it were not there.
- **as given**: what is sent decides (a password, a link, a token), not who sends it.
- A post belongs to the authors that it names, not to who drafted it. An account without the role author drafts and
  uploads nothing.
- A suspended account's tokens are refused (401) wherever a door looks at who asks.
- Lists, counts, feeds, searches and the stream of changes hold what their reader may read one by one.
"""
_COLUMNS = (
    "| door | of | nobody | owner | another author | editor | admin | suspended |\n|---|---|---|---|---|---|---|---|\n"
)
_PARTS = (
    ("Writing posts", commands.POSTS),
    ("Commenting", commands.COMMENTS),
    ("Media", commands.MEDIA),
    ("Categories, tags, the site", commands.TAXONOMY),
    ("Webhooks", commands.WEBHOOKS),
    ("Other accounts", commands.OTHERS),
    ("Signing in", commands.SIGNING_IN),
    ("One's own account", commands.OWN_ACCOUNT),
    ("Reading posts", queries.POSTS),
    ("Reading comments", queries.COMMENTS),
    ("Reading media", queries.MEDIA),
    ("Reading the rest", queries.THE_REST),
)


def page() -> str:
    return _HEAD + "".join(f"\n## {title}\n\n{_COLUMNS}{_lines(rights)}" for title, rights in _PARTS)


def _lines(rights: Iterable[Right]) -> str:
    lines = ""
    for door, same in groupby(rights, key=lambda right: right.door):
        for number, right in enumerate(same):
            shown = "" if number else f"`{door}`"
            lines += f"| {shown} | {right.of} | {' | '.join(right.cells)} |\n"
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
