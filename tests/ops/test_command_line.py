import pytest

from ops.__main__ import commands, main


def test_a_command_is_a_file() -> None:
    assert commands()["import"] == "ops.import_"
    assert commands()["generate"] == "ops.generate"


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["genrate"]) == 2
    assert "Did you mean generate?" in capsys.readouterr().err


def test_the_help_says_what_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "exit codes" in capsys.readouterr().out


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_LEVEL", "loud")
    assert main(["generate"]) == 2
    assert capsys.readouterr().err.startswith("palimpsest: PALIMPSEST_LOG_LEVEL: input should be 'debug'")
