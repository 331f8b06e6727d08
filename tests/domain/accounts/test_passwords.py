import pytest

from domain.accounts.password import check_password
from domain.accounts.refusals import PasswordRefused


@pytest.mark.parametrize("password", ["quiet-harbour", "x4!kd93kfj", "пароль-длинный", "é1è2à3ù4ô5" * 12])
def test_a_password_is_accepted(password: str) -> None:
    check_password(password, handle="ana", address="ana@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x9" * 65,
        "nul\x00 harbour",
        "lone \ud800 harbour",
        "Password123",
        "1234567890",
        "qwertyuiop",
        "zyxwvutsrqp",
        "aaaaaaaaaaaa",
        "ana-maria-rossi",
        "amr@example.org",
        "ana-maria-rossi123",
    ],
)
def test_a_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused) as caught:
        check_password(password, handle="ana-maria-rossi", address="amr@example.org")
    assert caught.value.field == "/password"
    assert password not in caught.value.detail
