"""Log files that cannot fill a disk."""

from pathlib import Path

from stack.logfile import LogFile


def test_a_full_log_is_kept_beside_and_only_so_many_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path, "relay", largest_bytes=1000, kept=2)
    for number in range(100):
        log.write(b'{"event": "line %d", "padding": "%s"}' % (number, b"x" * 100))
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["relay.jsonl", "relay.jsonl.1", "relay.jsonl.2"]
    assert sum(file.stat().st_size for file in files) < 4000
    assert "line 99" in (tmp_path / "relay.jsonl").read_text() + (tmp_path / "relay.jsonl.1").read_text()
