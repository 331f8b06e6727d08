"""docs/asyncapi.yaml says of webhooks what is sent to them."""

from typing import Any
from uuid import UUID, uuid4

import jsonschema  # type: ignore[import-untyped] # no type information is published
import orjson
import pytest
import yaml

from command_api.webhooks.secret import new_secret
from domain.webhooks.kinds import KINDS
from jobs.webhooks.message import message_of, signed
from jobs.webhooks.told import TEST, Happened
from kit import clock
from tests.servers import ROOT


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
    return read


@pytest.mark.parametrize("kind", [*KINDS, TEST])
@pytest.mark.parametrize("secrets", [1, 2])
def test_every_message_is_as_documented(document: dict[str, Any], kind: str, secrets: int) -> None:
    key, stream = str(UUID(int=7)), f"{kind.partition('.')[0]}-{uuid4()}"
    happened = Happened(
        uuid4(), 9, 3, 4, key, stream, "Type", clock.now(), post_is_public=True, was_shown=True, hides=False, epoch=1
    )
    message = message_of(happened, kind)
    headers = signed(message, 1_793_000_000, [new_secret() for _ in range(secrets)])
    about = document["channels"]["webhooks"]["messages"][f"of_a_{kind.partition('.')[0]}".replace("webhook", "test")]
    for schema, instance in ((about["headers"], headers), (about["payload"], orjson.loads(message.body))):
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(instance)
