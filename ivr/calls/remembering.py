"""The language of a number is written after the answer: it is no promise, and no caller waits for it."""

from dataclasses import dataclass
from functools import partial

from foundation.clock import Deadline
from identity.directory import Directory, Hint, LanguageChoice
from ivr.calls.batch_writer import Also
from ivr.calls.journal import Journal


@dataclass(frozen=True, slots=True)
class Remembering:
    """Recalls at once, and remembers with the rows of the journal.

    Whoever calls again before it is written, or whose language is lost, is asked again for it.
    """

    directory: Directory
    journal: Journal

    def recall(self, number: str, deadline: Deadline) -> Hint:
        """What a number that is shown (E.164) hints at. May raise `DatabaseUnavailable`."""
        return self.directory.recall(number, deadline)

    def remember_language(self, choice: LanguageChoice, deadline: Deadline) -> None:
        """Keep the language for the next call of this number, soon; never waits."""
        del deadline
        self.journal.keep_also(Also(choice.key, partial(self.directory.keep_language, choice=choice)))
