"""Who hears callers now is told as it is: what was chosen, what is alive, what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.clock import SystemClock
from foundation.redaction import Secret
from foundation.settings import LIBRARY, Settings, load
from ivr.menus.loader import load as load_book
from processes.doctor.speech_look import look_at_speech
from processes.hearing_check import speech_check
from processes.hearing_now import NOT_THERE, faults_of, heard_now
from speech.choice import Choice, Ear
from speech.mailbox import RedisMailbox
from speech.memory_mailbox import MemoryMailbox
from speech.models.installed import Model
from speech.requests import Service
from tests.servers import free_port
from tests.speech.models.making import model_folder

CHOSEN = (
    Choice("en", Ear.SPHINX),
    Choice("zh", Ear.VOSK, Model("zh", "tiny", Path("/zh"))),
    Choice("id", Ear.KEYS),
)
ALL = Service({"en": "pocketsphinx", "zh": "vosk"}, 40)
KEYS = {"SECRET_KEY": "9b1f" * 16, "TWILIO_AUTH_TOKEN": "7c" * 16}


def settings_of(folder: Path, **more: str) -> Settings:
    models = {"SPEECH_MODELS": str(folder / "models")}
    return load({"HOTLINE_ENV": "development", **KEYS, **models, **more}, folder)


def test_all_is_well_while_everything_that_was_chosen_is_alive() -> None:
    assert faults_of(CHOSEN, ALL) == ()
    assert heard_now(CHOSEN, ALL, hosted=False) == {"en": "pocketsphinx", "zh": "vosk", "id": "keys"}


def test_without_the_speech_process_callers_use_keys_or_the_carrier_if_allowed() -> None:
    assert faults_of(CHOSEN, None) == (NOT_THERE,)
    assert set(heard_now(CHOSEN, None, hosted=False).values()) == {"keys"}
    assert set(heard_now(CHOSEN, None, hosted=True).values()) == {"hosted"}


def test_a_language_that_the_speech_process_does_not_hear_is_told() -> None:
    (told,) = faults_of(CHOSEN, Service({"en": "pocketsphinx"}, 40))
    assert told == "zh is not heard; restart the speech process, and read its log"


def test_a_model_that_came_after_the_speech_process_began_or_does_not_load_is_told() -> None:
    chosen = (Choice("en", Ear.VOSK, Model("en", "tiny", Path("/en"))),)
    (told,) = faults_of(chosen, ALL)
    assert told == "en is heard by pocketsphinx, not by vosk; restart the speech process, and read its log"


def test_a_model_that_took_the_place_of_the_one_in_use_is_told() -> None:
    chosen = (Choice("en", Ear.VOSK, Model("en", "large", Path("/en"))),)
    hears = {"en": "vosk"}
    (told,) = faults_of(chosen, Service(hears, 40, {"en": "small"}))
    assert told == "en is heard with small; restart the speech process to hear with large"
    assert faults_of(chosen, Service(hears, 40, {"en": "large"})) == ()
    assert faults_of(chosen, Service(hears, 40)) == ()  # an older process does not say


def test_where_nobody_was_to_hear_nothing_is_missing() -> None:
    assert faults_of((Choice("id", Ear.KEYS),), None) == ()


def test_a_broken_model_is_told_though_somebody_else_hears() -> None:
    broken = Choice("en", Ear.SPHINX, Model("en", "tiny", Path("/en"), "its am/final.mdl is empty"))
    assert faults_of((broken,), ALL)[0].startswith("the model of en is broken: its am/final.mdl is empty;")


def test_readiness_tells_who_hears_and_never_stops_calls_for_it(tmp_path: Path) -> None:
    mailbox = MemoryMailbox(SystemClock())
    book = load_book(LIBRARY)
    check = speech_check(settings_of(tmp_path), lambda: book, mailbox)
    found = check()
    assert (found.fault, found.stops) == (NOT_THERE, False)
    mailbox.serves(Service({"en": "pocketsphinx"}, 3))
    found = check()
    assert found.fault is None
    assert found.tells == {"hears": {"en": "pocketsphinx", "zh": "keys", "id": "keys"}}


def test_readiness_says_so_while_nobody_can_be_asked(tmp_path: Path) -> None:
    mailbox = RedisMailbox(Secret(f"redis://127.0.0.1:{free_port()}/0"), SystemClock())
    book = load_book(LIBRARY)
    found = speech_check(settings_of(tmp_path), lambda: book, mailbox)()
    assert (found.fault, found.stops) == ("cannot be asked: Redis does not answer", False)


def test_the_doctor_says_who_hears_and_that_the_speech_process_is_alive(
    tmp_path: Path, fresh_redis_url: str
) -> None:
    settings = settings_of(tmp_path, REDIS_URL=fresh_redis_url)
    found = look_at_speech(settings)
    assert found.well
    assert found.how == (
        "en by PocketSphinx, zh by keys alone, id by keys alone; `hotline run` starts the speech process"
    )
    RedisMailbox(Secret(fresh_redis_url), SystemClock()).serves(Service({"en": "pocketsphinx"}, 40))
    found = look_at_speech(settings)
    assert found.well
    assert found.how.endswith("id by keys alone; 40 more streams can be heard now")


def test_the_doctor_names_the_cure_of_a_broken_model(tmp_path: Path, fresh_redis_url: str) -> None:
    settings = settings_of(tmp_path, REDIS_URL=fresh_redis_url)
    (model_folder(settings.speech_models / "zh") / "graph" / "Gr.fst").unlink()
    found = look_at_speech(settings)
    assert (found.well, found.grave, found.cure) == (False, False, "`hotline speech install zh`")
    assert "the model of zh is broken: its graph/Gr.fst is missing" in found.how


@pytest.mark.parametrize("hosted", ["on", "off"])
def test_in_production_a_speech_process_that_is_missing_is_mild(
    hosted: str, tmp_path: Path, fresh_redis_url: str
) -> None:
    needed = {
        "PUBLIC_URL": "https://hotline.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "REDIS_URL": fresh_redis_url,
        "HOTLINE_NUMBER": "+622150001000",
        "PERSON_FALLBACK_NUMBER": "+622150001001",
        "SPEECH_MODELS": str(tmp_path / "models"),
        "HOSTED_RECOGNITION": hosted,
    }
    found = look_at_speech(load({**KEYS, **needed}, tmp_path))
    assert (found.well, found.grave) == (False, False)
    assert found.cure is not None
    assert "python -m processes.speech_server" in found.cure
    assert ("by the carrier, once a caller has agreed" in found.how) is (hosted == "on")
