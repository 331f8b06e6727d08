"""A setting that cannot be is named by its variable, and what it holds is not repeated."""

import pytest

from kit.settings import FromEnvironment, Settings, SettingWrong
from stack.settings import StackSettings


@pytest.mark.parametrize(
    ("kind", "variable", "value", "said"),
    [
        (StackSettings, "PALIMPSEST_PORT", "seven", "PALIMPSEST_PORT: input should be a valid integer"),
        (StackSettings, "PALIMPSEST_PORT", "70000", "PALIMPSEST_PORT: input should be less than or equal to 65531"),
        (StackSettings, "PALIMPSEST_BUS", "rabbit", "PALIMPSEST_BUS: input should be 'kafka' or 'log'"),
        (Settings, "PALIMPSEST_TRUSTED_PROXIES", "10.0.0.1", "PALIMPSEST_TRUSTED_PROXIES is not JSON"),
        (Settings, "PALIMPSEST_TRUSTED_PROXIES", "[7]", "PALIMPSEST_TRUSTED_PROXIES: input should be a valid string"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, kind: type[FromEnvironment], variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingWrong, match=said) as wrong:
        kind()
    assert value not in str(wrong.value)
