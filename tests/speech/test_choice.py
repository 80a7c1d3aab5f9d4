"""Each language is heard by the best that is here, and it is told what would be better."""

from dataclasses import replace
from pathlib import Path

import pytest

from speech.choice import Choice, Ear, Here, choices, choose, here
from tests.speech.models.making import model_folder


@pytest.fixture
def bare(tmp_path: Path) -> Here:
    """A machine with nothing."""
    return Here(tmp_path / "models", embedded=False, hosted=False)


def test_an_installed_model_comes_before_everything(bare: Here) -> None:
    model_folder(bare.models / "en")
    found = choose("en", replace(bare, embedded=True, hosted=True))
    assert (found.ear, found.local, found.fault, found.cure) == (Ear.VOSK, True, None, None)
    assert str(found) == "en by Vosk (en)"


def test_english_is_heard_with_nothing_downloaded(bare: Here) -> None:
    found = choose("en", replace(bare, embedded=True, hosted=True))
    assert (found.ear, found.local) == (Ear.SPHINX, True)
    assert found.cure == "`hotline speech install en`"


def test_another_language_goes_to_the_carrier_only_where_that_is_allowed(bare: Here) -> None:
    assert choose("zh", replace(bare, embedded=True, hosted=True)) == Choice("zh", Ear.HOSTED)
    assert choose("zh", replace(bare, embedded=True)) == Choice("zh", Ear.KEYS)
    assert not choose("zh", replace(bare, hosted=True)).local


def test_a_broken_model_is_told_and_passed_over(bare: Here) -> None:
    (model_folder(bare.models / "en") / "am" / "final.mdl").write_bytes(b"")
    found = choose("en", replace(bare, embedded=True))
    assert found.ear is Ear.SPHINX
    assert found.fault == (
        "the model of en is broken: its am/final.mdl is empty; `hotline speech install en`"
    )


def test_no_cure_is_promised_for_a_language_without_a_published_model(bare: Here) -> None:
    assert choose("id", bare).cure is None
    assert [one.cure for one in choices(("zh", "id"), bare)] == ["`hotline speech install zh`", None]


def test_this_machine_has_the_embedded_recogniser(tmp_path: Path) -> None:
    assert choose("en", here(tmp_path, hosted=False)).ear is Ear.SPHINX


def test_a_language_that_is_none_leads_nowhere(bare: Here) -> None:
    model_folder(bare.models.parent / "elsewhere")
    assert choose("../elsewhere", bare).ear is Ear.KEYS


def test_english_has_a_spare_for_a_model_that_does_not_load(bare: Here) -> None:
    model_folder(bare.models / "en")
    model_folder(bare.models / "zh")
    machine = replace(bare, embedded=True)
    assert [one.ear for one in choose("en", machine).in_order] == [Ear.VOSK, Ear.SPHINX]
    assert [one.ear for one in choose("zh", machine).in_order] == [Ear.VOSK]
    assert choose("id", replace(machine, hosted=True)).in_order == ()
