"""Which numbers lead to the hotline: the one of the settings and those of the book that is live."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from foundation.clock import SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.settings import Settings
from ivr.menus.files import read_folder
from ivr.menus.loader import judge
from ivr.menus.model import MenuBook
from ivr.menus.versions import BookVault

HOTLINE = "the hotline"


@dataclass(frozen=True, slots=True)
class Line:
    """A number in E.164, the address of the web process that answers it, and what people read beside it."""

    number: str
    web: str
    name: str


def lines_of(settings: Settings) -> tuple[Line, ...]:
    """HOTLINE_NUMBER first, then each number by which the live book knows the language of a greeting."""
    book = live_book(settings)
    greeted: Mapping[str, str] = book.numbers if book else {}
    others = {number: f"greets in {language_name(code)}" for number, code in greeted.items()}
    ours = {settings.hotline_number: HOTLINE}
    # The public address, not the port: a webhook is signed with the address it was sent to.
    return tuple(Line(number, settings.public_url, name) for number, name in (ours | others | ours).items())


def language_name(code: str) -> str:
    """`zh` as `Chinese`; a code that nobody knows as it is."""
    try:
        return Locale.parse(code).get_language_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def live_book(settings: Settings) -> MenuBook | None:
    """The book of the files; if that is faulty the one taken up last, as the web process goes on with it."""
    book = judge(settings.books_dir).book
    name = read_folder(settings.books_dir).name
    if book is not None or name is None:
        return book
    database = Database(settings.database_url, SystemClock(), threads=1)
    try:
        return BookVault(database).newest(name)
    except DatabaseUnavailable:
        return None  # the web process will say what is wrong with both
    finally:
        database.close()
