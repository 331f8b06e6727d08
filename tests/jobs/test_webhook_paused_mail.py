"""Who registered a webhook is told when the system pauses it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from domain.command import Actor, Context
from domain.webhooks.pause_webhook import PauseWebhook
from kit import clock
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mailbox import text_of
from tests.servers import Cluster

REASON = "nothing was accepted for 24 hours: status 503"


@pytest.fixture(scope="module")
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


async def hook_of(bureau: Bureau, language: str = "en") -> tuple[Member, UUID]:
    """An admin, and what they have registered."""
    admin = await bureau.member(language=language)
    await done(await bureau.press.admin.ask("PUT", f"/accounts/{admin.handle}/roles/admin"))
    fields = {"url": "https://hooks.example/secret-path", "description": "The static site"}
    return admin, UUID((await done(await admin.ask("POST", "/webhooks", json=fields)))["id"])


async def give_up(bureau: Bureau, hook: UUID) -> None:
    context = Context(Actor(is_system=True), clock.now())
    pause = PauseWebhook(webhook=hook, reason=REASON)
    await bureau.press.api.parts.executor.execute(pause, context=context, correlation="r")


@pytest.mark.parametrize(("language", "word"), [("en", "was paused"), ("zh-CN", "已暂停")])
async def test_its_owner_is_told_why_and_how_to_resume_it(bureau: Bureau, language: str, word: str) -> None:
    admin, hook = await hook_of(bureau, language)
    await give_up(bureau, hook)
    await bureau.deliver()
    [mail] = bureau.mails(admin)
    assert word in mail["Subject"]
    assert "hooks.example" in mail["Subject"]
    assert REASON in text_of(mail)
    assert f"/webhooks/{hook}/resume" in text_of(mail)
    assert "secret-path" not in mail.as_string()


async def test_nobody_is_told_of_what_they_did_or_what_is_well_again(bureau: Bureau) -> None:
    admin, hook = await hook_of(bureau)
    await done(await admin.ask("POST", f"/webhooks/{hook}/pause", json={}))
    await done(await admin.ask("POST", f"/webhooks/{hook}/resume"))
    await give_up(bureau, hook)
    await done(await admin.ask("POST", f"/webhooks/{hook}/resume"))
    await bureau.deliver()
    assert bureau.mails(admin) == []


async def test_who_is_no_admin_any_more_is_not_told(bureau: Bureau) -> None:
    admin, hook = await hook_of(bureau)
    await done(await bureau.press.admin.ask("DELETE", f"/accounts/{admin.handle}/roles/admin"))
    await give_up(bureau, hook)
    await bureau.deliver()
    assert bureau.mails(admin) == []
