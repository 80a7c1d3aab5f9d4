"""Spoken messages: kept here with their sound, and written down."""
