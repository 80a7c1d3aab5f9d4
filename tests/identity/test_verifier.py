"""Whether account and telephone PIN belong together, and how misses slow whoever makes them."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from foundation.schema import deeds
from identity.demo import DEMO_CUSTOMERS
from identity.directory import Directory
from identity.guesses import Guesses
from identity.pins import PinHasher, TooBusyToCompare
from identity.schema import guesses
from identity.verifier import Asker, PinGuess, Refused, Slowed, Verdict, Verified, Verifier
from tests.makers import NOW

CLOCK = SystemClock()
KEY = Secret("the key of these tests")
OWNER = DEMO_CUSTOMERS[0]
ACCOUNT = OWNER.customer.account
WRONG = Secret("000000")
OWN_NUMBER = str(OWNER.customer.phone)
HASHER = PinHasher(KEY)
HASHES = {demo.customer.account: HASHER.hash(demo.customer.account, demo.pin) for demo in DEMO_CUSTOMERS[:2]}


class Door:
    """A verifier with its database, and guesses with keys of their own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.directory = Directory(database, KEY)
        self.verifier = Verifier(database, self.directory, HASHER, Guesses(KEY))
        self.asked = 0

    def ask(self, pin: Secret, number: str | None = "+6281300000001", **changes: object) -> Verdict:
        self.asked += 1
        guess = PinGuess(ACCOUNT, pin, Asker(number, "CA1"), f"CA1/{self.asked}/1", NOW)
        return self.verifier.check_pin(replace(guess, **changes), within())  # type: ignore[arg-type]  # its fields


def within(seconds: float = 60.0) -> Deadline:
    return Deadline.after(seconds, CLOCK)


@pytest.fixture
def door(database_url: str) -> Iterator[Door]:
    database = Database(database_url, CLOCK, limit=60)
    door = Door(database)
    for demo in DEMO_CUSTOMERS[:2]:
        door.directory.add(demo.customer, HASHES[demo.customer.account], within())
    yield door
    database.close()


def test_account_and_pin_together_verify_a_customer(door: Door) -> None:
    assert door.ask(OWNER.pin) == Verified(OWNER.customer)


@pytest.mark.parametrize("pin", ["000000", "", "471164", "4711630", "47116", "\ud800"])
def test_another_pin_is_refused(door: Door, pin: str) -> None:
    assert door.ask(Secret(pin)) == Refused()


def test_the_pin_of_another_customer_is_refused(door: Door) -> None:
    assert door.ask(DEMO_CUSTOMERS[1].pin) == Refused()


def test_an_account_that_nobody_has_is_refused_in_the_same_words_and_slowed_the_same(door: Door) -> None:
    told = [door.ask(WRONG, account="9999999999") for _ in range(4)]
    known = [door.ask(WRONG, number="+6281300000002") for _ in range(4)]
    assert told == known == [Refused(), Refused(), Refused(), Slowed(NOW + timedelta(seconds=30))]


def test_after_three_misses_even_the_right_pin_waits(door: Door) -> None:
    for _ in range(3):
        assert door.ask(WRONG) == Refused()
    assert door.ask(OWNER.pin) == Slowed(NOW + timedelta(seconds=30))
    assert door.ask(OWNER.pin, at=NOW + timedelta(seconds=30)) == Verified(OWNER.customer)


def test_no_wait_is_for_ever(door: Door) -> None:
    at = NOW
    for _ in range(15):
        verdict = door.ask(WRONG, at=at, number=None)
        if isinstance(verdict, Slowed):
            assert verdict.until - at <= timedelta(hours=1)
            at = verdict.until
    assert isinstance(door.ask(OWNER.pin, at=at + timedelta(hours=1)), Verified)


def test_a_right_pin_clears_the_misses(door: Door) -> None:
    for _ in range(4):
        door.ask(WRONG)
        door.ask(WRONG)
        assert door.ask(OWNER.pin) == Verified(OWNER.customer)


def test_the_same_key_is_one_guess_however_often_it_is_asked(door: Door) -> None:
    for _ in range(10):
        assert door.ask(WRONG, key="CA1/3/1") == Refused()
    for _ in range(2):
        assert door.ask(WRONG) == Refused()
    assert isinstance(door.ask(WRONG), Slowed)


def test_a_repeat_hears_what_the_first_one_heard(door: Door) -> None:
    assert door.ask(OWNER.pin, key="CA1/3/1") == Verified(OWNER.customer)
    assert door.ask(OWNER.pin, key="CA1/3/1") == Verified(OWNER.customer)
    refused = door.ask(WRONG, key="CA1/4/1")
    assert door.ask(OWNER.pin, key="CA1/4/1") == refused == Refused()


def test_strangers_who_guess_do_not_slow_the_owner_on_their_own_number(door: Door) -> None:
    for stranger in range(30):
        door.ask(WRONG, number=f"+62813000{stranger:05}")
    assert isinstance(door.ask(OWNER.pin), Slowed)
    assert door.ask(OWNER.pin, number=OWN_NUMBER) == Verified(OWNER.customer)


def test_whoever_forges_the_owners_number_is_slowed_like_anybody(door: Door) -> None:
    for _ in range(3):
        door.ask(WRONG, number=OWN_NUMBER)
    assert isinstance(door.ask(WRONG, number=OWN_NUMBER), Slowed)


