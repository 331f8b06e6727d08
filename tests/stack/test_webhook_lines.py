"""What status says of webhooks."""

from stack.webhook_lines import OLDEST_S, webhook_lines


def test_a_site_without_webhooks_hears_nothing_of_them() -> None:
    assert webhook_lines({"webhooks": 0, "paused": 0, "keys": 0, "oldest_s": 0.0}) == []


def test_what_is_well_is_counted() -> None:
    found = {"webhooks": 2, "paused": 0, "keys": 3, "oldest_s": OLDEST_S}
    assert webhook_lines(found) == ["webhooks: 2, 0 paused; 3 posts wait"]


def test_one_that_is_paused_or_late_names_the_command_to_look_with() -> None:
    paused = {"webhooks": 2, "paused": 1, "keys": 0, "oldest_s": 0.0}
    assert webhook_lines(paused) == ["webhooks: 2, 1 paused; 0 posts wait: see `palimpsest webhooks`"]
    late = {"webhooks": 1, "paused": 0, "keys": 4, "oldest_s": 600.0}
    assert webhook_lines(late) == [
        "webhooks: 1, 0 paused; 4 posts wait, the oldest for 10 min: see `palimpsest webhooks`"
    ]
