"""Notices: who gets which mail, in which language, and who gets none; counted at a real mail server."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit import clock
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mailbox import text_of
from tests.servers import Cluster


@pytest.fixture(scope="module")
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


async def comment(by: Member, post: str, **fields: Any) -> str:
    """The new comment's id."""
    made = await done(await by.ask("POST", f"/posts/{post}/comments", json={"body": "Buy my *pills*.", **fields}))
    return str(made["id"])


async def hide(bureau: Bureau, commented: str, last: Member | None = None) -> None:
    """Three people flag it."""
    flaggers = [await bureau.press.author() for _ in range(2)]
    for member in (*flaggers, last or await bureau.press.author()):
        await done(await member.ask("POST", f"/comments/{commented}/flag"))


@pytest.mark.parametrize(
    ("language", "subject"), [("en-GB", "{by} commented on “On the sea”"), ("zh-CN", "{by} 评论了《On the sea》")]
)
async def test_an_author_is_told_of_a_comment_in_their_language(bureau: Bureau, language: str, subject: str) -> None:
    ines, ben = await bureau.member("comment", language=language), await bureau.member("comment")
    post = await ines.draft(publish=True)
    commented = await comment(ben, post)
    await bureau.deliver()
    [mail] = bureau.mails(ines)
    assert mail["Subject"] == subject.format(by=ben.handle)
    assert f"https://site.example/posts/on-the-sea#comment-{commented}".split("#")[1] in text_of(mail)
    assert "pills" not in mail.as_string(), "what a stranger wrote is read where it can be moderated"
    assert "comment_mail" in mail["Message-ID"]
    assert bureau.mails(ben) == []


async def test_the_one_click_header_of_a_notice_stops_its_kind(bureau: Bureau) -> None:
    ines, ben = await bureau.member("comment", "follower"), await bureau.member()
    post = await ines.draft(publish=True)
    await comment(ben, post)
    await bureau.deliver()
    [mail] = bureau.mails(ines)
    link = urlsplit(mail["List-Unsubscribe"].strip("<>"))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://site.example/unsubscribe"
    assert link.query in text_of(mail)
    one_click = {"List-Unsubscribe": "One-Click"}
    await done(await bureau.press.api.http.post(f"{link.path}?{link.query}", data=one_click))
    await comment(ben, post)
    await done(await ben.ask("PUT", f"/accounts/{ines.handle}/follow"))
    await bureau.deliver()
    assert bureau.subjects(ines)[1:] == [f"{ben.handle} follows you at site.example"]


async def test_who_is_answered_is_told_of_the_answer_alone(bureau: Bureau) -> None:
    ines, ben = await bureau.member("comment", "reply"), await bureau.member("reply", language="zh")
    post = await ines.draft(publish=True)
    asked = await comment(ben, post)
    answered = await comment(ines, post, parent=asked)
    await bureau.deliver()
    assert bureau.subjects(ben) == [f"{ines.handle} 回复了您对《On the sea》的评论"]
    await comment(ben, post, parent=answered)
    await bureau.deliver()
    first, second = bureau.subjects(ines)
    assert (first, second) == (
        f"{ben.handle} commented on “On the sea”",
        f"{ben.handle} answered your comment on “On the sea”",
    )
    await bureau.choose(ines, "comment")
    await comment(ben, post, parent=answered)
    await bureau.deliver()
    assert bureau.subjects(ines)[2:] == [first], "who has not chosen answers is told of the comment"


async def test_all_authors_of_a_post_are_told_but_who_wrote_the_comment(bureau: Bureau) -> None:
    authors = [await bureau.member("comment") for _ in range(3)]
    first, second, third = authors
    post = await first.draft(publish=True)
    handles = [member.handle for member in authors]
    await done(await bureau.press.admin.ask("PATCH", f"/posts/{post}", json={"authors": handles}))
    await comment(second, post)
    await bureau.deliver()
    assert [len(bureau.mails(member)) for member in (first, second, third)] == [1, 0, 1]


async def test_nobody_is_told_of_comments_and_answers_of_their_own(bureau: Bureau) -> None:
    ines = await bureau.member("comment", "reply")
    post = await ines.draft(publish=True)
    await comment(ines, post, parent=await comment(ines, post))
    await bureau.deliver()
    assert bureau.mails(ines) == []


async def test_a_new_follower_is_told_of_once(bureau: Bureau) -> None:
    ines, ben = await bureau.member("follower", language="zh"), await bureau.member("follower")
    for _ in range(2):
        await done(await ben.ask("PUT", f"/accounts/{ines.handle}/follow"))
        await bureau.deliver()
        await done(await ben.ask("DELETE", f"/accounts/{ines.handle}/follow"))
        await bureau.deliver()
    assert bureau.subjects(ines) == [f"{ben.handle} 在site.example关注了您"]
    assert bureau.mails(ben) == []


