"""Which voices there are, and the languages each of them speaks.

Source: https://www.twilio.com/docs/voice/twiml/say/text-speech (voices and languages), Twilio's SDK for
Node.js (the names, its type `SayVoice` of July 2026), and the voice list of Amazon Polly (which language
is a voice's own). The basic voices belong to neither; `alice` is deprecated. Polly has no Indonesian voice.
"""

from collections.abc import Mapping
from types import MappingProxyType

_MAN_AND_WOMAN = ("en-US", "en", "en-GB", "es", "fr", "de", "it")
_ALICE = (
    "da-DK de-DE en-AU en-CA en-GB en-IN en-US ca-ES es-ES es-MX fi-FI fr-CA fr-FR it-IT ja-JP ko-KR nb-NO "
    "nl-NL pl-PL pt-BR pt-PT ru-RU sv-SE zh-CN zh-HK zh-TW"
)
BASIC = {"man": _MAN_AND_WOMAN, "woman": _MAN_AND_WOMAN, "alice": tuple(_ALICE.split())}
DEFAULT_VOICE = "man"

_POLLY_STANDARD = {
    "arb": "Zeina",
    "cmn-CN": "Zhiyu",
    "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja",
    "de-DE": "Hans Marlene Vicki",
    "en-AU": "Nicole Russell",
    "en-GB": "Amy Brian Emma",
    "en-GB-WLS": "Geraint",
    "en-IN": "Aditi Raveena",
    "en-US": "Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Salli",
    "es-ES": "Conchita Enrique Lucia",
    "es-MX": "Mia",
    "es-US": "Lupe Miguel Penelope",
    "fr-CA": "Chantal",
    "fr-FR": "Celine Lea Mathieu",
    "hi-IN": "Aditi",
    "is-IS": "Dora Karl",
    "it-IT": "Bianca Carla Giorgio",
    "ja-JP": "Mizuki Takumi",
    "ko-KR": "Seoyeon",
    "nb-NO": "Liv",
    "nl-NL": "Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja",
    "pt-BR": "Camila Ricardo Vitoria",
    "pt-PT": "Cristiano Ines",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid",
    "tr-TR": "Filiz",
}
_POLLY_NEURAL = {
    "ar-AE": "Hala Zayd",
    "ca-ES": "Arlet",
    "cmn-CN": "Zhiyu",
    "da-DK": "Sofie",
    "de-AT": "Hannah",
    "de-DE": "Daniel Vicki",
    "en-AU": "Olivia",
    "en-GB": "Amy Arthur Brian Emma",
    "en-IE": "Niamh",
    "en-IN": "Kajal",
    "en-NZ": "Aria",
    "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen",
    "en-ZA": "Ayanda",
    "es-ES": "Lucia Sergio",
    "es-MX": "Andres Mia",
    "es-US": "Lupe Pedro",
    "fi-FI": "Suvi",
    "fr-BE": "Isabelle",
    "fr-CA": "Gabrielle Liam",
    "fr-FR": "Lea Remi",
    "hi-IN": "Kajal",
    "it-IT": "Adriano Bianca",
    "ja-JP": "Kazuha Takumi Tomoko",
    "ko-KR": "Seoyeon",
    "nb-NO": "Ida",
    "nl-BE": "Lisa",
    "nl-NL": "Laura",
    "pl-PL": "Ola",
    "pt-BR": "Camila Thiago Vitoria",
    "pt-PT": "Ines",
    "sv-SE": "Elin",
    "tr-TR": "Burcu",
    "yue-CN": "Hiujin",
}
_POLLY_GENERATIVE = {
    "de-DE": "Daniel Vicki",
    "en-AU": "Olivia",
    "en-GB": "Amy",
    "en-IN": "Kajal",
    "en-US": "Danielle Joanna Matthew Ruth Stephen",
    "en-ZA": "Ayanda",
    "es-ES": "Lucia Sergio",
    "es-MX": "Andres Mia",
    "es-US": "Lupe Pedro",
    "fr-FR": "Lea Remi",
    "hi-IN": "Kajal",
    "it-IT": "Bianca",
}
# Google's names carry their language: which kinds a language has, and the letters of each kind.
_GOOGLE = {
    "af-ZA": {"Standard": "A"},
    "am-ET": {"Standard": "AB", "Wavenet": "AB"},
    "ar-XA": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "bg-BG": {"Standard": "AB"},
    "bn-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "ca-ES": {"Standard": "AB"},
    "cmn-CN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "cmn-TW": {"Standard": "ABC", "Wavenet": "ABC"},
    "cs-CZ": {"Standard": "AB", "Wavenet": "AB"},
    "da-DK": {"Standard": "ACDEFG", "Wavenet": "ACDEFG", "Neural2": "DF"},
    "de-DE": {"Standard": "ABCDEFGH", "Wavenet": "ABCDEFGH", "Neural2": "ABCDFGH"},
    "el-GR": {"Standard": "AB", "Wavenet": "AB"},
    "en-AU": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABCD"},
    "en-GB": {"Standard": "ABCDFNO", "Wavenet": "ABCDFNO", "Neural2": "ABCDFNO"},
    "en-IN": {"Standard": "ABCDEF", "Wavenet": "ABCDEF", "Neural2": "ABCD"},
    "en-US": {"Standard": "ABCDEFGHIJ", "Wavenet": "ABCDEFGHIJ", "Neural2": "ACDEFGHIJ"},
    "es-ES": {"Standard": "ABCDEFGH", "Wavenet": "BCDEFGH", "Neural2": "ABCDEFGH"},
    "es-US": {"Standard": "ABC", "Wavenet": "ABC", "Neural2": "ABC"},
    "eu-ES": {"Standard": "AB"},
    "fi-FI": {"Standard": "AB", "Wavenet": "AB"},
    "fil-PH": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "fr-CA": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABCD"},
    "fr-FR": {"Standard": "ABCDEFG", "Wavenet": "ABCDEFG", "Neural2": "ABCDEFG"},
    "gl-ES": {"Standard": "AB"},
    "gu-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "he-IL": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "hi-IN": {"Standard": "ABCDEF", "Wavenet": "ABCDEF", "Neural2": "ABCD"},
    "hu-HU": {"Standard": "AB", "Wavenet": "A"},
    "id-ID": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "is-IS": {"Standard": "AB"},
    "it-IT": {"Standard": "ABCDEF", "Wavenet": "ABCDEF", "Neural2": "ACF"},
    "ja-JP": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "BCD"},
    "kn-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "ko-KR": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABC"},
    "lt-LT": {"Standard": "AB"},
    "lv-LV": {"Standard": "AB"},
    "ml-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "mr-IN": {"Standard": "ABC", "Wavenet": "ABC"},
    "ms-MY": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "nb-NO": {"Standard": "ABCDEFG", "Wavenet": "ABCDEFG"},
    "nl-BE": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "nl-NL": {"Standard": "ABCDEFG", "Wavenet": "ABCDEFG"},
    "pa-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "pl-PL": {"Standard": "ABCDEFG", "Wavenet": "ABCDEFG"},
    "pt-BR": {"Standard": "ABCDE", "Wavenet": "ABCDE", "Neural2": "ABC"},
    "pt-PT": {"Standard": "ABCDEF", "Wavenet": "ABCDEF"},
    "ro-RO": {"Standard": "AB", "Wavenet": "AB"},
    "ru-RU": {"Standard": "ABCDE", "Wavenet": "ABCDE"},
    "sk-SK": {"Standard": "AB", "Wavenet": "AB"},
    "sr-RS": {"Standard": "A"},
    "sv-SE": {"Standard": "ABCDEFG", "Wavenet": "ABCDEFG"},
    "ta-IN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "te-IN": {"Standard": "ABCD"},
    "th-TH": {"Standard": "A", "Neural2": "C"},
    "tr-TR": {"Standard": "ABCDE", "Wavenet": "ABCDE"},
    "uk-UA": {"Standard": "A", "Wavenet": "A"},
    "vi-VN": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "AD"},
    "yue-HK": {"Standard": "ABCD"},
}
_CHIRP_LANGUAGES = (
    "ar-XA bn-IN cmn-CN de-DE en-AU en-GB en-IN en-US es-ES es-US fr-CA fr-FR gu-IN hi-IN id-ID "
    "it-IT ja-JP kn-IN ko-KR ml-IN mr-IN nl-NL pl-PL pt-BR ru-RU ta-IN te-IN th-TH tr-TR vi-VN "
)
# Chirp3-HD voices have names in place of letters, the same in every language that has them.
_CHIRP_NAMES = "Aoede Charon Fenrir Kore Leda Orus Puck Zephyr"
# Names that the SDK spells otherwise than the rest: with accents, with a locale in small letters.
_SPELT_OTHERWISE = {
    "Polly.Mía-Generative": ("es-MX",),
    "Polly.Rémi-Generative": ("fr-FR",),
    "Google.fil-ph-Neural2-A": ("fil-PH",),
    "Google.fil-ph-Neural2-D": ("fil-PH",),
}


