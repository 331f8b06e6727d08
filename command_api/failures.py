"""Turns what the domain refuses and what the log reports into problems. The one place that does."""

import asyncpg
import structlog
from fastapi import FastAPI, Request
from starlette.responses import Response

from domain.refusal import Refusal
from engine.log.answers import KeyReused
from engine.log.availability import is_unreachable
from engine.log.keyring import KeyDestroyed
from engine.log.records import ClaimTaken, GuardFailed, KeyUsed, LogUnavailable, OutcomeUnknown, VersionConflict
from kit.database import DATABASE_FAULTS
from kit.http.problems import Problem, answer

log = structlog.get_logger("command_api")

_RETRY = {"Retry-After": "2"}


def problem_of(  # noqa: C901, PLR0911 - one case an error
    error: Exception, *, has_if_match: bool = False
) -> Problem | None:
    """None: nobody expected this one."""
    match error:
        case Problem():
            return error
        case Refusal():
            return _of_refusal(error)
        case VersionConflict():
            detail = f"It is at version {error.actual}; read it again."
            return Problem(412 if has_if_match else 409, "VersionConflict", detail)
        case GuardFailed():
            return Problem(409, "VersionConflict", "What this depends on has just changed; try again.")
        case ClaimTaken():
            return Problem(409, "NameTaken", f"The {error.kind} is taken.")
        case KeyReused():
            return Problem(422, "IdempotencyKeyReused", "This Idempotency-Key was used for another request.")
        case KeyUsed():
            return Problem(409, "IdempotencyKeyInUse", "The same request is being answered; try again.", headers=_RETRY)
        case KeyDestroyed():
            return Problem(409, "AccountErased", "An account that this names does not exist, or was erased.")
        case OutcomeUnknown():
            detail = "The outcome is unknown; retry with the same Idempotency-Key."
            return Problem(503, "OutcomeUnknown", detail, headers=_RETRY)
        case LogUnavailable():
            return Problem(503, "LogUnavailable", "Nothing was stored; try again soon.", headers=_RETRY)
        case asyncpg.QueryCanceledError():
            return Problem(503, "Busy", "The log took too long to answer; try again soon.", headers=_RETRY)
    return Problem(503, "LogUnavailable", "Try again soon.", headers=_RETRY) if is_unreachable(error) else None


def _of_refusal(refusal: Refusal) -> Problem:
    errors = [] if refusal.field is None else [{"pointer": refusal.field, "detail": refusal.detail}]
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}  # noqa: PLR2004 - HTTP status
    return Problem(refusal.status, refusal.code, refusal.detail, errors=errors, headers=headers)


_EXPECTED = (
    Refusal,
    VersionConflict,
    GuardFailed,
    ClaimTaken,
    KeyReused,
    KeyUsed,
    KeyDestroyed,
    OutcomeUnknown,
    LogUnavailable,
    *DATABASE_FAULTS,
)


def install(app: FastAPI) -> None:
    async def on_error(request: Request, error: Exception) -> Response:
        problem = problem_of(error, has_if_match="if-match" in request.headers)
        if problem is None:
            raise error
        if problem.status_code == 503:  # noqa: PLR2004 - HTTP status
            log.warning("log unavailable", error=repr(error))
        return answer(problem)

    for kind in _EXPECTED:
        app.add_exception_handler(kind, on_error)
