"""Making a laptop's database ready: its tables, and invented customers to try the hotline with."""

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, migrate
from foundation.settings import Settings
from identity.demo import seed
from identity.directory import Directory
from identity.pins import PinHasher

SEED_LIMIT = 20.0  # seconds; five PINs are hashed, on a slow laptop


def prepare(settings: Settings) -> None:
    """Migrate the database; in development write the demo customers who are not there yet. Safe to repeat."""
    migrate(settings.database_url)
    if not settings.in_development:
        return
    clock = SystemClock()
    database = Database(settings.database_url, clock)
    try:
        directory = Directory(database, settings.secret_key)
        until = Deadline.after(SEED_LIMIT, clock)
        seed(directory, PinHasher(settings.secret_key), until, in_development=settings.in_development)
    finally:
        database.close()
