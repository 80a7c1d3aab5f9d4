"""The voices that a book may name and those that the exchange carries: two tables, read apart, that agree."""

import pytest

from exchange.twiml.verbs import Say
from exchange.twiml.voices import BASIC, VOICES, languages_of
from ivr.menus.voices import _voices, speaking_locales
from tests.exchange.test_twiml_reader import only

# Voices that the carrier has and a book may not name.
NOT_FOR_BOOKS = {
    # They understand no marks, and the prompts of a book have pauses.
    **dict.fromkeys(BASIC, "basic"),
    # A second spelling of the SDK; a book writes the plain one.
    "Polly.Mía-Generative": "accent",
    "Polly.Rémi-Generative": "accent",
    "Google.fil-ph-Neural2-A": "small letters",
    "Google.fil-ph-Neural2-D": "small letters",
}


def test_whatever_a_book_may_name_the_exchange_speaks() -> None:
    allowed = {(voice, locale) for voice, locales in _voices().items() for locale in locales}
    carried = {(voice, locale) for voice, locales in VOICES.items() for locale in locales}
    assert allowed - carried == set()
    assert {voice for voice, _ in carried - allowed} == NOT_FOR_BOOKS.keys()


@pytest.mark.parametrize("voice", ["Polly.Aditi", "Polly.Kajal-Neural", "Polly.Kajal-Generative"])
def test_a_voice_of_two_languages_speaks_its_own_unless_told(voice: str) -> None:
    assert languages_of(voice) == ("en-IN", "hi-IN")
    for asked, spoken in (("", "en-IN"), ('language="hi-IN"', "hi-IN")):
        said = only(f'<Say voice="{voice}" {asked}>x</Say>')
        assert isinstance(said, Say)
        assert said.language == spoken


def test_a_made_up_voice_is_unknown_to_both() -> None:
    for voice in (
        "Polly.Andika",
        "Polly.Hans-Neural",
        "Google.id-ID-Chirp3-HD-Aoedes",
        "Google.cmn-TW-Chirp3-HD-Kore",
    ):
        assert languages_of(voice) == ()
        assert speaking_locales(voice) == frozenset()