def _polly() -> dict[str, tuple[str, ...]]:
    qualities = {"": _POLLY_STANDARD, "-Neural": _POLLY_NEURAL, "-Generative": _POLLY_GENERATIVE}
    table: dict[str, tuple[str, ...]] = {}
    for quality, languages in qualities.items():
        for language, names in languages.items():
            for name in names.split():
                voice = f"Polly.{name}{quality}"
                table[voice] = (*table.get(voice, ()), language)
    return table


def _google() -> dict[str, tuple[str, ...]]:
    lettered: dict[str, tuple[str, ...]] = {
        f"Google.{language}-{kind}-{letter}": (language,)
        for language, kinds in _GOOGLE.items()
        for kind, letters in kinds.items()
        for letter in letters
    }
    named: dict[str, tuple[str, ...]] = {
        f"Google.{language}-Chirp3-HD-{name}": (language,)
        for language in _CHIRP_LANGUAGES.split()
        for name in _CHIRP_NAMES.split()
    }
    return lettered | named


# Every voice with its languages, its own first: a voice of two speaks that one if none is asked for.
VOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(BASIC | _polly() | _google() | _SPELT_OTHERWISE)


def languages_of(voice: str) -> tuple[str, ...]:
    """The languages a voice speaks, its own first; none if there is no such voice."""
    return VOICES.get(voice, ())


def takes_markup(voice: str) -> bool:
    """Whether a voice understands SSML; the basic voices do not (Twilio's page of error 13513)."""
    return voice not in BASIC
