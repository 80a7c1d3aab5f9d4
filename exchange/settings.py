"""What an exchange is told before it opens: its account, its numbers, and the people who may be rung."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

# What Twilio says about a calling number (https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir).
VERSTATS = (
    *(
        f"TN-Validation-{judged}-{level}{way}"
        for way in ("", "-Diverted", "-Passthrough")
        for judged in ("Passed", "Failed")
        for level in "ABC"
    ),
    "TN-Validation-Failed",
    "No-TN-Validation",
)

Outcome = Literal["answers", "busy", "no-answer", "fails"]
# What becomes of a text. "sent": and never heard of again. "stopped": they want none of ours (21610), and
# "landline": no telephone for texts (21614); these two are told at once, the others as they happen.
Fate = Literal["delivered", "undelivered", "failed", "sent", "stopped", "landline"]
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """A number of the account: where the carrier asks for documents, and whom it tells how a call ended.

    With an application or a trunk its calls go there, and none of these addresses is asked.
    """

    voice_url: str
    status_url: str | None = None
    fallback_url: str | None = None
    voice_method: Method = "POST"
    fallback_method: Method = "POST"
    status_method: Method = "POST"
    # Twilio tells a number's status URL of the end alone; the other events belong to calls made by REST.
    status_events: tuple[str, ...] = ("completed",)
    stir_verstat: str | None = None
    application_sid: str = ""
    trunk_sid: str = ""
    takes_calls: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is at home, as far as a carrier looks it up: `city`, `state` and `zip` in capitals."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a telephone, as a Dial finds them: `rings` and `talks` in seconds."""

    outcome: Outcome = "no-answer"
    rings: float = 3.0
    talks: float = 30.0
    caller_leaves: Literal["ringing", "talking"] | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The customer of the carrier. `api_credentials` maps an API key's SID to its secret.

    `verified`: the numbers that somebody has proved to be theirs; a trial account may call no other.
    """

    sid: str
    auth_token: str = field(repr=False)
    api_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    status: Literal["active", "suspended", "closed"] = "active"
    kind: Literal["Full", "Trial"] = "Full"
    verified: frozenset[str] = frozenset()

    def credentials(self) -> dict[str, str]:
        """Every user name with its password that the REST part accepts."""
        return {self.sid: self.auth_token, **self.api_credentials}


@dataclass(frozen=True, slots=True)
class Copies:
    """How often each webhook is sent: again after the first, and how many at the same moment.

    `chance`: how likely each of the two is for a webhook; the same seed and the same order, the same copies.
    """

    repeat_every_request: bool = False
    overlap: int = 1
    chance: float = 1.0
    seed: int = 0

    def dice(self) -> Iterator["Copies"]:
        """What becomes of one webhook after the other, for ever."""
        dice = random.Random(self.seed)  # noqa: S311 - repeatable, and nothing is kept secret by it
        while True:
            repeated, overlapping = dice.random() < self.chance, dice.random() < self.chance
            yield Copies(self.repeat_every_request and repeated, self.overlap if overlapping else 1)
