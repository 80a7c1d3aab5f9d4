"""The customers of the wallet, as far as the hotline knows them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from foundation.clock import Deadline
from foundation.database import Database
from foundation.redaction import Secret
from foundation.schema import insert_unless_there, kept_until
from identity.keyed import Keyed
from identity.schema import customers, languages

ACCOUNT_DIGITS = 10  # the last one is Luhn's check digit

_BY_ACCOUNT = select(customers).where(customers.c.account == bindparam("told"))
_BY_NUMBER = select(customers).where(customers.c.phone == bindparam("shown")).limit(2)
_SAME_NUMBER = languages.c.number_hash == bindparam("name")
_LANGUAGE = select(languages.c.language).where(_SAME_NUMBER)
_CHANGED = languages.update().where(_SAME_NUMBER, languages.c.at <= bindparam("chosen"))


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer: `account` 10 digits, `language` ISO 639, `phone` E.164, `zone` IANA."""

    account: str
    name: str
    language: str
    phone: str | None
    email: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What a calling number tells, and never proves: the one customer who registered it, and its language.

    No `customer` also if several have registered it; `language` is the one that it chose last.
    """

    customer: Customer | None
    language: str | None


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A caller chose a language; `number` is shown and E.164, `key` that of the errand."""

    number: str
    language: str
    key: str
    at: datetime


class Directory:
    """Who has which account, and which language a calling number chose last."""

    def __init__(self, database: Database, secret_key: Secret) -> None:
        self._database = database
        self._keyed = Keyed(secret_key, "language of a number")

    def by_account(self, account: str, deadline: Deadline) -> Customer | None:
        """The customer of an account."""
        with self._database.reading(deadline) as connection:
            return self.in_transaction(connection, account)[0]

    def recall(self, number: str, deadline: Deadline) -> Hint:
        """What a number that is shown (E.164) hints at."""
        with self._database.reading(deadline) as connection:
            found = connection.execute(_BY_NUMBER, {"shown": number}).all()
            named = {"name": self._keyed.name(number)}
            language = connection.execute(_LANGUAGE, named).scalar_one_or_none()
        return Hint(_customer(found[0]) if len(found) == 1 else None, language)

    def in_transaction(self, connection: Connection, account: str) -> tuple[Customer | None, str | None]:
        """The customer and what is kept of the telephone PIN, within a transaction of the caller."""
        row = connection.execute(_BY_ACCOUNT, {"told": account}).first()
        return (_customer(row), row.pin_hash) if row else (None, None)

    def add(self, customer: Customer, pin_hash: str, deadline: Deadline) -> bool:
        """Write a new customer; False if the account is there already, which then stays as it is."""
        row = {**asdict(customer), "pin_hash": pin_hash}
        with self._database.writing(deadline) as connection:
            return insert_unless_there(connection, customers, row)

    def remember_language(self, choice: LanguageChoice, deadline: Deadline) -> None:
        """Keep the language for the next call of this number. The number itself is not kept."""
        with self._database.writing(deadline) as connection:
            self.keep_language(connection, choice)

    def keep_language(self, connection: Connection, choice: LanguageChoice) -> None:
        """The same within a transaction of the caller; done twice it does nothing twice."""
        name, end = self._keyed.name(choice.number), kept_until(languages, choice.at)
        newest = {"language": choice.language, "at": choice.at, "delete_after": end}
        if not insert_unless_there(connection, languages, {"number_hash": name, **newest}):
            connection.execute(_CHANGED, {"name": name, "chosen": choice.at, **newest})


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.account, row.name, row.language, row.phone, row.email, row.zone)
