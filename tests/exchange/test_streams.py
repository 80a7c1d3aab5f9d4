"""Media streams: the handshake, the frames as they are published, and what becomes of a stream."""

import base64
import json
from array import array
from collections.abc import Iterator
from datetime import datetime

import pytest

from exchange.exchange import Exchange
from exchange.media.messages import CONNECTED, Messages
from exchange.media.mulaw import SILENCE, encoded
from exchange.mishaps import Mishap
from exchange.recordings import tone
from exchange.settings import NumberSettings
from exchange.signature import sign
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.ear import Ear, decoded, listening
from tests.exchange.rest_client import Rest, code
from tests.exchange.scripted_hotline import Answer, ScriptedHotline

TOKEN_PARAMETER = '<Parameter name="token" value="a&amp;b"/>'
STREAM = '<Stream name="ears-1" track="inbound_track" url="{}" statusCallback="/stream">{}</Stream>'
ASK = '<Gather timeout="60" action="/asked"/>'


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as ear:
        yield ear


@pytest.fixture
def own(hotline: ScriptedHotline) -> Iterator[Exchange]:
    """An exchange whose calls take the time that they take."""
    hotline.answers["/stream"] = Answer(status=204)
    number = NumberSettings(f"{hotline.base}/answer", f"{hotline.base}/status")
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}) as exchange:
        yield exchange


def start(ear: Ear, parameters: str = TOKEN_PARAMETER) -> str:
    return f"<Start>{STREAM.format(ear.url, parameters)}</Start>"


def told(hotline: ScriptedHotline) -> list[str]:
    return [one.fields["StreamEvent"] for one in hotline.at("/stream")]


def test_the_frames_are_as_published(own: Exchange, hotline: ScriptedHotline, ear: Ear) -> None:
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: len(ear.of("media")) >= 10)
    phone.hang_up()
    ear.until(lambda: ear.ends)
    (handshake,) = ear.handshakes
    assert handshake["X-Twilio-Signature"] == sign(TOKEN, ear.url, {})
    assert ear.messages[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    begun, *rest = ear.messages[1:]
    stream = begun["streamSid"]
    assert (stream[:2], len(stream)) == ("MZ", 34)
    assert begun == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": stream,
        "start": {
            "accountSid": ACCOUNT,
            "streamSid": stream,
            "callSid": phone.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": "a&b"},
        },
    }
    assert rest[:-1] == [silent_piece(place, stream) for place in range(len(rest) - 1)]
    assert rest[-1]["stop"] == {"accountSid": ACCOUNT, "callSid": phone.sid}
    assert rest[-1]["sequenceNumber"] == str(len(rest) + 1)
    assert ear.ends == [1000]


def silent_piece(place: int, stream: str) -> dict[str, object]:
    silence = base64.b64encode(bytes([SILENCE]) * 160).decode()
    return {
        "event": "media",
        "sequenceNumber": str(place + 2),
        "media": {
            "track": "inbound",
            "chunk": str(place + 1),
            "timestamp": str(place * 20),
            "payload": silence,
        },
        "streamSid": stream,
    }