def test_a_number_that_guesses_at_many_accounts_is_slowed(door: Door) -> None:
    told = [door.ask(WRONG, account=f"99999999{miss:02}") for miss in range(11)]
    assert told == [Refused()] * 10 + [Slowed(NOW + timedelta(seconds=30))]


def test_a_right_pin_now_and_then_does_not_pay_for_guesses_at_other_accounts(door: Door) -> None:
    other, at = DEMO_CUSTOMERS[1], NOW
    for miss in range(10):
        at = NOW + timedelta(seconds=miss)
        assert door.ask(WRONG, account=f"99999999{miss:02}", at=at) == Refused()
        if miss < 9:
            right = door.ask(other.pin, account=other.customer.account, at=at + timedelta(milliseconds=1))
            assert isinstance(right, Verified)
    assert isinstance(door.ask(WRONG, account="8888888888", at=at), Slowed)


def test_a_number_slowed_for_its_guesses_does_not_shut_out_the_owner_of_that_number(door: Door) -> None:
    for miss in range(12):
        door.ask(WRONG, number=OWN_NUMBER, account=f"99999999{miss:02}")
    assert door.ask(OWNER.pin, number=OWN_NUMBER) == Verified(OWNER.customer)


def test_callers_who_hide_their_number_share_a_short_wait(door: Door) -> None:
    told = [door.ask(WRONG, number=None, account=f"99999999{miss:02}") for miss in range(31)]
    assert told[:30] == [Refused()] * 30
    assert isinstance(told[30], Slowed)
    assert door.ask(OWNER.pin) == Verified(OWNER.customer)


def test_three_hundred_guesses_at_once_are_three(door: Door) -> None:
    pins = [Secret(f"{number:06}") for number in range(300)]

    def ask(number: int) -> Verdict:
        guess = PinGuess(ACCOUNT, pins[number], Asker(f"+6281{number:06}", "CA1"), f"CA{number}/1/1", NOW)
        return door.verifier.check_pin(guess, within())

    with ThreadPoolExecutor(24) as threads:
        told = list(threads.map(ask, range(300)))
    assert told.count(Refused()) == 3
    assert sum(isinstance(one, Slowed) for one in told) == 297


def test_a_miss_takes_as_long_for_an_account_that_nobody_has(door: Door) -> None:
    def took(account: str, number: int) -> float:
        started = time.perf_counter()
        door.ask(WRONG, account=account, number=f"+6281{number:06}", at=NOW + timedelta(hours=2 * number))
        return time.perf_counter() - started

    known, unknown = [], []
    for number in range(15):
        known.append(took(ACCOUNT, number))
        unknown.append(took("9999999999", number))
    assert 0.6 < statistics.median(known) / statistics.median(unknown) < 1.6


def test_nothing_of_a_pin_is_written_but_its_hash(door: Door) -> None:
    door.ask(OWNER.pin)
    door.ask(Secret("735264"))
    with door.database.reading(within()) as connection:
        written = str(connection.execute(deeds.select()).all())
    assert "735264" not in written
    assert OWNER.pin.reveal() not in written


def test_callers_who_wait_for_sql_hold_no_place_to_compute(door: Door) -> None:
    door.ask(WRONG)
    with ThreadPoolExecutor(2) as threads:
        with door.database.writing(within()) as connection:
            connection.execute(guesses.update().values(misses=guesses.c.misses))  # now all others wait
            waiting = [threads.submit(door.ask, WRONG, key=f"CA{caller}/1/1") for caller in (2, 3)]
            assert not wait(waiting, timeout=0.3).done
            with HASHER.place(within(0.05)), HASHER.place(within(0.05)):
                pass
        assert [one.result() for one in waiting] == [Refused()] * 2


def test_whoever_finds_no_place_to_compute_is_told_and_counted_once_under_the_key(door: Door) -> None:
    guess = PinGuess(ACCOUNT, WRONG, Asker(None, "CA1"), "CA1/9/1", NOW)
    with HASHER.place(within()), HASHER.place(within()), pytest.raises(TooBusyToCompare):
        door.verifier.check_pin(guess, within(0.5))
    assert door.verifier.check_pin(guess, within()) == Refused()
    assert [door.ask(WRONG) for _ in range(2)] == [Refused()] * 2
    assert isinstance(door.ask(WRONG), Slowed)


def test_a_pin_is_kept_as_argon2_with_the_parameters_of_the_design() -> None:
    kept = HASHER.hash(ACCOUNT, OWNER.pin)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHER.matches(kept, ACCOUNT, OWNER.pin)
    assert not HASHER.matches(kept, "1002003027", OWNER.pin)
    assert not PinHasher(Secret("another key")).matches(kept, ACCOUNT, OWNER.pin)


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", "１２３４５６", ""])
def test_a_pin_that_is_no_six_digits_is_not_kept(pin: str) -> None:
    with pytest.raises(ValueError, match="6 digits"):
        HASHER.hash(ACCOUNT, Secret(pin))


def test_a_wait_is_told_in_whole_seconds_of_which_there_is_one_at_least() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert Slowed(at + timedelta(seconds=29.2)).seconds(at) == 30
    assert Slowed(at).seconds(at) == 1
