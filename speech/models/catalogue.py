"""The models of Vosk's makers that are installed by language alone, and how their names tell a language."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAKERS = "https://alphacephei.com/vosk/models"  # the page there says of each what it was trained on
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NAME = re.compile(r"vosk-model-(?:small-|big-)?([a-z]{2,3})(?:-|$)[\w.-]*")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")
# What the makers call by a country is a language.
_LANGUAGES_OF_COUNTRIES = {"cn": "zh", "vn": "vi", "kz": "kk", "ua": "uk", "jp": "ja"}


@dataclass(frozen=True, slots=True)
class Published:
    """A model as its makers publish it: the language (ISO 639), its name, the size in bytes, and SHA-256.

    The makers write no SHA-256 beside their archives. Each of these was measured from the archive by
    several projects that do not know one another, and is kept only where they agree (Sayboard's
    catalogue of September 2026 and at least one more public repository); size likewise.
    """

    language: str
    name: str
    size: int
    sha256: str

    @property
    def address(self) -> str:
        return address_of(self.name)


PUBLISHED = (
    Published(
        *("en", "vosk-model-small-en-us-0.15", 41_205_931),
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    ),
    Published(
        *("zh", "vosk-model-small-cn-0.22", 43_898_754),
        "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
    ),
    Published(
        *("ko", "vosk-model-small-ko-0.22", 86_914_329),
        "eea36124087fed26c59996a4761519458e3bd185e8ea9d9865ad8760c4a1d989",
    ),
    Published(
        *("ja", "vosk-model-small-ja-0.22", 49_704_573),
        "efa092d280153a77615e9e0c7d7283e93e600de3d19d3bec686c57ef19d52eac",
    ),
    Published(
        *("vi", "vosk-model-small-vn-0.4", 33_656_337),
        "efe5c8494212110471a79befc48c79da679e5b1fc52a4ffb500222ff86d622e5",
    ),
    Published(
        *("hi", "vosk-model-small-hi-0.22", 44_458_845),
        "7c50a10866889f0ac21d912c20537a055a597ed09fc1d3e5bcd798f9f0017e48",
    ),
    Published(
        *("es", "vosk-model-small-es-0.42", 39_817_833),
        "09b239888f633ef2f0b4e09736e3d9936acfd810bc65d53fad45261762c6511f",
    ),
    Published(
        *("fr", "vosk-model-small-fr-0.22", 42_233_323),
        "cabf6180e177eb9b3a9a9d43a437bd5e549f3a7d09525e5d69a3fed787be12ad",
    ),
    Published(
        *("de", "vosk-model-small-de-0.15", 46_499_967),
        "b7e53c90b1f0a38456f4cd62b366ecd58803cd97cd42b06438e2c131713d5e43",
    ),
    Published(
        *("it", "vosk-model-small-it-0.22", 49_665_141),
        "9ec65e75861d1c6c2e457cccd932705340dcdf233f5b239f00733b4de0bf3267",
    ),
    Published(
        *("nl", "vosk-model-small-nl-0.22", 40_441_176),
        "039811c3b829de64e4f123a9f684a53784005b212a346ac0b899dc7efce2ed0a",
    ),
    Published(
        *("pl", "vosk-model-small-pl-0.22", 52_979_372),
        "c4cd16498ea544f446f9e9a55cbd602b71cfe5a2b6f2b0834d81e1b6fce15f0d",
    ),
    Published(
        *("pt", "vosk-model-small-pt-0.3", 32_453_112),
        "6e1ce909032e1afa7a88e68a3d628ecafff302bdf195befab308826c395e93b7",
    ),
    Published(
        *("ru", "vosk-model-small-ru-0.22", 46_236_750),
        "961d5ff98a17f4aa6de69864d0aa71fa5bac682301d2b5d17a3f24c5c99a46d4",
    ),
    Published(
        *("tr", "vosk-model-small-tr-0.3", 36_855_784),
        "8c8d07cec1bce31add14967c16891c84152cdf76d391e33c08278119b9ea96e5",
    ),
)


def published(language: str) -> Published | None:
    """The model that is installed for a language if none is named."""
    return next((one for one in PUBLISHED if one.language == language), None)


def of_name(name: str) -> Published | None:
    """What is known of a model by its name: nothing, of most."""
    return next((one for one in PUBLISHED if one.name == name), None)


def address_of(name: str) -> str:
    """Where the makers keep a model of this name."""
    return f"{MAKERS}/{name}.zip"


def language_of(name: str) -> str | None:
    """The language that a name of the makers' tells (`vosk-model-small-cn-0.22`: zh)."""
    found = _NAME.fullmatch(name)
    return _LANGUAGES_OF_COUNTRIES.get(found[1], found[1]) if found else None


def is_language(written: str) -> bool:
    """Whether this may be the code of a language: it names a folder of ours."""
    return bool(_LANGUAGE.fullmatch(written))


def is_name(written: str) -> bool:
    """Whether this may be the name of a model: it becomes a part of an address and of a folder's name."""
    return bool(_SAFE_NAME.fullmatch(written))
