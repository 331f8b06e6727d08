"""Who has an account, and what they were sent."""

import email
from collections import Counter
from email.policy import default
from uuid import uuid4

import httpx

from tests.journeys.person import PASSWORD, Person, signed_in
from tests.live_stack import LiveStack


def signed_up(site: LiveStack, name: str, language: str) -> Person:
    handle = f"{name}{uuid4().hex[:6]}"
    new = {"handle": handle, "address": f"{handle}@example.org", "name": name, "password": PASSWORD}
    httpx.post(f"{site.command_url}/accounts", json={**new, "language": language}, timeout=20).raise_for_status()
    return Person(site, signed_in(site, handle).raise_for_status().json()["access_token"], handle)


def confirms(site: LiveStack, person: Person) -> None:
    person.do("POST", "/accounts/confirm", token=person.link(site, "confirm"))


def mails(site: LiveStack) -> Counter[tuple[str, str, str]]:
    """Address, subject and Message-ID of every mail, and how often it came."""
    found: Counter[tuple[str, str, str]] = Counter()
    for file in (site.home / "mail").glob("*.eml"):
        mail = email.message_from_bytes(file.read_bytes(), policy=default)
        found[mail["X-Envelope-To"], mail["Subject"], mail["Message-ID"]] += 1
    return found


def told(site: LiveStack) -> Counter[tuple[str, str]]:
    """Address and subject of every mail, one that came again as the same mail counted once."""
    return Counter((address, subject) for address, subject, _ in mails(site))
