"""What an exchange is told for people at its telephones: who may be played, how its pages are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# As the menus of the hotline offer them: the place of a language is its key.
LANGUAGES = ("en", "zh", "id")


@dataclass(frozen=True, slots=True)
class Caller:
    """An invented customer who may be played: what they know, and the language they speak."""

    number: str
    name: str
    language: str = ""
    account: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SurfaceSettings:
    """`names` labels numbers; `inside` maps a number to the address that tells what happens in its calls.

    `allowed_hosts` are names, besides those of this machine, under which a browser may reach the surface.
    """

    callers: tuple[Caller, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)
    inside_token: str = field(default="", repr=False)
    languages: tuple[str, ...] = LANGUAGES
    allowed_hosts: tuple[str, ...] = ()

    def caller(self, number: str) -> Caller | None:
        """The customer with this number."""
        return next((one for one in self.callers if one.number == number), None)
