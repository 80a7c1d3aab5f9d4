"""A Gather that takes speech, answered from words that came as text."""

import pytest

from exchange.exchange import Exchange
from tests.exchange.conftest import Place
from tests.exchange.scripted_hotline import Answering, ScriptedHotline

BOTH = '<Gather action="/said" input="dtmf speech" language="id-ID" hints="isi ulang, dana" {}>{}</Gather>'
END: dict[str, Answering] = {"/said": "<Hangup/>"}
PROMPT = f"<Say>{'Apa yang terjadi? ' * 10}</Say>"


def both(more: str = "", prompt: str = PROMPT) -> dict[str, Answering]:
    return {"/answer": BOTH.format(more, prompt) + "<Say>Nothing came.</Say>", **END}


def test_words_are_told_with_how_sure_the_recogniser_is(place: Place, hotline: ScriptedHotline) -> None:
    record = place(both(), {"say": "isi ulang", "language": "id", "sure": 0.4125})
    fields = hotline.fields("/said")
    assert (fields["SpeechResult"], fields["Confidence"]) == ("isi ulang", "0.4125")
    assert "Digits" not in fields
    assert record.of("listening")[0]["speech"] == "id-ID"
    assert record.of("spoken")[0]["words"] == "isi ulang"
    assert record.of("recognised")[0]["SpeechResult"] == "isi ulang"


@pytest.mark.parametrize(("more", "cut_by"), [("", "speech"), ('bargeIn="false"', None)])
def test_words_cut_a_prompt_off_where_they_may(
    place: Place, hotline: ScriptedHotline, more: str, cut_by: str | None
) -> None:
    spoken = {"say": "isi ulang", "language": "id", "when": "during"}
    record = place(both(more), spoken, {"say": "dana", "language": "id"})
    assert record.of("heard")[0].get("cut_by") == cut_by
    said = hotline.fields("/said")["SpeechResult"]
    # Over a prompt that nothing cuts off nobody listens; then the caller speaks again.
    assert said == ("isi ulang" if cut_by else "dana")


def test_keys_win_over_words(place: Place, hotline: ScriptedHotline) -> None:
    spoken = {"say": "dana", "language": "id"}
    place(both('speechTimeout="30"'), {"presses": "w4#", "when": "during"}, spoken)
    assert hotline.fields("/said")["Digits"] == "4"


@pytest.mark.parametrize(("more", "digits"), [("", []), ('actionOnEmptyResult="true"', [""])])
def test_silence_falls_through_or_is_told(
    place: Place, hotline: ScriptedHotline, more: str, digits: list[str]
) -> None:
    place(both(more), {"stays_silent": True})
    assert [one.fields["Digits"] for one in hotline.at("/said")] == digits


def test_words_mean_nothing_to_a_gather_for_keys(place: Place) -> None:
    keys = f'<Gather action="/said" timeout="4">{PROMPT}</Gather><Say>Nothing came.</Say>'
    record = place({"/answer": keys, **END}, {"say": "isi ulang", "language": "id"})
    assert record.heard[-1] == "Nothing came."
    assert record.of("mismatch") == []


def test_a_sound_without_words_is_no_result(place: Place) -> None:
    record = place(both(), {"speaks": 2.0})
    assert record.heard[-1] == "Nothing came."


def test_words_in_a_recording_are_its_sound(
    place: Place, hotline: ScriptedHotline, exchange: Exchange
) -> None:
    place(
        {"/answer": '<Record action="/kept"/>', "/kept": "<Hangup/>"},
        {"say": "please call me", "language": "en"},
    )
    audio = exchange.board.recordings.audio(hotline.fields("/kept")["RecordingSid"])
    assert audio is not None
    assert len(audio) > 8_000
