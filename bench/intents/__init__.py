"""How well callers' own words are understood, on published questions of bank customers."""
