"""Customers found by account and by number, demo customers, and the language that a number chose."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from foundation.check_digits import CheckDigit, valid
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from identity.demo import DEMO_CUSTOMERS, NotInProduction, seed
from identity.directory import Customer, Directory, LanguageChoice
from identity.pins import PinHasher
from identity.schema import languages
from tests.makers import NOW

CLOCK = SystemClock()
KEY = Secret("the key of these tests")
HASHER = PinHasher(KEY)
NUMBER = "+6281234567890"


def within() -> Deadline:
    return Deadline.after(20, CLOCK)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, CLOCK, limit=20)
    yield database
    database.close()


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database, KEY)


def test_the_demo_customers_are_written_once(directory: Directory) -> None:
    assert seed(directory, HASHER, within(), in_development=True) == 5
    assert seed(directory, HASHER, within(), in_development=True) == 0
    for demo in DEMO_CUSTOMERS:
        assert directory.by_account(demo.customer.account, within()) == demo.customer


def test_the_demo_customers_never_stand_beside_real_ones(directory: Directory) -> None:
    with pytest.raises(NotInProduction):
        seed(directory, HASHER, within(), in_development=False)
    assert directory.by_account(DEMO_CUSTOMERS[0].customer.account, within()) is None


def test_the_demo_customers_speak_all_three_languages_and_have_proper_accounts() -> None:
    assert {demo.customer.language for demo in DEMO_CUSTOMERS} == {"en", "zh", "id"}
    for demo in DEMO_CUSTOMERS:
        assert len(demo.customer.account) == 10
        assert valid(CheckDigit.LUHN, demo.customer.account)
        assert len(demo.pin.reveal()) == 6


def test_nobody_has_an_unknown_account(directory: Directory) -> None:
    assert directory.by_account("9999999999", within()) is None


def test_a_number_that_one_customer_registered_is_a_hint(directory: Directory) -> None:
    seed(directory, HASHER, within(), in_development=True)
    known = DEMO_CUSTOMERS[0].customer
    assert directory.recall(str(known.phone), within()).customer == known
    assert directory.recall(NUMBER, within()).customer is None


def test_a_number_that_two_customers_share_hints_at_nobody(directory: Directory) -> None:
    for account in ("1002003019", "1002003027"):
        directory.add(Customer(account, "Ani", "id", NUMBER, None, "Asia/Jakarta"), "hash", within())
    assert directory.recall(NUMBER, within()).customer is None


def test_an_account_that_is_there_stays_as_it_is(directory: Directory) -> None:
    first = Customer("1002003019", "Ani", "id", NUMBER, None, "Asia/Jakarta")
    assert directory.add(first, "hash", within())
    assert not directory.add(Customer("1002003019", "Eve", "en", None, None, "UTC"), "other", within())
    assert directory.by_account("1002003019", within()) == first


def chosen(language: str, turn: int) -> LanguageChoice:
    return LanguageChoice(NUMBER, language, f"CA1/{turn}/1", NOW + timedelta(seconds=turn))


def test_the_language_a_number_chose_last_is_remembered(directory: Directory) -> None:
    assert directory.recall(NUMBER, within()).language is None
    directory.remember_language(chosen("id", 1), within())
    directory.remember_language(chosen("zh", 2), within())
    assert directory.recall(NUMBER, within()).language == "zh"
    assert directory.recall("+6281234567891", within()).language is None


def test_an_older_choice_that_comes_late_changes_nothing(directory: Directory) -> None:
    directory.remember_language(chosen("zh", 2), within())
    directory.remember_language(chosen("id", 1), within())
    directory.remember_language(chosen("zh", 2), within())
    assert directory.recall(NUMBER, within()).language == "zh"


def test_the_number_itself_is_not_kept_and_a_row_has_an_end(directory: Directory, database: Database) -> None:
    directory.remember_language(chosen("id", 1), within())
    with database.reading(within()) as connection:
        row = connection.execute(languages.select()).one()
    assert NUMBER[1:] not in str(row)
    assert row.delete_after == NOW + timedelta(days=365, seconds=1)
    assert Directory(database, Secret("another key")).recall(NUMBER, within()).language is None
