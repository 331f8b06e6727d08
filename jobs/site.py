"""What the site is called, where it is, and by which clock it lives."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit
from uuid import UUID

from domain.site.site import Site
from engine.commands.executor import CommandExecutor

_STREAM = "site"


class SiteSettings(NamedTuple):
    title: str
    base_url: str
    """Without a slash at its end."""
    time_zone: str

    def post_url(self, slug: str) -> str:
        return f"{self.base_url}/posts/{quote(slug, safe='')}"

    def comment_url(self, slug: str, comment: UUID) -> str:
        return f"{self.post_url(slug)}#comment-{comment}"

    def author_url(self, handle: str) -> str:
        return f"{self.base_url}/authors/{quote(handle, safe='')}"


async def site_of(executor: CommandExecutor, public_url: str) -> SiteSettings:
    """As its admin has configured it last; before that, what its address says."""
    found, _ = await executor.load(Site, _STREAM)
    if found is None:
        return SiteSettings(urlsplit(public_url).netloc, public_url.rstrip("/"), "UTC")
    return SiteSettings(found.configured.title, found.configured.base_url, found.configured.time_zone)
