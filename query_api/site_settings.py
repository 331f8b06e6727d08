"""The site as its admin has configured it, for every door that names it."""

from typing import NamedTuple

from query_api.parts import Parts

_SELECT = """
    SELECT s.title, s.description, s.base_url, s.language, s.time_zone, s.version
      FROM serving.site AS s WHERE s.site = 'site'
"""


class SiteSettings(NamedTuple):
    title: str
    description: str
    base_url: str
    """Without a slash at its end."""
    language: str
    time_zone: str
    version: int
    """Of the site's stream; 0 when nobody has configured it."""


async def site_of(parts: Parts) -> SiteSettings:
    """What was configured last; a plain beginning before that."""
    row = await parts.database.row(_SELECT)
    if row is None:
        return SiteSettings("Palimpsest", "", parts.settings.public_url.rstrip("/"), "en", "UTC", 0)
    return SiteSettings(**row)
