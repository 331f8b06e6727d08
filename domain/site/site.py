"""The state that site commands decide on."""

from dataclasses import dataclass

from domain.command import Name
from domain.site.events import AnySiteEvent, SiteConfigured


@dataclass(frozen=True, slots=True)
class Site:
    configured: SiteConfigured

    @property
    def names(self) -> tuple[Name, ...]:
        """It claims none."""
        return ()

    @staticmethod
    def evolve(_state: "Site | None", event: AnySiteEvent) -> "Site":
        """The state after the event; None is a site that nobody has configured."""
        return Site(event)
