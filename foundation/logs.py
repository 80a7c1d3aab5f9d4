"""What the hotline says about itself: one event, one line, with call and turn, and nobody's secrets."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger

from foundation.log_sink import Sink
from foundation.redaction import Secret, mask_cards, mask_digits, mask_number, one_line

_Event = MutableMapping[str, Any]

# Keys whose digits are never shown whole, whatever the value looks like.
NUMBER_KEYS = frozenset({"number", "from", "to", "caller", "from_", "number_to_call", "phone"})
DIGIT_KEYS = frozenset({"digits", "account", "pin", "code", "ticket", "entry", "card"})
# Keys that we write ourselves: masking the digits of an id would make the log useless.
PLAIN_KEYS = frozenset({"timestamp", "level", "logger", "room", "call", "turn", "key", "book", "attempt"})
DEEPEST = 4  # levels of nesting that are shown; what lies deeper is named by its type
STANDARD_OUTPUT = 1
LONGEST_TRACE = 20_000  # characters of a traceback

# One for all marks: structlog's own has a variable for each of them, and a turn binds them twice.
_marks: ContextVar[Mapping[str, str | int]] = ContextVar("marks", default=MappingProxyType({}))
_json = json.JSONEncoder(ensure_ascii=False)  # made once: making one costs more than using it does


def configure(
    environment: Literal["production", "development"], level: str, out: TextIO | Sink | None = None
) -> None:
    """Set up our own log and that of the libraries: JSON in production, readable lines in development.

    Both go through the same masking, to standard output unless told otherwise: a process that answers calls
    hands in `unhurried()`, so that no call ever waits for whoever takes the log.
    """
    stream = cast(TextIO, out or sys.stdout)
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_shared(), *_rendering(environment, stream)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # One write call a line: with the default logger lines of several threads were mixed under load.
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(environment, number, stream)


def unhurried(descriptor: int = STANDARD_OUTPUT) -> Sink:
    """A stream for `configure` whose lines are written by a thread of its own; see `foundation.log_sink`."""
    sink = Sink(descriptor)
    sink.tell = lambda lost: logger("logs").error("log lines were dropped", lines=lost)
    return sink


@cache
def logger(room: str) -> FilteringBoundLogger:
    """The log of one room of the house, as in `logger("calls").info("turn answered", ms=4)`.

    It follows whatever is set up when it speaks.
    """
    log: FilteringBoundLogger = structlog.get_logger(room=room)
    return log


@contextmanager
def about(**marks: str | int) -> Iterator[None]:
    """Put the same marks (call, turn) on every line written inside, by whatever room."""
    before = _marks.set({**_marks.get(), **marks})
    try:
        yield
    finally:
        _marks.reset(before)


def _with_marks(_logger: object, _method: str, event: _Event) -> _Event:
    return {**_marks.get(), **event}


def _shared() -> list[Any]:
    return [
        _with_marks,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_personal,
    ]


def _rendering(environment: str, stream: TextIO) -> list[Any]:
    if environment == "production":
        return [_as_json]
    return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=_plain_trace)]


def _as_json(_logger: object, _method: str, event: _Event) -> str:
    # Nothing but what JSON knows is left by the masking.
    return _json.encode(event)


def _plain_trace(out: TextIO, trace: Any) -> None:  # noqa: ANN401  # the shape is the renderer's
    out.write(str(trace))


def _configure_libraries(environment: str, level: int, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared()],
            processors=[meta, *_rendering(environment, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING) if level > logging.DEBUG else level)


def mask_personal(_logger: object, _method: str, event: _Event) -> _Event:
    """A step of structlog: numbers, cards and long digits are masked, line ends taken out, secrets kept."""
    for key, value in event.items():
        event[key] = _shown(key, value, DEEPEST)
    return event


def _shown(key: str, value: object, depth: int) -> object:
    match value:
        case str():
            return _shown_trace(value) if key == "exception" else _shown_text(key, one_line(value))
        case None | bool() | float():
            return value
        case int():
            return _shown_text(key, str(value)) if key in NUMBER_KEYS or key in DIGIT_KEYS else value
        case Secret():
            return repr(value)
        case Mapping() if depth:
            return {one_line(str(name)): _shown(str(name), item, depth - 1) for name, item in value.items()}
        case list() | tuple() | set() | frozenset() if depth:
            return [_shown(key, item, depth - 1) for item in value]
        case _ if depth:
            return _shown_text(key, one_line(str(value)))
        case _:
            return f"<{type(value).__name__}>"


def _shown_text(key: str, text: str) -> str:
    name = key.lower()
    if name in PLAIN_KEYS:
        return text
    if name in NUMBER_KEYS:
        return mask_number(text) if text.lstrip(" +").isdecimal() else mask_digits(text)
    return mask_digits(mask_cards(text))


def _shown_trace(trace: str) -> str:
    # A traceback keeps its lines: JSON escapes them, and in development they are what is looked for.
    lines = (one_line(line) for line in trace[-LONGEST_TRACE:].splitlines())
    return mask_digits(mask_cards("\n".join(lines)))
