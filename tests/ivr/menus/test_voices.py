"""The carrier's voices: which there are, and which locale each of them speaks."""

import pytest

from ivr.menus.voices import hearing_locales, nearest_voice, speaking_locales


@pytest.mark.parametrize(
    ("voice", "locale"),
    [
        ("Polly.Amy", "en-GB"),
        ("Polly.Amy-Neural", "en-GB"),
        ("Polly.Zhiyu-Neural", "cmn-CN"),
        ("Polly.Aditi", "hi-IN"),
        ("Google.id-ID-Wavenet-A", "id-ID"),
        ("Google.id-ID-Standard-D", "id-ID"),
        ("Google.id-ID-Chirp3-HD-Kore", "id-ID"),
        ("Google.cmn-CN-Wavenet-C", "cmn-CN"),
    ],
)
def test_a_voice_speaks_its_locale(voice: str, locale: str) -> None:
    assert locale in speaking_locales(voice)


@pytest.mark.parametrize(
    "voice", ["", "Polly.", "Polly.Gadis", "Google.id-ID-Neural2-A", "polly.amy", "alice"]
)
def test_other_names_are_no_voices(voice: str) -> None:
    assert speaking_locales(voice) == frozenset()


def test_polly_speaks_no_indonesian() -> None:
    near = nearest_voice("Polly.Indah", "id-ID")
    assert near is not None
    assert near.startswith("Google.id-ID-")


def test_the_locales_of_the_three_languages_are_heard() -> None:
    assert {"en-GB", "cmn-Hans-CN", "id-ID"} <= hearing_locales()
    assert "en" not in hearing_locales()
