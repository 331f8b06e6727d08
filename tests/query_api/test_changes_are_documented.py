"""docs/asyncapi.yaml says of /changes what is sent there."""

from typing import Any

import jsonschema  # type: ignore[import-untyped] # no type information is published
import orjson
import pytest
import yaml

from kit.consistency import ConsistencyToken
from query_api.changes_sql import Change
from query_api.told_changes import reset, tell
from read_models.changes import KINDS
from tests.domain.scenario import COMMENT, POST
from tests.servers import ROOT

BEFORE = ConsistencyToken(1, {3: 7, 4: 0})


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
    return read


def sent(kind: str) -> bytes:
    if kind == "reset":
        return reset(BEFORE)
    comment = str(COMMENT) if kind.startswith("comment.") else None
    return tell([Change(3, 8, kind, str(POST), comment, is_told=True)], BEFORE, {3: 8}).whole


@pytest.mark.parametrize("kind", [*KINDS, "reset"])
def test_every_kind_is_as_documented(document: dict[str, Any], kind: str) -> None:
    fields = dict(line.split(": ", 1) for line in sent(kind).decode().strip().split("\n"))
    data = orjson.loads(fields.pop("data"))
    message = document["components"]["messages"][kind]
    for schema, instance in ((message["headers"], fields), (message["payload"], data)):
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(instance)
    assert data["kind"] == fields["event"] == kind


def test_no_other_kind_is_documented(document: dict[str, Any]) -> None:
    assert set(document["channels"]["changes"]["messages"]) == {*KINDS, "reset"}
