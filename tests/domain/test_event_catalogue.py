import json
import re
import sys
from pathlib import Path
from typing import ClassVar, get_args

import pytest

from domain.catalogue import COMMANDS, EVENTS, UPCASTERS
from domain.event import Event
from ops import event_catalogue


def test_every_version_ever_stored_can_still_be_read() -> None:
    assert list(event_catalogue.faults()) == []


@pytest.mark.parametrize("name", event_catalogue.stored())
def test_a_stored_sample_becomes_an_event_of_today(name: str) -> None:
    entry = event_catalogue.stored()[name]
    kind = next(event for event in EVENTS if event.__name__ == entry["title"])
    for sample in entry["examples"]:
        payload = sample
        for version in range(entry["x-schema-version"], kind.schema_version):
            payload = UPCASTERS[kind.__name__, version](payload)
        assert kind.model_validate_json(json.dumps(payload))


class PostRetagged(Event):
    """The same event with one field more, which nobody wrote an upcaster for."""

    schema_version: ClassVar[int] = 1
    colour: str


class PostPainted(Event):
    colour: str


def test_a_changed_shape_without_an_upcaster_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_catalogue, "EVENTS", (PostRetagged,))
    assert any("PostRetagged.1.json is stored with another shape" in fault for fault in event_catalogue.faults())
    monkeypatch.setattr(PostRetagged, "schema_version", 2)
    assert any("PostRetagged.1.json needs an upcaster" in fault for fault in event_catalogue.faults())


def test_a_new_event_is_written_once_and_never_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(event_catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr(event_catalogue, "EVENTS", (PostPainted,))
    assert event_catalogue.write_new() == ["PostPainted.1.json"]
    assert list(event_catalogue.faults()) == []
    monkeypatch.setattr(event_catalogue, "EVENTS", ())
    assert event_catalogue.write_new() == []
    assert any("can never be taken away" in fault for fault in event_catalogue.faults())


def test_every_event_is_in_its_closed_union() -> None:
    modules = [vars(sys.modules[module]) for module in {event.__module__ for event in EVENTS}]
    unions = [kinds for names in modules for name, kinds in names.items() if re.fullmatch("Any.*Event", name)]
    closed = {kind for kinds in unions for kind in (get_args(kinds) or [kinds])}
    assert closed == set(EVENTS)


def test_personal_events_name_whose_they_are() -> None:
    for event in EVENTS:
        assert bool(event.personal_fields()) <= (event.personal_of in event.model_fields)


def test_a_command_is_found_by_its_class_alone() -> None:
    assert COMMANDS["PublishPost"].__module__ == "domain.posts.publish_post"
    assert len(COMMANDS) >= 24
