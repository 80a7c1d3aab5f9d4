"""Say, Play, Pause, Redirect, Hangup, Reject: what is heard, and where the call goes."""

import pytest

from exchange.recordings import tone
from tests.exchange.conftest import Place
from tests.exchange.scripted_hotline import Answer, ScriptedHotline


def test_a_caller_hears_the_words_in_their_voice_and_language(place: Place) -> None:
    record = place('<Say voice="Google.id-ID-Standard-A" language="id-ID">Selamat datang.</Say>')
    assert record.of("heard") == [
        {"text": "Selamat datang.", "language": "id-ID", "voice": "Google.id-ID-Standard-A", "complete": True}
    ]
    assert (record.ended_by, record.status) == ("document", "completed")


def test_speaking_takes_its_time_though_nobody_waits(place: Place) -> None:
    record = place('<Say loop="2">' + "x" * 140 + "</Say>")
    assert record.seconds == pytest.approx(20)
    assert place('<Pause length="7"/>').seconds == pytest.approx(7)


def test_a_file_is_really_asked_for_and_its_length_is_heard(place: Place, hotline: ScriptedHotline) -> None:
    sound = Answer(tone(3.0), content_type="audio/wav")
    record = place({"/answer": "<Play>/sounds/hold.wav</Play>", "/sounds/hold.wav": sound})
    asked = hotline.at("/sounds/hold.wav")[0]
    assert (asked.method, asked.fields, asked.query) == ("GET", {}, {})
    played = record.of("played")[0]
    assert (played["url"], played["complete"]) == (f"{hotline.base}/sounds/hold.wav", True)
    assert played["seconds"] == pytest.approx(3.0)
    assert record.seconds == pytest.approx(3.0)


def test_tones_are_played_without_asking_anybody(place: Place, hotline: ScriptedHotline) -> None:
    record = place('<Play digits="12w3"/>')
    assert record.of("played")[0]["seconds"] == pytest.approx(1.1)
    assert [one.path for one in hotline.asked] == ["/answer", "/status"]


@pytest.mark.parametrize(
    ("answer", "code"), [(Answer(status=404), 11200), (Answer(b"x", content_type="text/plain"), 12300)]
)
def test_a_file_that_is_missing_or_no_sound_is_the_carriers_error(
    place: Place, answer: Answer, code: int
) -> None:
    record = place({"/answer": "<Play>/gone.wav</Play>", "/gone.wav": answer})
    assert record.of("fault")[0]["code"] == code
    assert record.ended_by == "fault"


def test_a_redirect_goes_on_elsewhere_and_never_comes_back(place: Place, hotline: ScriptedHotline) -> None:
    record = place(
        {"/answer": "<Redirect>/next?turn=2</Redirect><Say>unreachable</Say>", "/next": "<Say>here</Say>"}
    )
    assert record.heard == ("here",)
    asked = hotline.at("/next")[0]
    assert (asked.method, asked.query, asked.fields["CallStatus"]) == ("POST", {"turn": "2"}, "in-progress")


def test_a_hangup_ends_the_call_and_the_document(place: Place) -> None:
    record = place("<Hangup/><Say>unreachable</Say>")
    assert (record.heard, record.ended_by, record.status) == ((), "hangup", "completed")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_is_never_answered(
    place: Place, hotline: ScriptedHotline, reason: str, status: str
) -> None:
    record = place(f'<Reject reason="{reason}"/>')
    assert (record.ended_by, record.status) == ("reject", status)
    assert "answered" not in record.kinds()
    assert hotline.fields("/status")["CallStatus"] == status


def test_a_late_reject_only_hangs_up(place: Place) -> None:
    record = place('<Pause/><Reject reason="busy"/>')
    assert (record.ended_by, record.status) == ("reject", "completed")


def test_a_document_that_leads_to_itself_for_ever_ends_at_a_bound(place: Place) -> None:
    record = place('<Pause length="60"/><Redirect>/answer</Redirect>')
    assert (record.ended_by, record.status) == ("carrier", "completed")
    assert record.seconds == pytest.approx(4 * 3600 + 60)


def test_an_empty_document_ends_the_call(place: Place) -> None:
    assert place("").ended_by == "document"
