"""The ground floor: settings, time, numbers, redaction, logs and the database; it knows nothing above it."""
