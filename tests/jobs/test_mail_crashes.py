"""A process that dies around the mail server's yes: no notice is lost, and none comes more than twice."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from domain.accounts.choose_notifications import ChooseNotifications
from domain.accounts.confirm_address import ConfirmAddress
from domain.posts.revise_post import RevisePost
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.due_posts import Desk
from tests.jobs.mail_servers import Office, serving
from tests.jobs.waiting import until_found

_TIME_PASSES = "UPDATE job_ledger SET due_at = now(), resend_at = now(), leased_until = now() WHERE state <> 'done'"


async def authors(desk: Desk, count: int) -> list[UUID]:
    """Who want to be told of comments."""
    found = [(await desk.accounts.register())[0] for _ in range(count)]
    for account in found:
        await desk.do(ConfirmAddress(account=account))
        await desk.do(ChooseNotifications(account=account, by_mail=("comment",)))
    return found


def sent(office: Office) -> Counter[tuple[str, str]]:
    """How often each mail about a comment came, by its recipient and Message-ID."""
    return Counter(
        (str(mail["To"]), str(mail["Message-ID"])) for mail in office.mails if "comment_mail" in mail["Message-ID"]
    )


@pytest.mark.usefixtures("projectors")
@pytest.mark.parametrize("when", ["before it hears the yes", "before it records the yes"])
async def test_a_process_killed_between_the_servers_yes_and_its_record_sends_no_mail_a_third_time(
    desk: Desk, start_jobs: StartJobs, ledger_view: LedgerView, when: str
) -> None:
    await ledger_view.execute("INSERT INTO job_triggers (job, since) VALUES ('comment_mail', 0)")
    wanting = await authors(desk, 3)
    post = await desk.accounts.publish(wanting[0])
    await desk.do(RevisePost(post=post, authors=tuple(wanting)))
    commenter, _ = await desk.accounts.register()
    await desk.accounts.comment(commenter, post)
    first: list[Any] = []
    office = Office()
    if when == "before it hears the yes":
        office.when_taken = lambda _mail: first[0].kill() if len(sent(office)) == 1 else None
    else:
        office.when_left = lambda: first[0].kill() if sent(office) else None
    with serving(office) as port:
        smtp_url = f"smtp://localhost:{port}"
        first.append(start_jobs(PALIMPSEST_SMTP_URL=smtp_url))

        async def is_dead() -> bool:
            return first[0].process.poll() is not None

        await until_found(is_dead, "the process was killed with a mail in hand")
        await ledger_view.execute(_TIME_PASSES)
        start_jobs(PALIMPSEST_SMTP_URL=smtp_url)

        async def is_done() -> bool:
            return all(row["state"] == "done" for row in await ledger_view.rows())

        await until_found(is_done, "every job is done")
        counts = sent(office)
    assert len(counts) == 3, "one Message-ID for each who is told"
    assert max(counts.values()) == 2, "the one in hand came again"
