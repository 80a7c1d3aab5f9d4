"""Where a database is, as SQLAlchemy reads it; apart from the way to it, for settings load no more."""

from sqlalchemy import URL, make_url

from foundation.redaction import Secret


def sql_url(url: str | Secret) -> URL:
    """The URL as SQLAlchemy knows it; `postgres://` means psycopg 3. ValueError for what keeps nothing."""
    parsed = make_url(url.reveal() if isinstance(url, Secret) else url)
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError("promises are kept in a file: write DATABASE_URL as sqlite:///path/to/file")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError(f"DATABASE_URL names {parsed.drivername!r}; known are sqlite and postgresql")
    return parsed
