"""The log: one event is one line, whoever sent what is in it, and nobody's numbers are in it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from foundation import logs
from foundation.redaction import Secret


@pytest.fixture(autouse=True)
def _the_logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def out() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("production", "info", stream)
    return stream


def said(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_event_is_one_line_of_json_with_call_and_turn(out: io.StringIO) -> None:
    log = logs.logger("calls")
    with logs.about(call="CA123456", turn=3):
        log.info("turn answered", ms=4)
    log.info("idle")
    first, second = said(out)
    assert first["event"] == "turn answered"
    assert (first["room"], first["call"], first["turn"], first["ms"]) == ("calls", "CA123456", 3, 4)
    assert first["timestamp"].endswith("Z")
    assert "call" not in second


def test_marks_of_an_inner_block_end_with_it_and_the_outer_ones_stay(out: io.StringIO) -> None:
    log = logs.logger("calls")
    with logs.about(call="CA123456", turn=3):
        with logs.about(turn=4, errand="1"):
            log.info("inner", errand="2")
        log.info("outer")
    inner, outer = said(out)
    assert (inner["call"], inner["turn"], inner["errand"]) == ("CA123456", 4, "2")
    assert (outer["call"], outer["turn"]) == ("CA123456", 3)
    assert "errand" not in outer


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("number", "+6281234567890", "+62 812 ••• 890"),
        ("from", "anonymous", "anonymous"),
        ("to", "client:joe12345", "client:joe•••45"),
        ("digits", "471163", "••••63"),
        ("digits", 471163, "••••63"),
        ("account", ["20481234"], ["••••••34"]),
        ("heard", "my pin is 471163", "my pin is ••••63"),
        ("heard", "card 4111 1111 1111 1111", "card ••••••11"),
        ("pin", Secret("471163"), "Secret(****)"),
        ("entry", {"pin": {"value": Secret("1")}}, {"pin": {"value": "Secret(****)"}}),
        ("call", "CA00001111222233334444555566667777", "CA00001111222233334444555566667777"),
        ("port", 5000, 5000),
        ("share", 0.25, 0.25),
        ("nothing", None, None),
    ],
)
def test_personal_data_are_masked(out: io.StringIO, key: str, value: object, shown: object) -> None:
    logs.logger("calls").info("heard", **{key: value})
    assert said(out)[0][key] == shown


def test_a_line_end_in_what_a_caller_sent_forges_no_entry(out: io.StringIO) -> None:
    logs.logger("calls").info("heard", text='a\n{"event": "forged"}\u2028b')
    assert len(out.getvalue().splitlines()) == 1


def test_a_fault_is_told_on_one_line_without_the_digits_in_it(out: io.StringIO) -> None:
    log = logs.logger("calls")
    fault = RuntimeError("account 20481234", Secret("471163"))
    log.error("turn failed", exc_info=fault)
    assert "20481234" not in out.getvalue()
    assert "471163" not in out.getvalue()
    assert "RuntimeError" in said(out)[0]["exception"]
    assert len(out.getvalue().splitlines()) == 1


def test_the_words_of_libraries_are_masked_too(out: io.StringIO) -> None:
    with logs.about(call="CA1", turn=1):
        logging.getLogger("alembic").warning("caller %s", "+6281234567890")
    (line,) = said(out)
    assert (line["logger"], line["call"], line["event"]) == ("alembic", "CA1", "caller +•••••••••••90")


def test_what_is_below_the_level_is_not_said(out: io.StringIO) -> None:
    logs.logger("calls").debug("detail")
    logging.getLogger("sqlalchemy").info("detail")
    assert out.getvalue() == ""


def test_what_lies_too_deep_is_named_by_its_type(out: io.StringIO) -> None:
    deep: list[Any] = []
    deep.append(deep)
    logs.logger("calls").info("deep", deep=deep)
    assert said(out)[0]["deep"] == [[[["<list>"]]]]


def test_a_developer_reads_plain_lines() -> None:
    stream = io.StringIO()
    logs.configure("development", "debug", stream)
    logs.logger("calls").debug("turn answered", number="+6281234567890")
    assert "turn answered" in stream.getvalue()
    assert "812 ••• 890" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
