"""The shipped book, read once for all tests of a worker; whoever wants it otherwise makes a copy."""

from foundation.settings import LIBRARY
from ivr.menus.loader import load

BOOK = load(LIBRARY)
