"""How a replay's progress is shown."""

import json
from dataclasses import replace

from engine.replays.progress import Progress
from engine.replays.replay import State
from ops.replaying.lines import as_json, as_text

HALF = Progress(7, "posts", 2, State.BUILDING, is_paused=False, problem=None, events=2_000, folded=1_000, applied=None)


def test_a_build_shows_its_share_its_rate_and_the_time_left() -> None:
    assert as_text(HALF, 10, 1_500) == (
        "posts_g2 [############------------] 50% 1,000 of 2,000 events, 10/s, 1:40 left, lag 1,500"
    )
    assert "left" not in as_text(HALF, 0, 0).split("lag")[0]


def test_what_is_paused_or_waits_says_why() -> None:
    assert as_text(replace(HALF, is_paused=True), 0, 5).startswith("posts_g2 is paused; [")
    swapping = replace(HALF, state=State.SWAPPING, problem="waits for projectors")
    assert as_text(swapping, 0, 5) == "posts_g2 puts it in place (waits for projectors) lag 5"


def test_what_has_ended_has_no_lag() -> None:
    assert as_text(replace(HALF, state=State.DONE), 0, 5) == "posts_g2 done"
    assert as_text(replace(HALF, generation=None, state=State.CANCELLED), 0, 5) == "posts cancelled"


def test_programs_get_numbers() -> None:
    told = json.loads(as_json(HALF, 100.4, 1_500))
    assert (told["events_per_s"], told["left_s"], told["lag"], told["position"]) == (100, 10, 1_500, 1_000)
    caught_up = json.loads(as_json(replace(HALF, state=State.VERIFYING, applied=3_000), 0, 0))
    assert (caught_up["state"], caught_up["position"], caught_up["left_s"]) == ("verifying", 3_000, None)
