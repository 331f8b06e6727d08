"""One line of a batch: from its bytes to a command, and from what became of it to the answer's bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from command_api.asked import json_object
from command_api.batch.lines import LONGEST_LINE, TooLong
from command_api.idempotency import checked
from domain.catalogue import COMMANDS
from domain.command import Command
from engine.commands.ports import Executed
from kit.http import problems
from kit.http.problems import Problem, pointer

_FIELDS = frozenset({"command", "key", "data", "expected_version"})


@dataclass(frozen=True, slots=True)
class Line:
    command: Command
    key: str | None
    expected_version: int | None
    canonical: bytes
    """The command and its data in one form, for the idempotency hash."""

    @property
    def account(self) -> UUID | None:
        """The account that the command is about."""
        found: UUID | None = getattr(self.command, "account", None)
        return found


def envelope(line: bytes | TooLong) -> dict[str, Any]:
    """The line as a JSON object.

    Raises:
        Problem: it is not one.
    """
    if isinstance(line, TooLong):
        raise Problem(413, "LineTooLong", f"A line has at most {LONGEST_LINE} bytes.")
    return json_object(line)


def parsed(fields: Mapping[str, Any]) -> Line:
    """The command that an envelope holds.

    Raises:
        Problem: what is wrong, with pointers into the line.
    """
    if unknown := set(fields) - _FIELDS:
        raise _refused(pointer([min(unknown)]), "not a field of a line: command, key, data, expected_version")
    name, key, data, expected = (fields.get(field) for field in ("command", "key", "data", "expected_version"))
    kind = COMMANDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise _refused("/command", "the name of a command, such as DraftPost")
    if not isinstance(data, dict):
        raise _refused("/data", "an object")
    if not (key is None or isinstance(key, str)):
        raise _refused("/key", "a text")
    if not (expected is None or type(expected) is int):
        raise _refused("/expected_version", "a number")
    canonical = orjson.dumps([name, data, expected], option=orjson.OPT_SORT_KEYS)
    return Line(_command(kind, data), None if key is None else checked(key), expected, canonical)


def _command(kind: type[Command], data: dict[str, Any]) -> Command:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        found = problems.of_pydantic(error)
        found.errors = [{**place, "pointer": "/data" + place["pointer"]} for place in found.errors]
        raise found from None


def _refused(where: str, detail: str) -> Problem:
    return Problem(
        422, "InvalidRequest", "The line is not as it should be.", errors=[{"pointer": where, "detail": detail}]
    )


def result(number: int, key: Any, executed: Executed) -> bytes:
    about = executed.stream.partition("-")[2] or None
    made = {"id": about, "version": executed.version, "token": str(executed.token)}
    return orjson.dumps({"line": number, "key": key, "result": made}, option=orjson.OPT_APPEND_NEWLINE)


def failure(number: int, key: Any, problem: Problem) -> bytes:
    shown = key if isinstance(key, str) else None
    return orjson.dumps({"line": number, "key": shown, "problem": problem.as_json()}, option=orjson.OPT_APPEND_NEWLINE)
