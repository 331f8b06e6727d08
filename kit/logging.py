"""JSON log lines on stderr: one object a line, carrying the ids bound to the current context."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

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
        processors=[*_shared(process), _to_json],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared(process)],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _to_json],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, threshold))


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


def _to_json(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    return orjson.dumps(line, default=_readable, option=orjson.OPT_NON_STR_KEYS).decode()


def _readable(value: Any) -> str:
    return repr(value)
