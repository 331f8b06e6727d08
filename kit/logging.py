"""JSON log lines on stderr: one object a line, carrying the ids bound to the current context."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kit.log_lines import lines_to

_QUIET = {
    "aiokafka": logging.WARNING,
    "uvicorn": logging.WARNING,
    "faststream": logging.WARNING,
    "httpx": logging.WARNING,
}


def configure(process: str, level: str) -> None:
    """Sends structlog's and the standard library's records to stderr as JSON.

    Bind `request_id`, `correlation` or `event_id` by `structlog.contextvars.bound_contextvars`: every line
    logged inside carries them.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[_lines(process)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lines_to(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared(process)],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _to_text],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, threshold))


def _lines(process: str) -> Processor:
    """What `_shared` makes, at half the price where there is no trace to print: every request has such a line."""
    shared = _shared(process)

    def render(logger: WrappedLogger, method: str, line: EventDict) -> bytes:
        if "exc_info" in line or "stack_info" in line:
            for processor in shared:
                line = cast("EventDict", processor(logger, method, line))
        else:
            line = structlog.contextvars.merge_contextvars(logger, method, line)
            structlog.processors.add_log_level(logger, method, line)
            line["timestamp"] = datetime.now(UTC)
            line["process"] = process
        return _to_json(line)

    return render


def _shared(process: str) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _naming(process),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _naming(process: str) -> Callable[[WrappedLogger, str, EventDict], EventDict]:
    def name(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        line["process"] = process
        return line

    return name


def _to_json(line: EventDict) -> bytes:
    return orjson.dumps(line, default=_readable, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


def _to_text(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    return _to_json(line).decode()


def _readable(value: Any) -> str:
    return repr(value)
