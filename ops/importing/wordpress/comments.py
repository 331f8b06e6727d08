"""An item's comments: what was public of them, each behind what it answers."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.comments.content import LONGEST
from domain.comments.place import DEEPEST
from ops.importing.comment import Person, SourceComment
from ops.importing.dates import parse_date
from ops.importing.identity import known_as
from ops.importing.wordpress.elements import Element

_LEFT_OUT = {"spam": "comments marked as spam", "trash": "comments in the bin", "0": "comments waiting for approval"}
_BY_MACHINES = {"pingback", "trackback"}


@dataclass(slots=True)
class Commenters:
    """Who wrote comments, told apart by their addresses, of which nothing but a hash in memory is kept.

    Ids come from the first comment of each: one made from an address would give the address away.
    """

    site: str
    _first: dict[bytes, Person] = field(default_factory=dict)

    def person(self, comment: Element) -> Person:
        name = " ".join(comment.of("wp:comment_author").split())[:100] or "Anonymous"
        address = comment.of("wp:comment_author_email").lower()
        mark = hashlib.blake2b(f"{address}\n{'' if address else name}".encode(), digest_size=16).digest()
        made = Person(known_as(self.site, "commenter", comment.of("wp:comment_id")), name)
        return self._first.setdefault(mark, made)


@dataclass(slots=True)
class Thread:
    """Reads the comments of one item."""

    commenters: Commenters
    logins: Mapping[str, str]
    """What the source calls its authors, by their number."""
    left_out: Counter[str]
    _depths: dict[str, int] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)
    """Below which comment an answer goes: itself, or, when it is left out or too deep, the nearest that can be."""

    def read(self, item: Element) -> tuple[SourceComment, ...]:
        found = {number: one for one in item.all("wp:comment") if (number := one.of("wp:comment_id"))}
        above = {number: one.of("wp:comment_parent") for number, one in found.items()}
        return tuple(
            made for number in _parents_first(above) if (made := self._comment(number, found[number], above[number]))
        )

    def _comment(self, number: str, comment: Element, above: str) -> SourceComment | None:
        place = self._places.get(above, "")
        if not self._is_kept(comment):
            self._places[number] = place
            return None
        if place != above and above in self._places:
            self.left_out["answers to comments that are not there, put below the nearest one that is"] += 1
        self._depths[number] = 1 + self._depths.get(place, 0)
        self._places[number] = number if self._depths[number] < DEEPEST else place
        site = self.commenters.site
        return SourceComment(
            id=known_as(site, "comment", number),
            parent=known_as(site, "comment", place) if place else None,
            by=self.logins.get(comment.of("wp:comment_user_id")) or self.commenters.person(comment),
            written_at=_moment(comment),
            body=comment.of("wp:comment_content"),
        )

    def _is_kept(self, comment: Element) -> bool:
        if comment.of("wp:comment_type") in _BY_MACHINES:
            return self._leave_out("pingbacks and trackbacks")
        if (state := comment.of("wp:comment_approved")) != "1":
            return self._leave_out(_LEFT_OUT.get(state, "comments that were not public"))
        if not (body := comment.of("wp:comment_content")):
            return self._leave_out("comments without words")
        return len(body) <= LONGEST or self._leave_out(f"comments longer than {LONGEST} characters")

    def _leave_out(self, what: str) -> bool:
        self.left_out[what] += 1
        return False


def _parents_first(above: Mapping[str, str]) -> list[str]:
    """In the order of the file, but for those that stand before what they answer."""
    order: dict[str, None] = {}
    for number in above:
        chain: dict[str, None] = {}
        current = number
        while current in above and current not in order and current not in chain:
            chain[current] = None
            current = above[current]
        order |= dict.fromkeys(reversed(chain))
    return list(order)


def _moment(comment: Element) -> datetime | None:
    try:
        return parse_date(comment.of("wp:comment_date_gmt"), UTC)
    except ValueError:
        return None
