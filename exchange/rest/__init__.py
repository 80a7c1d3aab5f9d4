"""The REST part of the carrier: what a customer asks about an account, its numbers, calls and recordings."""
