from domain.site.events import SiteConfigured
from read_models.site import MODEL
from tests.read_models.history import delivered

FIRST = SiteConfigured(title="One", description="", base_url="https://one.example", language="en", time_zone="UTC")


def test_what_was_configured_last_is_what_the_site_says() -> None:
    assert delivered(MODEL).rows["site"] == {}
    second = FIRST.model_copy(update={"title": "Two"})
    [row] = delivered(MODEL, FIRST, second).rows["site"].values()
    assert (row.site, row.title, row.version) == ("site", "Two", 2)
