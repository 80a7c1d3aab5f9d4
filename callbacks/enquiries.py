"""What a caller may hear of a ticket: its state, for a proof; the same words for all who have none."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from callbacks.outcomes import Answer, Known, Slowed, Unknown
from callbacks.records import Enquiry
from callbacks.store import TicketStore
from callbacks.tickets import Ticket
from foundation.clock import Deadline
from foundation.database import Connection, Database, Deed, Reply, fingerprint
from foundation.redaction import Secret
from identity import verifier
from identity.guesses import Bucket, Guesses, Patience
from identity.pins import PIN_DIGITS
from identity.verifier import PinGuess, Verified, Verifier, asker_bucket

LAST_DIGITS = 4
NO_NUMBER = "-" * LAST_DIGITS  # what a ticket without a telephone number is compared with; no key types it

# Four digits are few: by ticket, two misses for nothing, then 30 s, 1 min ... 1 h: at most 32 guesses of
# 10,000 on the first day, and 24 a day after it.
TICKET = Patience(
    free=3, first=timedelta(seconds=30), longest=timedelta(hours=1), forgotten_after=timedelta(days=30)
)


class Enquiries:
    """Answers callers who ask after a ticket."""

    def __init__(self, store: TicketStore, database: Database, verifier: Verifier, guesses: Guesses) -> None:
        self._store = store
        self._database = database
        self._verifier = verifier
        self._guesses = guesses

    def state_of(self, enquiry: Enquiry, deadline: Deadline) -> Answer:
        """The state, for whoever proves that the ticket is theirs; under one key the same verdict.

        Raises DatabaseUnavailable or `identity.pins.TooBusyToCompare`: then nothing is told.
        """
        if enquiry.proof is None:
            return self._for_verified(enquiry, deadline)
        aims = self._aims(enquiry)
        begun = self._database.once(_deed(enquiry, "begin"), self._begin(enquiry, aims), deadline)
        if isinstance(begun["slowed_until"], str):
            until = verifier.Slowed(datetime.fromisoformat(begun["slowed_until"]))
            return Slowed(until.seconds(enquiry.at))
        ticket = self._found(enquiry.number, deadline)
        fits = self._proves(enquiry, enquiry.proof, ticket, deadline)
        ended = self._database.once(_deed(enquiry, "end"), self._end(enquiry, aims, fits=fits), deadline)
        return _known(ticket) if ticket is not None and ended["fits"] is True else Unknown()

    def _for_verified(self, enquiry: Enquiry, deadline: Deadline) -> Answer:
        # No guess: a customer learns nothing about the numbers of others, however many they try.
        ticket = self._found(enquiry.number, deadline)
        own = ticket is not None and enquiry.customer is not None and ticket.customer == enquiry.customer
        return _known(ticket) if ticket is not None and own else Unknown()

    def _found(self, number: str, deadline: Deadline) -> Ticket | None:
        with self._database.reading(deadline) as connection:
            return self._store.find(connection, number)

    def _aims(self, enquiry: Enquiry) -> list[Bucket]:
        """What the guess is counted by, the ticket first. A PIN is counted by its caller in the verifier."""
        ticket = Bucket("ticket", enquiry.number, TICKET)
        return [ticket] if _is_pin(enquiry.proof) else [ticket, asker_bucket(enquiry.asker)]

    def _begin(self, enquiry: Enquiry, aims: list[Bucket]) -> Callable[[Connection], Reply]:
        def begin(connection: Connection) -> Reply:
            until = self._guesses.begin(connection, aims, enquiry.at)
            return {"slowed_until": until.isoformat() if until else None}

        return begin

    def _proves(self, enquiry: Enquiry, proof: Secret, ticket: Ticket | None, deadline: Deadline) -> bool:
        if not _is_pin(proof):
            return _ends_with(ticket, proof)
        # A ticket of nobody has a customer whom nobody is: the PIN is compared all the same, and as long.
        # Whether the account itself is slowed is not told: that would tell whose ticket this is.
        customer = ticket.customer if ticket else None
        account = customer or f"nobody of {enquiry.number}"
        guess = PinGuess(account, proof, enquiry.asker, f"{enquiry.key}/pin", enquiry.at)
        return isinstance(self._verifier.check_pin(guess, deadline), Verified)

    def _end(self, enquiry: Enquiry, aims: list[Bucket], *, fits: bool) -> Callable[[Connection], Reply]:
        def end(connection: Connection) -> Reply:
            if fits:
                aimed_at, *others = aims
                self._guesses.forget(connection, aimed_at)
                for bucket in others:
                    self._guesses.forgive(connection, bucket, enquiry.at)
            return {"fits": fits}

        return end


def _is_pin(proof: Secret | None) -> bool:
    return proof is not None and len(proof.reveal()) == PIN_DIGITS


def _ends_with(ticket: Ticket | None, proof: Secret) -> bool:
    """Whether these are the last four of a number that the ticket was left with; as long for no ticket."""
    numbers = (ticket.number_to_call, ticket.calling_number) if ticket else (None, None)
    typed = proof.reveal().encode("utf-8", "surrogatepass")
    fits = [hmac.compare_digest((number or NO_NUMBER)[-LAST_DIGITS:].encode(), typed) for number in numbers]
    return any(fits) and len(typed) == LAST_DIGITS and typed.isdigit()


def _known(ticket: Ticket) -> Known:
    return Known(ticket.number, ticket.topic, ticket.state, ticket.due)


def _deed(enquiry: Enquiry, part: str) -> Deed:
    about = fingerprint(enquiry.number, enquiry.asker.number, enquiry.asker.call)
    return Deed(f"{enquiry.key}/{part}", f"{part} asking after a ticket", about)
