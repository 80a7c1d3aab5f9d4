"""Faults 16 to 21, 28 and 33: webhooks repeated, lost, of nobody and in odd orders."""

import os
import signal
import time
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from random import Random

from sqlalchemy import delete, insert, update

from exchange.mishaps import Mishap
from exchange.settings import NumberSettings
from foundation.clock import Deadline
from foundation.schema import kept_until
from ivr.calls.schema import calls, turns
from ivr.menus.announcements import announcements
from storms.fallback import carriers_own
from storms.line import Worker
from tests.children import children_of
from tests.end_to_end.running import differing
from tests.end_to_end.test_paging import LATE, SARI, TAKES_IT, watching
from tests.faults.line import ENGLISH, Line
from tests.faults.telling import Fault

FILES = "9"  # from everywhere: stop my money; the ticket is filed at once
URGENT = (FILES, "1")  # and the number to call is agreed on
JOURNAL_LATE = 0.4  # seconds until a turn is in SQL, and some more
ANNOUNCED_WITHIN = 2.0  # seconds until it is read, and some more
REAPED_WITHIN = 25.0  # seconds until a worker that has just been started looked after a call
SERVED_WITHIN = 5.0  # seconds until the next call is served after a kill
ODD_ORDERS = 8  # of the 720 orders of six callbacks; `tests/ivr/calls` plays them all
STAGES = ("queued", "initiated", "ringing", "in-progress", "completed", "completed")
OUT_OF_ORDER = "our system is out of order"  # as docs/fallback.xml says it
CUT_OFF = {11_200, 11_203}  # the carrier's numbers for an answer that never came


def test_fault_16_each_webhook_twice_one_after_the_other(line: Line, fault: Fault) -> None:
    with line.carrier(repeat_every_request=True) as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH)
        heard = caller.press(*URGENT)
        caller.leave()
        assert carrier.exchange.tape.differing() == []
    caller.promised()
    fault.tells("Every webhook is sent twice, one after the other", heard)


def test_fault_17_each_webhook_ten_times_at_once(line: Line, fault: Fault) -> None:
    with line.carrier(overlap=10) as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH)
        heard = caller.press(*URGENT)
        caller.leave()
        assert differing(carrier.exchange.tape) == []
    caller.promised()
    fault.tells("Every webhook is sent ten times at once", heard)


def test_fault_18_callbacks_in_odd_orders(line: Line, fault: Fault) -> None:
    orders = list(permutations(range(len(STAGES))))
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, *URGENT)
        for order in Random(18).sample(orders, ODD_ORDERS):
            call = "CA" + f"{orders.index(order):032x}"
            for place in order:
                assert line.tell_status(call, STAGES[place]) == 204
            assert (call, "completed") in line.hotline.rows("SELECT call, status FROM calls")
        line.tell_status(caller.call, "ringing")
        heard = caller.press("1")
        caller.leave()
    caller.promised()
    fault.tells("Six callbacks of many calls come in odd orders; in the middle of one call, `ringing`", heard)


def test_fault_19_the_end_is_never_told(line: Line, fault: Fault, tmp_path: Path) -> None:
    with line.carrier(deliver=lambda _sid, _event: ()) as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, "1", "1", "2")
        caller.leave()
        time.sleep(JOURNAL_LATE)
        assert (caller.call, None) in line.hotline.rows("SELECT call, ended_at FROM calls")
        _let_time_pass(line, caller.call)
        worker = Worker(line.hotline, tmp_path / "worker.log")
        worker.begin()
        try:
            until = time.monotonic() + REAPED_WITHIN
            while (caller.call,) not in line.hotline.rows("SELECT call FROM turns WHERE over"):
                assert time.monotonic() < until, (tmp_path / "worker.log").read_text()
                time.sleep(0.2)
        finally:
            worker.end()
    (left,) = caller.tickets()
    assert left.partial
    fault.tells("The caller leaves in the middle, and the callback that says so is lost", ())


