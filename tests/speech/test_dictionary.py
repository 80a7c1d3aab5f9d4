"""How words sound is read from a dictionary, and kept."""

from pathlib import Path

import pytest

from speech.models.embedded import DICTIONARY, embedded_model
from speech.recognizer import RecognizerFault
from speech.sphinx.dictionary import Dictionary

LINES = "a AH\na(2) EY\nread R EH D\nread(2) R IY D\nread(3) R AE D\nread's R EH D Z\nzoo Z UW"


def dictionary(folder: Path) -> Dictionary:
    place = folder / "words.dict"
    place.write_text(LINES, encoding="ascii")
    return Dictionary(place)


def test_all_ways_to_say_a_word_are_told_and_none_of_its_neighbours(tmp_path: Path) -> None:
    words = dictionary(tmp_path)
    assert words.ways("a") == (("AH",), ("EY",))
    assert words.ways("read") == (("R", "EH", "D"), ("R", "IY", "D"), ("R", "AE", "D"))
    assert words.ways("read's") == (("R", "EH", "D", "Z"),)
    assert words.ways("zoo") == (("Z", "UW"),)


def test_a_word_that_is_not_there_has_no_way(tmp_path: Path) -> None:
    words = dictionary(tmp_path)
    assert [words.ways(one) for one in ("", "rea", "read(2)", "zoos", "要", "a AH")] == [
        (),
        (),
        (),
        (),
        (),
        (),
    ]


def test_the_real_one_knows_what_callers_say() -> None:
    folder = embedded_model()
    assert folder is not None
    words = Dictionary(folder / DICTIONARY)
    assert words.ways("refund")[0] == ("R", "IH", "F", "AH", "N", "D")
    assert len(words.ways("the")) > 1
    assert words.ways("zyzzyx") == ()


def test_a_file_that_is_not_there_is_a_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecognizerFault, match="no dictionary"):
        Dictionary(tmp_path / "none.dict")