async def test_who_has_left_already_is_no_follower(bureau: Bureau) -> None:
    ines, ben = await bureau.member("follower"), await bureau.member()
    await done(await ben.ask("PUT", f"/accounts/{ines.handle}/follow"))
    await done(await ben.ask("DELETE", f"/accounts/{ines.handle}/follow"))
    await bureau.deliver()
    assert bureau.mails(ines) == []


async def test_editors_and_its_author_hear_of_a_hidden_comment_and_the_author_of_what_is_decided(
    bureau: Bureau,
) -> None:
    ines, editor, flagger = (
        await bureau.member("moderation"),
        await bureau.editor("moderation", language="zh"),
        await bureau.editor("moderation"),
    )
    post = await (await bureau.press.author()).draft(publish=True)
    commented = await comment(ines, post)
    await hide(bureau, commented, last=flagger)
    await bureau.deliver()
    assert bureau.subjects(ines) == ["Your comment on “On the sea” is hidden for now"]
    assert bureau.subjects(editor) == ["《On the sea》的一条评论已被隐藏"]
    assert bureau.mails(flagger) == [], "nobody is told what they did themselves"
    await done(await editor.ask("POST", f"/comments/{commented}/approve"))
    await bureau.deliver()
    await done(await editor.ask("POST", f"/comments/{commented}/reject"))
    await bureau.deliver()
    assert bureau.subjects(ines)[1:] == [
        "Your comment on “On the sea” is shown again",
        "Your comment on “On the sea” was taken down",
    ]
    assert len(bureau.mails(editor)) == 1
    await bureau.choose(editor)
    await bureau.choose(flagger)


async def test_flags_that_hid_nothing_are_not_told(bureau: Bureau) -> None:
    ines = await bureau.member("moderation")
    post = await (await bureau.press.author()).draft(publish=True)
    commented = await comment(ines, post)
    await done(await bureau.press.admin.ask("POST", f"/comments/{commented}/flag"))
    await done(await bureau.press.admin.ask("POST", f"/comments/{commented}/approve"))
    await bureau.deliver()
    assert bureau.mails(ines) == []


@pytest.mark.parametrize(
    "happens",
    ["its post is a draft again", "it is deleted", "it is rejected", "its author is suspended", "it is dated back"],
)
async def test_nobody_is_told_of_what_is_not_there_to_be_read(bureau: Bureau, happens: str) -> None:
    ines, ben, admin = await bureau.member("comment", "reply"), await bureau.member(), bureau.press.admin
    post = await ines.draft(publish=True)
    own = await comment(ines, post)
    if happens == "it is dated back":
        earlier = (clock.now() - timedelta(days=9)).isoformat()
        await comment(admin, post, written_at=earlier)
        await comment(admin, post, written_at=earlier, parent=own)
    commented = await comment(ben, post)
    deed = {
        "its post is a draft again": ("POST", f"/posts/{post}/unpublish", {}),
        "it is deleted": ("DELETE", f"/comments/{commented}", {}),
        "it is rejected": ("POST", f"/comments/{commented}/reject", {}),
        "its author is suspended": ("POST", f"/accounts/{ben.handle}/suspend", {"reason": "Spam."}),
        "it is dated back": ("DELETE", f"/comments/{commented}", {}),
    }[happens]
    await done(await admin.ask(deed[0], deed[1], json=deed[2]))
    await bureau.deliver()
    assert bureau.mails(ines) == []


@pytest.mark.parametrize("who", ["chose nothing", "chose another", "unproven", "suspended", "closed"])
async def test_who_may_not_have_notices_gets_none(bureau: Bureau, who: str) -> None:
    ben = await bureau.member()
    if who == "unproven":
        ines = await bureau.press.author()
        await bureau.choose(ines, "comment")
    else:
        ines = await bureau.member(*{"chose nothing": (), "chose another": ("reply",)}.get(who, ("comment",)))
    post = await ines.draft(publish=True)
    await comment(ben, post)
    if who == "suspended":
        await done(await bureau.press.admin.ask("POST", f"/accounts/{ines.handle}/suspend", json={"reason": "x"}))
    if who == "closed":
        await done(await ines.ask("DELETE", "/accounts/me", json={"erase_content": False}))
    await bureau.deliver()
    assert bureau.mails(ines) == []


async def test_whatever_is_heard_twice_or_built_anew_is_told_once(bureau: Bureau) -> None:
    ines, ben = await bureau.member("comment", "follower"), await bureau.member("reply")
    post = await ines.draft(publish=True)
    await comment(ines, post, parent=await comment(ben, post))
    await done(await ben.ask("PUT", f"/accounts/{ines.handle}/follow"))
    await bureau.deliver()
    counts = len(bureau.mails(ines)), len(bureau.mails(ben))
    assert counts == (2, 1)
    await bureau.hear_all_again()
    await bureau.lose_read_side()
    await bureau.hear_all_again()
    assert (len(bureau.mails(ines)), len(bureau.mails(ben))) == counts
