from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.mailbox import Mailbox, text_of


async def test_a_new_account_gets_a_welcome_mail_with_its_link(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    account, address = await accounts.register(correlation="request-42")
    jobs = start_jobs()
    mail = await mailbox.one(address)
    link = f"https://site.example/confirm?token={account.hex}.welcome"
    assert mail["To"] == address
    assert mail["From"] == "The site <no-reply@site.example>"
    assert mail["Subject"] == "Welcome to site.example: please confirm your address"
    assert mail.get_content_type() == "multipart/alternative"
    assert link in text_of(mail)
    assert f'href="{link}"' in text_of(mail, "html")
    await ledger_view.until_state("done")
    [row] = await ledger_view.rows()
    assert mail["Message-ID"] == f"<{row['event_id']}.welcome_mail@site.example>"
    await jobs.until_told('"correlation":"request-42"')
    assert address not in jobs.lines()
    assert f"{account.hex}.welcome" not in jobs.lines()


async def test_every_link_that_is_asked_for_is_sent(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    account, address = await accounts.register()
    start_jobs()
    await mailbox.one(address)
    await accounts.ask_again(account)
    await ledger_view.until_state("done", 2)
    assert f"/confirm?token={account.hex}.again" in text_of(mailbox.to(address)[1])
    await accounts.forget_password(account)
    await ledger_view.until_state("done", 3)
    assert f"/reset?token={account.hex}.reset" in text_of(mailbox.to(address)[2])
    await accounts.change_address(account, f"new-{address}")
    assert f"/confirm?token={account.hex}.change" in text_of(await mailbox.one(f"new-{address}"))


async def test_an_erased_account_gets_no_mail(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    account, address = await accounts.register()
    await accounts.ask_again(account)
    await accounts.forget_password(account)
    await accounts.close(account)
    start_jobs()
    # three mails that find nobody, and the closing's two: no posts are erased here
    await ledger_view.until_state("done", 5)
    assert mailbox.to(address) == []
