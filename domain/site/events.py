"""What can happen to the site."""

from typing import TypeAlias

from domain.event import Event


class SiteEvent(Event):
    """An event of the stream `site`."""


class SiteConfigured(SiteEvent):
    """What the site says of itself, all of it each time."""

    title: str
    description: str
    base_url: str
    """Where readers find it; without a slash at its end."""
    language: str
    time_zone: str


AnySiteEvent: TypeAlias = SiteConfigured
