"""The databases of the tests of this room."""

from tests.foundation.kept_databases import database_url, kept_postgres

__all__ = ["database_url", "kept_postgres"]
