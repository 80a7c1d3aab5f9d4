"""Measurements, one command each, as ratios against a floor of the same run."""
