"""The check that docs/webhooks.md gives to receivers, run as it stands there."""

import re
from typing import Any
from uuid import uuid4

import pytest

from command_api.webhooks.secret import new_secret
from jobs.webhooks.message import Message, signed
from tests.servers import ROOT

SECRET, FORMER = new_secret(), new_secret()
MESSAGE = Message("msg_1", "post.published", uuid4(), 1, '{"type":"post.published","data":{"é":1}}'.encode())
NOW = 1_793_000_000


@pytest.fixture(scope="module")
def is_genuine() -> Any:
    [code] = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "webhooks.md").read_text(), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page's
    return names["is_genuine"]


@pytest.mark.parametrize("secret", [SECRET, FORMER], ids=["present", "former"])
def test_who_knows_either_secret_finds_a_message_genuine(is_genuine: Any, secret: str) -> None:
    assert is_genuine(signed(MESSAGE, NOW, [SECRET, FORMER]), MESSAGE.body, secret, now=NOW + 200)


def test_what_was_altered_is_old_or_signed_by_another_is_not(is_genuine: Any) -> None:
    headers = signed(MESSAGE, NOW, [SECRET])
    assert not is_genuine(headers, MESSAGE.body + b" ", SECRET, now=NOW)
    assert not is_genuine({**headers, "webhook-id": "msg_2"}, MESSAGE.body, SECRET, now=NOW)
    assert not is_genuine({**headers, "webhook-timestamp": str(NOW + 1)}, MESSAGE.body, SECRET, now=NOW)
    assert not is_genuine(headers, MESSAGE.body, FORMER, now=NOW)
    assert not is_genuine(headers, MESSAGE.body, SECRET, now=NOW + 301)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example that its specification gives."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "", uuid4(), 1, b'{"test": 2432232314}')
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signed(message, 1_614_265_330, [secret])["webhook-signature"] == expected
