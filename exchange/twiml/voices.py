"""Which voices there are, and the one language each of them speaks.

Source: https://www.twilio.com/docs/voice/twiml/say/text-speech (voices and languages), and the voice lists of
Amazon Polly and Google. The basic voices belong to neither; `alice` is deprecated.
Polly has no Indonesian voice.
"""

import re

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
    "da-DK": "Mads Naja",
    "de-DE": "Hans Marlene Vicki",
    "en-AU": "Nicole Russell",
    "en-GB": "Amy Brian Emma",
    "en-GB-WLS": "Geraint",
    "en-IN": "Raveena",
    "en-US": "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli",
    "es-ES": "Conchita Enrique Lucia",
    "es-MX": "Mia",
    "es-US": "Lupe Miguel Penelope",
    "fr-CA": "Chantal",
    "fr-FR": "Celine Lea Mathieu",
    "hi-IN": "Aditi",
    "it-IT": "Bianca Carla Giorgio",
    "ja-JP": "Mizuki Takumi",
    "ko-KR": "Seoyeon",
    "nl-NL": "Lotte Ruben",
    "pt-BR": "Camila Ricardo Vitoria",
    "ru-RU": "Maxim Tatyana",
    "tr-TR": "Filiz",
}
_POLLY_NEURAL = {
    "ar-AE": "Hala Zayd",
    "cmn-CN": "Zhiyu",
    "de-DE": "Daniel Hannah Vicki",
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
    "fr-CA": "Gabrielle Liam",
    "fr-FR": "Lea Remi",
    "it-IT": "Adriano Bianca",
    "ja-JP": "Kazuha Takumi Tomoko",
    "ko-KR": "Seoyeon",
    "pt-BR": "Camila Thiago Vitoria",
    "yue-CN": "Hiujin",
}
# Google's names carry their language: which kinds a language has, and the letters of each kind.
_GOOGLE = {
    "cmn-CN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "cmn-TW": {"Standard": "ABC", "Wavenet": "ABC"},
    "de-DE": {"Standard": "ABCDEF", "Wavenet": "ABCDEF", "Neural2": "ABCDF"},
    "en-AU": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABCD"},
    "en-GB": {"Standard": "ABCDF", "Wavenet": "ABCDF", "Neural2": "ABCDF"},
    "en-IN": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABCD"},
    "en-US": {"Standard": "ABCDEFGHIJ", "Wavenet": "ABCDEFGHIJ", "Neural2": "ACDEFGHIJ"},
    "fr-FR": {"Standard": "ABCDE", "Wavenet": "ABCDE", "Neural2": "ABCDE"},
    "id-ID": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "ja-JP": {"Standard": "BCD", "Wavenet": "BCD"},
    "ko-KR": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABC"},
    "ms-MY": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "th-TH": {"Standard": "A"},
    "vi-VN": {"Standard": "ABCD", "Wavenet": "ABCD"},
    "yue-HK": {"Standard": "ABCD"},
}
_GOOGLE_NAME = re.compile(r"^Google\.([a-z]{2,3}-[A-Z]{2})-(Standard|Wavenet|Neural2|Chirp3-HD)-([A-Za-z]+)$")
_CHIRP_NAMES = (
    "Achernar Achird Algenib Algieba Alnilam Aoede Autonoe Callirrhoe Charon Despina Enceladus Erinome "
    "Fenrir Gacrux Iapetus Kore Laomedeia Leda Orus Puck Pulcherrima Rasalgethi Sadachbia Sadaltager Schedar "
    "Sulafat Umbriel Vindemiatrix Zephyr Zubenelgenubi"
)
_CHIRP = frozenset(_CHIRP_NAMES.split())


def _polly() -> dict[str, str]:
    table = {
        f"Polly.{name}": language for language, names in _POLLY_STANDARD.items() for name in names.split()
    }
    for language, names in _POLLY_NEURAL.items():
        table |= {f"Polly.{name}-Neural": language for name in names.split()}
    return table


_POLLY = _polly()


def languages_of(voice: str) -> tuple[str, ...]:
    """The languages a voice speaks, its own first; none if there is no such voice."""
    if voice in BASIC:
        return BASIC[voice]
    if voice in _POLLY:
        return (_POLLY[voice],)
    match = _GOOGLE_NAME.match(voice)
    if match is None:
        return ()
    language, kind, name = match.groups()
    kinds = _GOOGLE.get(language)
    if kinds is None:
        return ()
    known = name in _CHIRP if kind == "Chirp3-HD" else len(name) == 1 and name in kinds.get(kind, "")
    return (language,) if known else ()


def takes_markup(voice: str) -> bool:
    """Whether a voice understands SSML; the basic voices do not (Twilio's page of error 13513)."""
    return voice not in BASIC