def test_the_status_callback_hears_of_its_beginning_and_its_end(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    phone.hang_up()
    phone.until_over()
    stream = ear.of("start")[0]["streamSid"]
    started, stopped = hotline.at("/stream")
    usual = {"AccountSid": ACCOUNT, "CallSid": phone.sid, "StreamSid": stream, "StreamName": "ears-1"}
    assert usual.items() <= started.fields.items()
    assert set(started.fields) == {*usual, "StreamEvent", "Timestamp"}
    assert datetime.fromisoformat(started.fields["Timestamp"]) < datetime.fromisoformat(
        stopped.fields["Timestamp"]
    )
    assert told(hotline) == ["stream-started", "stream-stopped"]


def test_what_the_caller_says_is_heard_between_silence_over_the_prompt(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    prompt = f"<Say>{'A long prompt. ' * 40}</Say>"
    hotline.answers["/answer"] = f'{start(ear)}<Gather timeout="60">{prompt}</Gather>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    phone.speak(0.5, tone(0.5))
    ear.until(lambda: ear.heard() and ear.sound().endswith(bytes([SILENCE]) * 800))
    sound = ear.sound()
    spoken = sound.strip(bytes([SILENCE]))
    assert 3_900 < len(spoken) < 4_100
    assert sound[:1] == sound[-1:] == bytes([SILENCE])
    assert "heard" not in [one.kind for one in phone.events()], "the prompt goes on meanwhile"
    phone.hang_up()


def test_a_stream_is_stopped_by_its_name_and_another_begins(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    again = start(ear, "").replace("ears-1", "ears-2")
    hotline.answers |= {
        "/answer": start(ear) + '<Gather numDigits="1" timeout="60" action="/stop"/>',
        "/stop": '<Stop><Stream name="ears-1"/></Stop><Stop><Stream name="ears-1"/></Stop>' + again + ASK,
    }
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    phone.press("1")
    ear.until(lambda: len(ear.of("start")) == 2)
    assert len(ear.of("stop")) == 1
    assert ear.of("start")[1]["start"]["customParameters"] == {}
    phone.hang_up()
    phone.until_over()
    assert told(hotline) == ["stream-started", "stream-stopped"] * 2


def test_a_document_that_comes_again_does_not_begin_its_stream_twice(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    hotline.answers["/answer"] = start(ear) + '<Gather numDigits="1" timeout="60"/>'
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    phone.press("1")
    fault = phone.wait_for("fault")
    assert (fault.details["code"], fault.details["heard"]) == (12200, False)
    phone.hang_up()
    phone.until_over()
    assert len(ear.handshakes) == 1


def test_who_refuses_the_handshake_is_told_to_the_callback_and_not_to_the_caller(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    ear.refuses = True
    hotline.answers["/answer"] = start(ear) + "<Say>We go on without.</Say>"
    record = own.call(from_=CALLER, to=NUMBER)
    assert record.heard == ("We go on without.",)
    assert told(hotline) == ["stream-error"]
    assert hotline.fields("/stream")["StreamError"].startswith("31920")
    assert record.of("fault")[0]["heard"] is False


def test_whoever_hangs_up_the_socket_ends_the_stream_and_not_the_call(
    own: Exchange, hotline: ScriptedHotline, ear: Ear
) -> None:
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    ear.sockets[0].close()
    ear.until(lambda: told(hotline) == ["stream-started", "stream-stopped"])
    phone.hang_up()
    assert phone.until_over().ended_by == "caller"


def test_who_does_not_read_loses_the_oldest_and_the_call_goes_on(
    own: Exchange, hotline: ScriptedHotline, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.media.stream.MOST_WAITING", 5)
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    ear.until(lambda: ear.of("media"))
    own.run(_jam(own, phone.sid))
    phone.hang_up()
    phone.until_over()
    assert told(hotline) == ["stream-started", "stream-error"]
    assert hotline.at("/stream")[-1].fields["StreamError"].startswith("31930")


async def _jam(own: Exchange, sid: str) -> None:
    (stream, _), *_ = own.board._calls[sid].streams.values()
    for _ in range(20):
        stream._put(CONNECTED)


@pytest.mark.parametrize(
    ("mishap", "number"),
    [(Mishap("refused"), "31902"), (Mishap("dropped", 0.2), "31921")],
)
def test_a_socket_can_be_refused_or_dropped_in_the_middle_of_a_word(
    own: Exchange, hotline: ScriptedHotline, ear: Ear, mishap: Mishap, number: str
) -> None:
    own.mishaps.plan("stream.*", mishap)
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    phone.speak(3.0, tone(3.0))
    ear.until(lambda: "stream-error" in told(hotline))
    assert hotline.at("/stream")[-1].fields["StreamError"].startswith(number)
    assert ear.heard() == (mishap.kind == "dropped")
    assert ear.ends == ([1006] if mishap.kind == "dropped" else [])
    phone.hang_up()
    assert phone.until_over().ended_by == "caller"


@pytest.mark.parametrize("kind", ["jitter", "loss", "stalls"])
def test_pieces_may_be_late_or_missing(own: Exchange, hotline: ScriptedHotline, ear: Ear, kind: str) -> None:
    own.mishaps.plan("stream.open", Mishap(kind, 0.3))  # type: ignore[arg-type]
    hotline.answers["/answer"] = start(ear) + ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    phone.speak(1.0, tone(1.0))
    ear.until(lambda: ear.heard() and ear.sound().endswith(bytes([SILENCE]) * 1_600))
    phone.hang_up()
    phone.until_over()
    at = [int(one["media"]["timestamp"]) for one in ear.of("media")]
    chunks = [int(one["media"]["chunk"]) for one in ear.of("media")]
    assert chunks == list(range(1, len(chunks) + 1))
    assert at == sorted(at)
    assert (at != [20 * place for place in range(len(at))]) == (kind == "loss")


def test_a_stream_is_begun_and_stopped_by_rest(own: Exchange, hotline: ScriptedHotline, ear: Ear) -> None:
    hotline.answers["/answer"] = ASK
    phone = own.dial(from_=CALLER, to=NUMBER)
    phone.wait_for("listening")
    rest, place = Rest(own), f"/Calls/{phone.sid}/Streams"
    fields = {"Parameter1.Name": "token", "Parameter1.Value": "abc", "Name": "by-rest"}
    begun = rest.post(f"{place}.json", Url=ear.url, **fields)
    assert (begun.json()["status"], begun.json()["name"]) == ("in-progress", "by-rest")
    ear.until(lambda: ear.of("media"))
    assert ear.of("start")[0]["start"]["customParameters"] == {"token": "abc"}
    assert code(rest.post(f"{place}.json", Url=ear.url, Name="by-rest")) == (400, 20001)
    assert code(rest.post(f"{place}.json", Url="http://127.0.0.1/x")) == (400, 20001)
    stopped = rest.post(f"{place}/by-rest.json", Status="stopped")
    assert (stopped.json()["status"], stopped.json()["sid"]) == ("stopped", begun.json()["sid"])
    assert code(rest.post(f"{place}/by-rest.json", Status="stopped")) == (404, 20404)
    phone.hang_up()
    phone.until_over()
    assert code(rest.post(f"{place}.json", Url=ear.url)) == (400, 21220)
    assert len(ear.of("stop")) == 1


def test_messages_number_what_is_written() -> None:
    messages = Messages("AC1", "CA1", "MZ1")
    messages.start({})
    media = json.loads(messages.media(b"\x00", 1.26))
    assert (media["sequenceNumber"], media["media"]["chunk"]) == ("2", "1")
    assert media["media"]["timestamp"] == "1260"


def test_every_sample_is_carried_as_near_as_the_law_allows() -> None:
    samples = array("h", range(-32_768, 32_768, 7))
    for sample, carried in zip(samples, decoded(encoded(samples)), strict=True):
        # Steps are a sixteenth of the segment's size: 8 at the quiet end, 1024 at the loud one.
        assert abs(max(min(sample, 32_635), -32_635) - carried) <= max(4, (abs(sample) + 132) / 32)
    assert encoded(array("h", [0])) == bytes([SILENCE])
