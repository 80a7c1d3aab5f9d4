"""Which numbers lead to the hotline: the one of the settings and those of the book that is live."""

from foundation.clock import SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.settings import Settings
from ivr.menus.files import read_folder
from ivr.menus.loader import judge
from ivr.menus.model import MenuBook
from ivr.menus.versions import BookVault


def dialled_numbers(settings: Settings) -> tuple[str, ...]:
    """HOTLINE_NUMBER first, then each number by which the live book knows the language of a greeting."""
    book = _live_book(settings)
    return tuple(dict.fromkeys([settings.hotline_number, *(book.numbers if book else ())]))


def _live_book(settings: Settings) -> MenuBook | None:
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
