"""An admin says what the site is called, what it is about and where it is."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from domain.command import Command, Context, Decision
from domain.language import Language
from domain.rights import require_admin
from domain.site.events import SiteConfigured
from domain.site.site import Site
from domain.site.web_address import WebAddress
from domain.text import SINGLE_LINE, STORABLE, STRIPPED
from domain.time_zone import TimeZone


class ConfigureSite(Command):
    aggregate: ClassVar[type[Any]] = Site

    title: Annotated[str, STRIPPED, Field(min_length=1, max_length=100), SINGLE_LINE]
    description: Annotated[str, STRIPPED, Field(max_length=1000), STORABLE] = ""
    base_url: WebAddress
    """Where readers find it, such as https://example.org."""
    language: Language = "en"
    time_zone: TimeZone = "UTC"

    @property
    def stream(self) -> str:
        return "site"

    @property
    def partition_key(self) -> str:
        return "site"

    def decide(self, state: Site | None, context: Context) -> Decision:
        require_admin(context.actor)
        configured = SiteConfigured.model_validate(self.model_dump())
        if state is not None and state.configured == configured:
            return Decision()
        return Decision(events=(configured,))
