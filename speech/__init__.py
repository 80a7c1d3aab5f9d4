"""Hearing one utterance. Knows nothing of calls beyond their id, and nothing of the carrier's account."""
