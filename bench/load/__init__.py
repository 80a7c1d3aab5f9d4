"""Callers who think: so many in progress, or so many a second, and how long the hotline let each wait."""
