"""The steps by which a number is led to this hotline, each told in a line; what cannot go on ends them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit

from foundation.settings import Settings
from processes.connect.connecting import (
    Addresses,
    Change,
    changes,
    fallback_hint,
    in_sight,
    is_this_machine,
    unfit,
)
from processes.doctor.carrier_words import in_words
from processes.doctor.media_look import look_at_media_door
from processes.doctor.path_look import look_at_public_url, look_at_signed_door
from telephony.numbers import AccountState, CarrierNumber, CarrierNumbers
from telephony.recordings import CarrierAccount
from telephony.rest import Refused, Trouble, Unclear, Unreached

# 401 and 403 where a key may not read the account; whether it may do the rest is seen at the next step.
NOT_FOR_KEYS = frozenset({401, 403})
WIDTH = 8  # of the word at the beginning of a line


class Stop(Exception):
    """It cannot go on: the text says why, `cure` what to do."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def line(word: str, text: str) -> str:
    """A step as it is told."""
    return f"{word:<{WIDTH}} {text}"


@dataclass(frozen=True, slots=True)
class Steps:
    """One number, one account, and who is told."""

    settings: Settings
    account: CarrierAccount
    numbers: CarrierNumbers
    say: Callable[[str], None]

    @property
    def beside_us(self) -> bool:
        """Whether the carrier is on this machine: the local exchange."""
        return is_this_machine(urlsplit(self.account.url).hostname or "")

    def check_addresses(self, wanted: Addresses) -> None:
        """Stop if the carrier could not use them."""
        told = (self.settings.public_url, wanted.fallback)
        for name, address in zip(("PUBLIC_URL", "--fallback-url"), told, strict=True):
            reason = unfit(address) if address and not self.beside_us else None
            if reason:
                raise Stop(f"{name}: {reason}", f"give {name} an address that stands on the internet")

    def check_account(self) -> None:
        """Stop if our credentials are not let in, or the account takes no calls."""
        match self.numbers.account():
            case AccountState("active", kind):
                self.say(line("ok", f"account {self._known}: active, {_told(kind)}"))
            case AccountState(status):
                raise Stop(
                    f"account {self._known} is {status}",
                    "look at its balance and messages in the carrier's console",
                )
            case Refused(status=status) if status in NOT_FOR_KEYS and self.account.user != self.account.sid:
                self.say(
                    line("note", "the API key may not read the account: active or not, trial or not, is open")
                )
            case Refused() | Unreached() | Unclear() as trouble:
                raise self.stopped(trouble)

    def find(self, number: str) -> CarrierNumber:
        """The number at the carrier. Stop if the account has none such, or it takes no calls."""
        match self.numbers.find(number):
            case CarrierNumber(takes_calls=True) as found:
                self.say(line("ok", f"number {number}: the account has it, and it takes calls"))
                return found
            case CarrierNumber():
                raise Stop(f"{number} takes no calls", "get a number with voice in the carrier's console")
            case None:
                raise Stop(f"the account has no number {number}", self._other_numbers())
            case Refused() | Unreached() | Unclear() as trouble:
                raise self.stopped(trouble)
            case never:
                assert_never(never)

    def require_own(self, number: CarrierNumber, *, take_over: bool) -> None:
        """Stop if its calls go to a trunk or an application, unless that is to be ended."""
        if not number.elsewhere:
            return
        kind = "trunk" if number.settings["TrunkSid"] else "application"
        owner = f"{number.number} belongs to {kind} {number.elsewhere}: its calls go there, not to an address"
        if not take_over:
            raise Stop(owner, f"to take it away from that {kind}, say --take-over; think of who uses it")
        self.say(line("WARNING", f"{owner}; that ends now"))

    def look_from_outside(self) -> None:
        """Whether the hotline answers where the carrier will ask; told, as it may be started later."""
        for look in (look_at_public_url, look_at_signed_door, look_at_media_door):
            finding = look(self.settings)
            self.say(line("ok" if finding.well else "WARNING", f"{finding.what}: {finding.how}"))
            if finding.cure:
                self.say(line("", f"cure: {finding.cure}"))

    def plan(self, number: CarrierNumber, wanted: Addresses) -> tuple[Change, ...]:
        """What would change, told old and new; and what else there is to know."""
        planned = changes(number, wanted)
        for change in planned:
            self.say(line("change", str(change)))
        hint = fallback_hint(number, wanted, self.settings.public_url)
        if hint and not (self.beside_us and not wanted.fallback):
            self.say(line("WARNING", hint))
        if number.number != self.settings.hotline_number:
            told = f"HOTLINE_NUMBER is {self.settings.hotline_number}: callers who are handed on to a person"
            self.say(line("note", f"{told} show that number, which must be the account's"))
        return planned

    def carry_out(self, number: CarrierNumber, planned: tuple[Change, ...], wanted: Addresses) -> None:
        """Set it, read it again, and compare. Stop if it does not read as it was set."""
        match self.numbers.set(number, {change.name: change.new for change in planned}):
            case CarrierNumber() as now:
                left = changes(now, wanted)
            case Refused() | Unreached() | Unclear() as trouble:
                raise self.stopped(trouble)
            case never:
                assert_never(never)
        if left:
            read = "; ".join(f"{one.name} reads {in_sight(one.old)}" for one in left)
            raise Stop(f"set, but not as it was told: {read}", "look at the number in the carrier's console")
        self.say(
            line("ok", f"{number.number} leads to {self.settings.public_url}: read again, and as it was set")
        )

    def stopped(self, trouble: Trouble) -> Stop:
        """The end of the steps, in plain words."""
        said = in_words(trouble, self.account)
        return Stop(said.what, said.cure)

    @property
    def _known(self) -> str:
        return f"{self.account.sid[:6]}..."

    def _other_numbers(self) -> str:
        match self.numbers.some():
            case (CarrierNumber(), *_) as some:
                return f"it has {', '.join(one.number for one in some)}"
            case ():
                return "it has no number at all: get one in the carrier's console"
            case _:
                return "see in the carrier's console which numbers it has"


def _told(kind: str) -> str:
    match kind:
        case "Trial":
            return "a trial: it calls, and is called by, verified numbers alone, and ends after 30 days"
        case "Full":
            return "a full account"
        case _:
            return f"of the kind {kind}"
