"""What a caller hears of a ticket: its state for a proof, the same words and waits for all others."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.enquiries import Enquiries
from callbacks.outcomes import Answer, Known, Slowed, Unknown
from callbacks.promises import Promises
from callbacks.records import Enquiry, NumberToCall
from callbacks.series import NumberSeries
from callbacks.store import TicketStore
from callbacks.tickets import TicketState, ticket_number
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from identity.demo import DEMO_CUSTOMERS
from identity.directory import Directory
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Asker, PinGuess, Verified, Verifier
from tests.makers import NOW, a_draft, a_proven_draft

CLOCK = SystemClock()
KEY = Secret("the key of these tests")
OWNER = DEMO_CUSTOMERS[0]
ACCOUNT = OWNER.customer.account
HASHER = PinHasher(KEY)
OWNER_HASH = HASHER.hash(ACCOUNT, OWNER.pin)
LAST_FOUR, WRONG_FOUR, WRONG_PIN = Secret("7891"), Secret("0000"), Secret("000000")
NOBODYS = ticket_number("12345678")


def within() -> Deadline:
    return Deadline.after(60, CLOCK)


class Window:
    """A customer's ticket, and callers who ask after tickets."""

    def __init__(self, database: Database) -> None:
        self.database, store = database, TicketStore()
        directory, guesses = Directory(database, KEY), Guesses(KEY)
        directory.add(OWNER.customer, OWNER_HASH, within())
        self.verifier = Verifier(database, directory, HASHER, guesses)
        self.promises = Promises(store, database, NumberSeries(KEY, CLOCK).draw)
        self.enquiries = Enquiries(store, database, self.verifier, guesses)
        self.number = self.promises.open_ticket(a_proven_draft(customer=ACCOUNT), within()).number
        self.asked = 0

    def ask(self, proof: Secret | None, number: str | None = None, **changes: object) -> Answer:
        self.asked += 1
        asker = Asker(f"+62813{self.asked:08}", "CA9")
        enquiry = Enquiry(number or self.number, proof, None, asker, f"CA9/{self.asked}/1", NOW)
        enquiry = replace(enquiry, **changes)  # type: ignore[arg-type]  # fields of an enquiry
        return self.enquiries.state_of(enquiry, within())

    def known(self) -> Known:
        draft = a_proven_draft()
        return Known(self.number, draft.topic, TicketState.PROMISED, draft.due)


@pytest.fixture
def window(database_url: str) -> Iterator[Window]:
    database = Database(database_url, CLOCK, limit=60)
    yield Window(database)
    database.close()


def test_number_and_last_four_of_the_number_to_call_tell_the_state(window: Window) -> None:
    assert window.ask(LAST_FOUR) == window.known()


def test_the_last_four_of_the_calling_number_do_too(window: Window) -> None:
    assert window.ask(Secret("7890")) == window.known()


def test_a_number_that_was_changed_proves_with_its_new_last_four(window: Window) -> None:
    window.promises.set_number(NumberToCall(window.number, "+6281234564444", "CA1", "CA1/9/1", NOW), within())
    assert window.ask(Secret("4444")) == window.known()
    assert window.ask(LAST_FOUR) == Unknown()


def test_number_and_telephone_pin_of_its_customer_tell_the_state(window: Window) -> None:
    assert window.ask(OWNER.pin) == window.known()


def test_a_verified_customer_hears_of_their_own_tickets_and_no_others(window: Window) -> None:
    assert window.ask(None, customer=ACCOUNT) == window.known()
    assert window.ask(None, customer=DEMO_CUSTOMERS[1].customer.account) == Unknown()
    assert window.ask(None) == Unknown()
    assert window.ask(None, NOBODYS, customer=ACCOUNT) == Unknown()
    left_by_nobody = window.promises.open_ticket(a_draft(call="CA2", key="CA2/3/1"), within()).number
    assert window.ask(None, left_by_nobody) == Unknown()


@pytest.mark.parametrize(
    "proof", [WRONG_FOUR, WRONG_PIN, Secret(""), Secret("891"), Secret("67891"), Secret("----")]
)
def test_a_wrong_proof_and_a_ticket_that_is_not_there_are_told_alike(window: Window, proof: Secret) -> None:
    assert window.ask(proof) == window.ask(proof, NOBODYS) == Unknown()


def test_a_ticket_left_without_a_number_is_proved_by_none(window: Window) -> None:
    draft = a_draft(call="CA2", key="CA2/3/1", calling_number=None, number_to_call=None)
    number = window.promises.open_ticket(draft, within()).number
    for proof in ("----", "0000", "None"):
        assert window.ask(Secret(proof), number) == Unknown()


