"""The doors that schedule posts."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson

from tests.command_api.asking import Api, Member, code

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


async def schedule(by: Member, post: str, publish_at: str = TOMORROW, **headers: str) -> tuple[int, str]:
    answer = await by.ask("POST", f"/posts/{post}/schedule", json={"publish_at": publish_at}, headers=headers)
    return (answer.status_code, answer.json()["token"]) if answer.status_code == 200 else code(answer)


async def test_a_post_is_scheduled_at_another_time_and_not_at_all(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    for publish_at in (TOMORROW, TOMORROW, later):
        assert (await schedule(ines, post, publish_at))[0] == 200
    assert (await ines.ask("POST", f"/posts/{post}/unschedule")).json()["version"] == 4
    again = await ines.ask("POST", f"/posts/{post}/unschedule")
    assert code(again) == (409, "PostNotScheduled")
    assert await api.types(f"post-{post}") == ["PostDrafted", "PostScheduled", "PostScheduled", "PostUnscheduled"]


async def test_refusals_say_what_is_accepted(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await ines.draft()
    assert await schedule(ines, post, "2026-01-01T00:00:00Z") == (422, "TimePassed")
    assert await schedule(ines, post, "9999-12-31T23:59:59-23:59") == (422, "TimeTooFar")
    assert await schedule(ines, post, "tomorrow") == (422, "InvalidRequest")
    assert await schedule(bram, post) == (403, "NotTheAuthor")
    assert await schedule(ines, str(uuid4())) == (404, "NoSuchPost")
    assert await schedule(ines, await ines.draft(publish=True)) == (409, "PostIsPublished")
    assert code(await ines.post(f"/posts/{post}/schedule")) == (422, "InvalidRequest")


async def test_scheduling_heeds_if_match_and_repeats_its_first_answer(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    assert await schedule(ines, post, **{"If-Match": '"7"'}) == (412, "VersionConflict")
    first = await schedule(ines, post, **{"If-Match": '"1"', "Idempotency-Key": "k"})
    await ines.ask("POST", f"/posts/{post}/unschedule")
    assert await schedule(ines, post, **{"If-Match": '"1"', "Idempotency-Key": "k"}) == first
    assert (await api.types(f"post-{post}"))[1:] == ["PostScheduled", "PostUnscheduled"]


async def test_a_batch_schedules_and_nobody_but_the_clock_publishes_what_is_due(api: Api) -> None:
    admin = await api.admin()
    post = await admin.draft()
    due = {"post": post, "schedule": 4, "authors": [admin.account]}
    lines = [
        ("SchedulePost", {"post": post, "publish_at": TOMORROW}),
        ("UnschedulePost", {"post": post}),
        ("SchedulePost", {"post": post, "publish_at": TOMORROW}),
        ("PublishDuePost", due),
    ]
    body = b"\n".join(orjson.dumps({"command": name, "data": data}) for name, data in lines)
    answer = await admin.ask("POST", "/commands", content=body, headers={"Content-Type": "application/x-ndjson"})
    *done, refused = [orjson.loads(line) for line in answer.text.splitlines()]
    assert [line["result"]["version"] for line in done] == [2, 3, 4]
    assert refused["problem"]["code"] == "OnlyTheSystem"
