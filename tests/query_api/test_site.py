from tests.command_api.asking import code
from tests.query_api.press import Press

SITE = {"title": "The light", "base_url": "https://light.example/"}


async def test_what_an_admin_configures_is_read_with_its_token(press: Press) -> None:
    configured = await press.admin.ask("PUT", "/site", json=SITE)
    assert configured.status_code == 200, configured.text
    await press.project()
    found = await press.get("/site", headers={"Consistency-Token": configured.json()["token"]})
    assert found.json() == {
        "title": "The light",
        "description": "",
        "base_url": "https://light.example",
        "language": "en",
        "time_zone": "UTC",
    }
    assert found.headers["cache-control"] == "public, no-cache"
    assert "stale" not in found.headers


async def test_only_admins_configure_the_site(press: Press) -> None:
    editor = await press.editor()
    assert code(await editor.ask("PUT", "/site", json=SITE)) == (403, "AdminsOnly")
    refused = await press.admin.ask("PUT", "/site", json={"title": "x", "base_url": "nowhere"})
    assert code(refused) == (422, "InvalidRequest")


async def test_the_site_door_knows_no_parameters(press: Press) -> None:
    assert code(await press.get("/site?a=b")) == (422, "InvalidRequest")