def test_the_pin_of_a_customer_does_not_open_a_ticket_of_nobody(window: Window) -> None:
    number = window.promises.open_ticket(a_draft(call="CA2", key="CA2/3/1"), within()).number
    assert window.ask(OWNER.pin, number) == Unknown()


@pytest.mark.parametrize("number", ["", "123", "12345678901234567890", "'; --", "１２３４５６７８９"])
def test_what_is_no_ticket_number_is_no_ticket(window: Window, number: str) -> None:
    assert (
        window.enquiries.state_of(
            Enquiry(number, WRONG_FOUR, None, Asker(None, "CA9"), "CA9/1/1", NOW), within()
        )
        == Unknown()
    )


@pytest.mark.parametrize("wrong", [WRONG_FOUR, WRONG_PIN])
def test_after_three_misses_a_ticket_is_told_to_nobody_for_a_while(window: Window, wrong: Secret) -> None:
    for number in (window.number, NOBODYS):
        told = [window.ask(wrong, number) for _ in range(4)]
        assert told == [Unknown()] * 3 + [Slowed(30)]
    assert window.ask(LAST_FOUR) == Slowed(30)
    assert window.ask(LAST_FOUR, at=NOW + timedelta(seconds=30)) == window.known()


def test_a_verified_customer_does_not_wait_for_the_guesses_of_others(window: Window) -> None:
    for _ in range(5):
        window.ask(WRONG_FOUR)
    assert window.ask(None, customer=ACCOUNT) == window.known()


def test_a_caller_who_tries_many_tickets_is_slowed(window: Window) -> None:
    asker = Asker("+6281300000001", "CA9")
    numbers = [ticket_number(str(20_000_000 + miss)) for miss in range(11)]
    told = [window.ask(WRONG_FOUR, number, asker=asker) for number in numbers]
    assert told == [Unknown()] * 10 + [Slowed(30)]


def test_a_repeated_webhook_is_no_second_miss_and_hears_the_same(window: Window) -> None:
    asker = Asker("+6281300000001", "CA9")
    for _ in range(9):
        assert window.ask(WRONG_FOUR, key="CA9/first/1", asker=asker) == Unknown()
    assert window.ask(LAST_FOUR, key="CA9/first/1", asker=asker) == Unknown()
    assert window.ask(LAST_FOUR) == window.known()


def test_guesses_at_a_pin_by_way_of_a_ticket_count_for_the_account(window: Window) -> None:
    for second in range(3):
        at = NOW + timedelta(minutes=10 * second)
        assert window.ask(WRONG_PIN, at=at) == Unknown()
    guess = PinGuess(
        ACCOUNT, OWNER.pin, Asker("+6281399999999", "CA9"), "CA9/pin/1", NOW + timedelta(minutes=20)
    )
    assert not isinstance(window.verifier.check_pin(guess, within()), Verified)


def test_that_the_account_is_slowed_does_not_tell_whose_ticket_it_is(window: Window) -> None:
    for turn in range(3):
        guess = PinGuess(ACCOUNT, WRONG_PIN, Asker("+6281399999999", "CA8"), f"CA8/{turn}/1", NOW)
        window.verifier.check_pin(guess, within())
    assert window.ask(WRONG_PIN) == window.ask(WRONG_PIN, NOBODYS) == Unknown()


def test_two_hundred_guesses_at_one_ticket_at_once_are_three(window: Window) -> None:
    def ask(number: int) -> Answer:
        asker = Asker(f"+62813{number:08}", f"CA{number}")
        enquiry = Enquiry(window.number, Secret(f"{number:04}"), None, asker, f"CA{number}/1/1", NOW)
        return window.enquiries.state_of(enquiry, within())

    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(ask, range(200)))
    assert told.count(Unknown()) == 3
    assert told.count(Slowed(30)) == 197


@pytest.mark.parametrize("wrong", [WRONG_FOUR, WRONG_PIN])
def test_a_miss_takes_as_long_for_a_ticket_that_is_not_there(window: Window, wrong: Secret) -> None:
    def took(number: str, at_hour: int) -> float:
        started = time.perf_counter()
        window.ask(wrong, number, at=NOW + timedelta(hours=2 * at_hour))
        return time.perf_counter() - started

    # The quickest of each, of ever more: what a machine that is busy elsewhere adds is no difference of ours,
    # and what is one stays.
    there, not_there, apart = [], [], 0.0
    for hour in range(60):
        there.append(took(window.number, hour))
        not_there.append(took(NOBODYS, hour))
        apart = min(there) / min(not_there)
        if hour >= 11 and 0.6 < apart < 1.6:
            break
    assert 0.6 < apart < 1.6
