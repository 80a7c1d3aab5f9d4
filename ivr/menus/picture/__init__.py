"""A menu book as a picture: which rooms it has, where each box stands, and how it is drawn."""