def _let_time_pass(line: Line, call: str) -> None:
    """As if nothing had been heard of this call for ten minutes."""
    then = line.hotline.database.clock.now() - timedelta(minutes=10)
    deadline = Deadline.after(5.0, line.hotline.database.clock)
    with line.hotline.database.writing(deadline) as connection:
        connection.execute(update(turns).where(turns.c.call == call).values(at=then))
        news = {"started_at": then, "delete_after": kept_until(calls, then)}
        connection.execute(update(calls).where(calls.c.call == call).values(news))


def test_fault_20_a_call_that_nobody_knows(line: Line, fault: Fault) -> None:
    with line.carrier() as carrier:
        caller = carrier.caller()
        caller.press(ENGLISH, "1", "1")
        time.sleep(JOURNAL_LATE)
        line.tell_redis("FLUSHALL")
        with line.hotline.database.writing(Deadline.after(5.0, line.hotline.database.clock)) as connection:
            connection.execute(delete(turns).where(turns.c.call == caller.call))
        heard = caller.press("2")
        caller.press(ENGLISH, *URGENT)
        caller.leave()
    caller.promised()
    fault.tells("Redis and the journal lose all they know of a call in its middle", heard)


def test_fault_21_a_call_is_answered_before_we_know_that_it_was_placed(line: Line, fault: Fault) -> None:
    late = Mishap("slow", seconds=2.0)
    with watching(line.hotline, SARI, rung={SARI.number: TAKES_IT}) as watch:
        ticket = watch.promise()
        watch.exchange.mishaps.plan("calls.create", late)
        assert watch.look(LATE) == 1
        (page,) = watch.pages()
        assert watch.outcomes(ticket) == [("Sari", "acknowledged")]
    fault.tells("A page rings, is answered and taken before we know that it was placed", page.heard)


def test_fault_28_a_web_process_is_killed_in_the_middle_of_a_request(line: Line, fault: Fault) -> None:
    web, to = line.hotline.web, line.hotline.settings.hotline_number
    with carriers_own() as fallback:
        number = NumberSettings(f"{web}/voice/answer", f"{web}/voice/status", fallback)
        with line.carrier(numbers={to: number}) as carrier:
            caller = carrier.caller()
            caller.press(ENGLISH)
            with line.sql_held():
                caller.key(FILES)
                time.sleep(JOURNAL_LATE)
                for worker in children_of(line.hotline.pid):
                    os.kill(worker, signal.SIGKILL)
            before = len(caller.heard)
            caller.listen()
            heard = caller.heard[before:]
            # Asked again, a new process answers; one that begins too late leaves the carrier its fallback.
            codes = {one["code"] for one in caller.gone().of("fault")}
            assert codes <= CUT_OFF
            assert heard
            if codes:
                assert any(OUT_OF_ORDER in text for text in heard)
            assert {filed.number for filed in caller.tickets()} >= caller.numbers()
            assert bool(caller.numbers()) is not bool(codes)
            began = time.monotonic()
            newcomer = carrier.caller()
            assert time.monotonic() - began < SERVED_WITHIN
            newcomer.press(ENGLISH, *URGENT)
            newcomer.leave()
    newcomer.promised()
    assert len(caller.tickets()) <= 1
    fault.tells("All web processes are killed (kill -9) while one of them files the ticket", heard)


def test_fault_33_control_characters_in_what_is_said(line: Line, fault: Fault) -> None:
    now = line.hotline.database.clock.now()
    words = {"en": "We are \x00late\x0b \ud83d today \u202e<Hangup/>&amp; \x1b[31m."}
    with line.hotline.database.writing(Deadline.after(5.0, line.hotline.database.clock)) as connection:
        row = {"words": words, "set_at": now, "until": now + timedelta(minutes=5), "set_by": "a test"}
        connection.execute(insert(announcements).values(**row, delete_after=kept_until(announcements, now)))
    time.sleep(ANNOUNCED_WITHIN)
    with line.carrier() as carrier:
        caller = carrier.caller()
        heard = caller.press(ENGLISH)
        caller.press(*URGENT)
        caller.leave()
    with line.hotline.database.writing(Deadline.after(5.0, line.hotline.database.clock)) as connection:
        connection.execute(delete(announcements))
    caller.promised()
    assert any("late" in text for text in heard)
    fault.tells("The sentence of the day holds NUL, escapes, half a character and a verb of TwiML", heard)
