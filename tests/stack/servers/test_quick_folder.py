from pathlib import Path

import pytest

from tests.quick_folder import quick_folder


@pytest.fixture(autouse=True)
def _where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PALIMPSEST_TEST_DISK", raising=False)
    monkeypatch.setattr("tests.quick_folder._MEMORY", tmp_path)
    monkeypatch.setattr("tests.quick_folder._ROOM_BYTES", 1)


def test_lines_are_kept_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with quick_folder(kept) as folder:
        (folder / "logs").mkdir()
        (folder / "logs" / "relay.jsonl").write_text("{}")
        (folder / "data").write_text("much")
    assert not folder.exists()
    assert [path.relative_to(kept) for path in kept.rglob("*") if path.is_file()] == [Path("logs/relay.jsonl")]


def test_where_memory_is_short_or_not_wanted_the_folder_is_the_given_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.quick_folder._ROOM_BYTES", 1 << 60)
    with quick_folder(tmp_path) as folder:
        assert folder == tmp_path
    monkeypatch.setattr("tests.quick_folder._ROOM_BYTES", 1)
    monkeypatch.setenv("PALIMPSEST_TEST_DISK", "1")
    with quick_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_what_a_killed_run_left_is_removed_and_what_another_run_holds_is_not(tmp_path: Path) -> None:
    (tmp_path / "palimpsest-tests-left" / "data").mkdir(parents=True)
    with quick_folder(tmp_path / "kept") as held, quick_folder(tmp_path / "kept") as other:
        assert {held, other} == set(tmp_path.glob("palimpsest-tests-*"))
