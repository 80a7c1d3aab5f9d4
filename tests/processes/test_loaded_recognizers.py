"""What the speech process loads for each language, and what it does with a model that does not load."""

from pathlib import Path

from processes.speech_server import models_of, recognizers_of
from speech.choice import Choice, Ear, Here, choices
from speech.models.installed import Model
from speech.scripted import ScriptedRecognizer
from tests.speech.models.making import model_folder


def test_a_model_that_does_not_load_leaves_english_to_the_embedded_recogniser(tmp_path: Path) -> None:
    for language in ("en", "zh"):
        model_folder(tmp_path / language)  # whole to the eye, and nothing in it
    chosen = choices(("en", "zh", "id"), Here(tmp_path, embedded=True, hosted=True))
    assert [one.ear for one in chosen] == [Ear.VOSK, Ear.VOSK, Ear.HOSTED]
    loaded = recognizers_of(chosen)
    assert {language: one.name for language, one in loaded.items()} == {"en": "pocketsphinx"}
    assert loaded["en"].knows("payments")


def test_only_what_vosk_hears_is_heard_with_a_model() -> None:
    model = Model("en", "tiny", Path("/en"))
    loaded = {"en": ScriptedRecognizer(), "zh": ScriptedRecognizer(name="vosk")}
    chosen = (Choice("en", Ear.VOSK, model), Choice("zh", Ear.VOSK, model), Choice("id", Ear.KEYS))
    assert models_of(chosen, loaded) == {"zh": "tiny"}
