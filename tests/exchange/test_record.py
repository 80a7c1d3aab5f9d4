"""Record: what ends it, what the action gets, and what is kept."""

import io
import wave

import pytest

from exchange.exchange import Exchange
from exchange.recordings import tone
from tests.exchange.conftest import ACCOUNT, Place
from tests.exchange.scripted_hotline import Answer, ScriptedHotline

SPEAK = '<Record action="/kept" timeout="3" maxLength="20"/><Say>Nothing was said</Say>'
KEPT = {"/kept": "<Hangup/>"}


def length_of(audio: bytes) -> float:
    with wave.open(io.BytesIO(audio)) as reader:
        assert (reader.getnchannels(), reader.getframerate()) == (1, 8000)
        return float(reader.getnframes() / reader.getframerate())


def test_a_message_ends_by_silence_and_is_a_real_file(
    place: Place, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    record = place({"/answer": SPEAK, **KEPT}, {"speaks": 4.0})
    fields = hotline.fields("/kept")
    assert (fields["RecordingDuration"], fields["Digits"]) == ("4", "")
    assert fields["RecordingUrl"].endswith(
        f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{fields['RecordingSid']}"
    )
    audio = exchange.board.recordings.audio(fields["RecordingSid"])
    assert audio
    assert length_of(audio) == pytest.approx(4.0)
    assert record.of("recorded")[0]["ending"] == "silence"


def test_a_message_ends_by_a_key_which_the_action_learns(place: Place, hotline: ScriptedHotline) -> None:
    place({"/answer": SPEAK, **KEPT}, {"speaks": 5.0, "then": "#"})
    assert hotline.fields("/kept")["Digits"] == "#"


def test_a_key_that_does_not_finish_is_only_a_sound(place: Place, hotline: ScriptedHotline) -> None:
    place(
        {"/answer": '<Record action="/kept" finishOnKey="#" timeout="3"/>', **KEPT},
        {"speaks": 5.0, "then": "1"},
    )
    assert hotline.fields("/kept")["Digits"] == ""


def test_a_message_ends_at_its_longest(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": SPEAK, **KEPT}, {"speaks": 60.0})
    assert hotline.fields("/kept")["RecordingDuration"] == "20"
    assert record.of("recorded")[0]["ending"] == "max-length"


def test_silence_posts_nothing_and_falls_through(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": SPEAK, **KEPT}, {"stays_silent": True})
    assert record.heard == ("Nothing was said",)
    assert not hotline.at("/kept")


def test_whoever_hangs_up_while_speaking_has_left_a_message(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": SPEAK, "/kept": "<Say>unheard</Say>"}, {"speaks": 6.0, "then": "hangs_up"})
    fields = hotline.fields("/kept")
    assert (fields["Digits"], fields["RecordingDuration"], fields["CallStatus"]) == (
        "hangup",
        "6",
        "completed",
    )
    assert record.heard == ()
    assert (record.ended_by, record.status) == ("caller", "completed")
    assert hotline.fields("/status")["CallStatus"] == "completed"


def test_whoever_hangs_up_without_a_word_has_left_none(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": SPEAK, **KEPT}, {"hangs_up": True})
    assert not hotline.at("/kept")
    assert record.ended_by == "caller"


def test_the_silence_at_the_end_is_kept_where_it_is_asked_for(
    place: Place, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    untrimmed = '<Record action="/kept" timeout="3" trim="do-not-trim" playBeep="false"/>'
    place({"/answer": untrimmed, **KEPT}, {"speaks": 4.0})
    fields = hotline.fields("/kept")
    assert fields["RecordingDuration"] == "7"
    assert length_of(exchange.board.recordings.audio(fields["RecordingSid"]) or b"") == pytest.approx(7.0)


def test_audio_that_was_handed_in_is_what_is_kept(
    place: Place, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    audio = tone(2.5)
    place({"/answer": SPEAK, **KEPT}, {"speaks": 2.5, "audio": audio})
    assert exchange.board.recordings.audio(hotline.fields("/kept")["RecordingSid"]) == audio


def test_a_recording_has_a_status_callback_of_its_own(place: Place, hotline: ScriptedHotline) -> None:
    watched = '<Record action="/kept" timeout="2" recordingStatusCallback="/watch" {}/>'
    place({"/answer": watched.format(""), "/watch": Answer(status=204), **KEPT}, {"speaks": 3.0})
    fields = hotline.fields("/watch")
    assert (fields["RecordingStatus"], fields["RecordingSource"]) == ("completed", "RecordVerb")
    assert fields["RecordingSid"] == hotline.fields("/kept")["RecordingSid"]


def test_an_absent_recording_is_told_to_those_who_asked(place: Place, hotline: ScriptedHotline) -> None:
    events = 'recordingStatusCallbackEvent="completed absent"'
    place(
        {"/answer": f'<Record recordingStatusCallback="/watch" {events}/>', "/watch": Answer(status=204)},
        {"stays_silent": True},
    )
    assert hotline.fields("/watch")["RecordingStatus"] == "absent"


PROMPT = "<Say>Speak after the tone</Say>"
BEFORE = f'<Gather action="/keyed" timeout="1" numDigits="1" finishOnKey="">{PROMPT}</Gather>'


def test_whoever_is_told_to_speak_waits_for_the_tone(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": BEFORE + SPEAK, **KEPT}, {"speaks": 4.0})
    assert hotline.fields("/kept")["RecordingDuration"] == "4"
    assert [event["wants"] for event in record.of("listening")] == ["voice"]
    assert record.of("mismatch") == []


def test_silence_before_the_tone_and_after_it_is_one_silence(place: Place, hotline: ScriptedHotline) -> None:
    record = place({"/answer": BEFORE + SPEAK, **KEPT}, {"stays_silent": True})
    assert record.heard == ("Speak after the tone", "Nothing was said")
    assert len(record.of("silence")) == 1
    assert "/keyed" not in [asked.path for asked in hotline.asked]


def test_a_key_before_the_tone_is_heard_instead_of_a_message(place: Place, hotline: ScriptedHotline) -> None:
    place({"/answer": BEFORE + SPEAK, **KEPT, "/keyed": "<Hangup/>"}, {"presses": "9"})
    assert hotline.fields("/keyed")["Digits"] == "9"
