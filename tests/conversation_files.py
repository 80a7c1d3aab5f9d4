"""The conversation files, read once for all tests of a worker."""

from processes.rehearsal.files import conversations
from tests.shipped import BOOK
from tests.world import FOLDER

FILES = conversations(FOLDER, BOOK.languages)
