from typing import Any

import pytest
from pydantic import ValidationError

from domain.rights import AdminsOnly, SignInRequired
from domain.site.configure_site import ConfigureSite
from domain.site.events import SiteConfigured
from tests.domain.scenario import ADMIN, ANONYMOUS, EDITOR, given

CONFIGURED = SiteConfigured(
    title="The light", description="", base_url="https://light.example", language="en", time_zone="UTC"
)


def configure(**changes: Any) -> ConfigureSite:
    return ConfigureSite(**{"title": "The light", "base_url": "https://light.example/", **changes})


def test_what_is_left_out_has_a_plain_value() -> None:
    assert given().when(configure(), ADMIN).events == (CONFIGURED,)


def test_the_same_once_more_is_no_event() -> None:
    assert given(CONFIGURED).when(configure(), ADMIN).events == ()
    assert given(CONFIGURED).when(configure(title="Another"), ADMIN).events


def test_only_admins_configure_the_site() -> None:
    given().refuses(configure(), EDITOR, AdminsOnly)
    given().refuses(configure(), ANONYMOUS, SignInRequired)


@pytest.mark.parametrize("address", ["http://localhost:8000", "https://example.org/blog", "https://bücher.example"])
def test_addresses_of_the_web_are_taken(address: str) -> None:
    assert configure(base_url=f" {address}/ ").base_url == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://ana:secret@example.org",
        "https://example.org?a",
        "https://example.org#",
        "https://example.org:port",
        "https://a b.example",
        "https://[::1",
        f"https://{'a' * 200}.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        configure(base_url=address)
