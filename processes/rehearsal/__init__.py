"""Rehearsals: recorded conversations, played on a hotline of their own."""
