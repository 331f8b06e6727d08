"""An admin says what the site is, and everybody reads it."""

from tests.journeys.person import Person


def test_the_site_says_what_it_is(people: tuple[Person, Person, Person]) -> None:
    author, reader, admin = people
    said = {
        "title": "Notes from a lighthouse",
        "description": "What the sea brings.",
        "base_url": "https://light.example",
        "language": "en",
        "time_zone": "Europe/Lisbon",
    }
    assert author.ask("PUT", "/site", **said).status_code == 403
    admin.do("PUT", "/site", **said)
    found = reader.read("/site", after=admin).json()
    assert {name: found[name] for name in said} == said
    assert "Notes from a lighthouse" in reader.read("/feed.atom", after=admin).text
