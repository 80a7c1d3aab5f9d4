"""Which voices the carrier has, and which locales each of them speaks.

Taken from the carrier's own pages, https://www.twilio.com/docs/voice/twiml/say/text-speech (voices and
locales) and https://www.twilio.com/docs/voice/twiml/gather (locales that are heard), and its SDK of July
2026. A wrong pair of voice and locale fails the whole document, so that the caller would be cut off. Polly
has no Indonesian voice: that language is spoken by Google's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ivr.menus.faults import nearest

# locale, then each voice with its qualities: s = `Polly.Amy`, n = `Polly.Amy-Neural`, g = `-Generative`.
_POLLY = """
ar-AE Hala:n Zayd:n
arb Zeina:s
ca-ES Arlet:n
cmn-CN Zhiyu:sn
cy-GB Gwyneth:s
da-DK Mads:s Naja:s Sofie:n
de-AT Hannah:n
de-DE Daniel:ng Hans:s Marlene:s Vicki:sng
en-AU Nicole:s Olivia:ng Russell:s
en-GB Amy:sng Arthur:n Brian:sn Emma:sn
en-GB-WLS Geraint:s
en-IE Niamh:n
en-IN Aditi:s Kajal:ng Raveena:s
en-NZ Aria:n
en-US Danielle:ng Gregory:n Ivy:sn Joanna:sng Joey:sn Justin:sn Kendra:sn Kevin:sn Kimberly:sn
en-US Matthew:sng Ruth:ng Salli:sn Stephen:ng
en-ZA Ayanda:ng
es-ES Conchita:s Enrique:s Lucia:sng Sergio:ng
es-MX Andres:ng Mia:sng
es-US Lupe:sng Miguel:s Pedro:ng Penelope:s
fi-FI Suvi:n
fr-BE Isabelle:n
fr-CA Chantal:s Gabrielle:n Liam:n
fr-FR Celine:s Lea:sng Mathieu:s Remi:ng
hi-IN Aditi:s Kajal:ng
is-IS Dora:s Karl:s
it-IT Adriano:n Bianca:sng Carla:s Giorgio:s
ja-JP Kazuha:n Mizuki:s Takumi:sn Tomoko:n
ko-KR Seoyeon:sn
nb-NO Ida:n Liv:s
nl-BE Lisa:n
nl-NL Laura:n Lotte:s Ruben:s
pl-PL Ewa:s Jacek:s Jan:s Maja:s Ola:n
pt-BR Camila:sn Ricardo:s Thiago:n Vitoria:sn
pt-PT Cristiano:s Ines:sn
ro-RO Carmen:s
ru-RU Maxim:s Tatyana:s
sv-SE Astrid:s Elin:n
tr-TR Burcu:n Filiz:s
yue-CN Hiujin:n
"""

# locale, then families with their letters: `Wavenet-AB` = `Google.id-ID-Wavenet-A` and `-B`.
_GOOGLE = """
af-ZA Standard-A
am-ET Standard-AB Wavenet-AB
ar-XA Chirp3-HD Standard-ABCD Wavenet-ABCD
bg-BG Standard-AB
bn-IN Chirp3-HD Standard-ABCD Wavenet-ABCD
ca-ES Standard-AB
cmn-CN Chirp3-HD Standard-ABCD Wavenet-ABCD
cmn-TW Standard-ABC Wavenet-ABC
cs-CZ Standard-AB Wavenet-AB
da-DK Neural2-DF Standard-ACDEFG Wavenet-ACDEFG
de-DE Chirp3-HD Neural2-ABCDFGH Standard-ABCDEFGH Wavenet-ABCDEFGH
el-GR Standard-AB Wavenet-AB
en-AU Chirp3-HD Neural2-ABCD Standard-ABCD Wavenet-ABCD
en-GB Chirp3-HD Neural2-ABCDFNO Standard-ABCDFNO Wavenet-ABCDFNO
en-IN Chirp3-HD Neural2-ABCD Standard-ABCDEF Wavenet-ABCDEF
en-US Chirp3-HD Neural2-ACDEFGHIJ Standard-ABCDEFGHIJ Wavenet-ABCDEFGHIJ
es-ES Chirp3-HD Neural2-ABCDEFGH Standard-ABCDEFGH Wavenet-BCDEFGH
es-US Chirp3-HD Neural2-ABC Standard-ABC Wavenet-ABC
eu-ES Standard-AB
fi-FI Standard-AB Wavenet-AB
fil-PH Standard-ABCD Wavenet-ABCD
fr-CA Chirp3-HD Neural2-ABCD Standard-ABCD Wavenet-ABCD
fr-FR Chirp3-HD Neural2-ABCDEFG Standard-ABCDEFG Wavenet-ABCDEFG
gl-ES Standard-AB
gu-IN Chirp3-HD Standard-ABCD Wavenet-ABCD
he-IL Standard-ABCD Wavenet-ABCD
hi-IN Chirp3-HD Neural2-ABCD Standard-ABCDEF Wavenet-ABCDEF
hu-HU Standard-AB Wavenet-A
id-ID Chirp3-HD Standard-ABCD Wavenet-ABCD
is-IS Standard-AB
it-IT Chirp3-HD Neural2-ACF Standard-ABCDEF Wavenet-ABCDEF
ja-JP Chirp3-HD Neural2-BCD Standard-ABCD Wavenet-ABCD
kn-IN Chirp3-HD Standard-ABCD Wavenet-ABCD
ko-KR Chirp3-HD Neural2-ABC Standard-ABCD Wavenet-ABCD
lt-LT Standard-AB
lv-LV Standard-AB
ml-IN Chirp3-HD Standard-ABCD Wavenet-ABCD
mr-IN Chirp3-HD Standard-ABC Wavenet-ABC
ms-MY Standard-ABCD Wavenet-ABCD
nb-NO Standard-ABCDEFG Wavenet-ABCDEFG
nl-BE Standard-ABCD Wavenet-ABCD
nl-NL Chirp3-HD Standard-ABCDEFG Wavenet-ABCDEFG
pa-IN Standard-ABCD Wavenet-ABCD
pl-PL Chirp3-HD Standard-ABCDEFG Wavenet-ABCDEFG
pt-BR Chirp3-HD Neural2-ABC Standard-ABCDE Wavenet-ABCDE
pt-PT Standard-ABCDEF Wavenet-ABCDEF
ro-RO Standard-AB Wavenet-AB
ru-RU Chirp3-HD Standard-ABCDE Wavenet-ABCDE
sk-SK Standard-AB Wavenet-AB
sr-RS Standard-A
sv-SE Standard-ABCDEFG Wavenet-ABCDEFG
ta-IN Chirp3-HD Standard-ABCD Wavenet-ABCD
te-IN Chirp3-HD Standard-ABCD
th-TH Chirp3-HD Neural2-C Standard-A
tr-TR Chirp3-HD Standard-ABCDE Wavenet-ABCDE
uk-UA Standard-A Wavenet-A
vi-VN Chirp3-HD Neural2-AD Standard-ABCD Wavenet-ABCD
yue-HK Standard-ABCD
"""

_CHIRP = ("Aoede", "Charon", "Fenrir", "Kore", "Leda", "Orus", "Puck", "Zephyr")
_QUALITIES = {"s": "", "n": "-Neural", "g": "-Generative"}

_HEARD = """
af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA ar-TN az-AZ
bg-BG bn-BD bn-IN ca-ES cs-CZ da-DK de-DE el-GR en-AU en-CA en-GB en-GH en-IE en-IN en-KE en-NG en-NZ en-PH
en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-ES es-GT es-HN es-MX es-NI es-PA es-PE
es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hr-HR
hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN
ms-MY my-MM nar-IQ nb-NO ne-NP nl-BE nl-NL pa-guru-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL
sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN yue-
Hant-HK zh cmn-Hans-CN zh-TW cmn-Hant-TW zu-ZA
"""


@lru_cache(maxsize=1)
def _voices() -> Mapping[str, frozenset[str]]:
    spoken: dict[str, set[str]] = {}
    for row in _POLLY.split("\n"):
        locale, *names = row.split() or [""]
        for name, qualities in (one.split(":") for one in names):
            for quality in qualities:
                spoken.setdefault(f"Polly.{name}{_QUALITIES[quality]}", set()).add(locale)
    for row in _GOOGLE.split("\n"):
        locale, *families = row.split() or [""]
        for family, _, letters in (one.rpartition("-") for one in families):
            known = _CHIRP if family == "Chirp3" else tuple(letters)
            name = "Chirp3-HD" if family == "Chirp3" else family
            spoken |= {f"Google.{locale}-{name}-{letter}": {locale} for letter in known}
    return MappingProxyType({voice: frozenset(locales) for voice, locales in spoken.items()})


def speaking_locales(voice: str) -> frozenset[str]:
    """The locales that a voice speaks; none if the carrier does not know it."""
    return _voices().get(voice, frozenset())


@lru_cache(maxsize=1)
def hearing_locales() -> frozenset[str]:
    """The locales that the carrier's recogniser hears."""
    return frozenset(_HEARD.split())


def nearest_voice(voice: str, locale: str) -> str | None:
    """The voice that was probably meant, one that speaks the locale if there is one."""
    speaking = [name for name, locales in _voices().items() if locale in locales]
    return nearest(voice, speaking) or (speaking[0] if speaking else nearest(voice, _voices()))
