"""A day in the life of a site, restarts at the worst time included: everything arrives, and nothing that should not."""

import asyncio
import os
import signal
from collections import Counter
from hashlib import sha256

import asyncpg
import pytest

from tests.days import darkroom
from tests.days.conftest import Arrives
from tests.days.endpoint import Endpoint
from tests.days.people import confirms, mails, told
from tests.films import corpus
from tests.journeys.person import Person
from tests.live_stack import LiveStack, eventually
from tests.media_files import png

PICTURE, FILM = png(64, 48, filling=b"day"), corpus.film("a WebM of VP8 and Vorbis", seconds=20)
REJECTED = "您对《On the sea》的评论已被撤下"
RUNNING = "SELECT count(*) FROM job_ledger WHERE job = $1 AND state = 'running'"
OPEN = "SELECT count(*) FROM job_ledger WHERE state <> 'done' AND due_at < now() AND job <> $1"


def count(site: LiveStack, question: str, job: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(site.url("log"))
        try:
            return int(await connection.fetchval(question, job))
        finally:
            await connection.close()

    return asyncio.run(ask())


def at_the_worst_time(site: LiveStack) -> None:
    """A film is half made, mails and messages wait: whoever does it dies, then the broker, then all at once."""
    eventually(lambda: count(site, RUNNING, "film_variants") > 0, "the film is being made")
    site.kill("jobs")
    site.kill("valkey")
    os.kill(site.state()["pid"], signal.SIGKILL)
    again = site.command("stack", "up", "--detach")
    assert again.returncode == 0, f"{again.stdout}\n{again.stderr}\n{site.unready()}"


def told_of_a_post(endpoint: Endpoint, post: str) -> list[str]:
    """Kinds, in the order in which they first arrived."""
    return list({each.id: each.kind for each in endpoint.accepted(post)}.values())


def expected_mails(ana: Person, ben: Person, mei: Person) -> "Counter[tuple[str, str]]":
    """Address and subject."""
    return Counter(
        {
            (ana.address, "Welcome to The Coast: please confirm your address"): 1,
            (ben.address, "Welcome to The Coast: please confirm your address"): 1,
            (mei.address, "欢迎来到The Coast：请确认您的邮箱地址"): 1,  # noqa: RUF001 - as it is written
            (ana.address, f"{ben.handle} commented on “On the sea”"): 1,
            (ana.address, f"{mei.handle} commented on “On the sea”"): 1,
            (ben.address, f"{ana.handle} answered your comment on “On the sea”"): 1,
            (ana.address, f"{ben.handle} follows you at The Coast"): 1,
            (mei.address, REJECTED): 1,
            (ben.address, "Set a new password for The Coast"): 1,
            (f"{mei.handle}@example.net", "请确认您在The Coast的新邮箱地址"): 1,
            (mei.address, "有人为您在The Coast的账号填写了新的邮箱地址"): 1,
        }
    )


@pytest.mark.timeout(300)
@pytest.mark.soak
def test_what_a_day_brings_arrives_in_spite_of_it_all(site: LiveStack, endpoint: Endpoint, arrives: Arrives) -> None:
    admin = arrives("")
    admin.do("PUT", "/site", title="The Coast", base_url="https://coast.example")
    ana, ben, mei = arrives("ana"), arrives("ben"), arrives("mei", language="zh")
    hook = admin.do("POST", "/webhooks", url=endpoint.url)
    for person in (ana, ben, mei):
        confirms(site, person)
        person.do("PUT", "/accounts/me/notifications", by_mail=["comment", "reply", "follower", "moderation"])

    cover, film = darkroom.uploads(ana, "sea.png", PICTURE), darkroom.uploads(ana, "waves.webm", FILM)
    first = ana.do("POST", "/posts", title="On the sea", body="Waves.", cover=cover, publish=True)["id"]
    second = ana.do("POST", "/posts", title="On the wind", body="Gusts.", publish=True)["id"]
    endpoint.refused.add(second)
    ana.do("PATCH", f"/posts/{second}", body="Gusts, and lulls.")
    said = ben.do("POST", f"/posts/{first}/comments", body="I was there.")["id"]
    ana.do("POST", f"/posts/{first}/comments", body="Were you?", parent=said)
    rude = mei.do("POST", f"/posts/{first}/comments", body="Dull.")["id"]
    ben.do("PUT", f"/accounts/{ana.handle}/follow")
    eventually(lambda: endpoint.refusals(second) > 1, "messages about the second post are refused")

    at_the_worst_time(site)
    eventually(lambda: count(site, OPEN, "film_variants") == 0, "what the day has brought so far is done", 60)

    admin.do("POST", f"/comments/{rude}/reject")
    eventually(lambda: (mei.address, REJECTED) in told(site), "the author of the rejected comment is told")
    ben.ask("POST", "/auth/forgot", address=ben.address).raise_for_status()
    mei.do("POST", "/accounts/me/address", address=f"{mei.handle}@example.net")
    ana.do("POST", f"/posts/{first}/unpublish")
    endpoint.refused.clear()

    eventually(lambda: darkroom.is_processed(ana, film), "the film is made", 120)
    eventually(lambda: darkroom.is_processed(ana, cover), "the picture's forms are made", 60)
    eventually(lambda: "post.withdrawn" in told_of_a_post(endpoint, first), "the last of the first post", 60)
    eventually(lambda: "post.changed" in told_of_a_post(endpoint, second), "the last of the second post", 60)
    eventually(lambda: count(site, OPEN, "") == 0, "every job is done", 60)

    expected = expected_mails(ana, ben, mei)
    assert (told(site) - expected, expected - told(site)) == (Counter(), Counter())
    assert max(mails(site).values()) <= 2
    assert told_of_a_post(endpoint, first) == [
        "post.published",
        "comment.published",
        "comment.published",
        "comment.published",
        "comment.withdrawn",
        "post.withdrawn",
    ]
    assert told_of_a_post(endpoint, second) == ["post.published", "post.changed"]
    assert max(Counter(each.id for each in endpoint.arrived if each.was_accepted).values()) <= 2
    assert all(each.is_signed_with(hook["secret"]) for each in endpoint.taken)
    of_cover, of_film = darkroom.forms(ana, cover), darkroom.forms(ana, film)
    assert (set(of_cover), set(of_film)) == (darkroom.OF_PICTURES, darkroom.OF_FILMS)
    originals = {sha256(PICTURE).hexdigest(), sha256(FILM).hexdigest()}
    assert darkroom.kept(site) == originals | set(of_cover.values()) | set(of_film.values())
