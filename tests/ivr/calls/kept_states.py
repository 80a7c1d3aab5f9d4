"""Keeps how this version writes the states of calls, beside the forms before it: only when a field is added.

.venv/bin/python -m tests.ivr.calls.kept_states
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from foundation.clock import Deadline, StoppedClock
from identity.levels import Level
from ivr.calls.codec import Kept, Stream, encode
from ivr.calls.play import Cue, Player
from ivr.flow.engine import begin
from ivr.flow.inputs import Answered, CallerInput, Digits, Silence
from ivr.flow.state import CallState, Doubt, Filed, Place, Spelled, Tried, Unconfirmed, Visit
from tests.ivr.calls.small_house import CountingRunner
from tests.shipped import BOOK

# One file a form, the oldest first; none is ever written again.
FOLDER = Path(__file__).with_name("kept-states")
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL = "CA" + "0f" * 16
# Ways through the shipped book: each key is a turn, and _ is silence.
WAYS = ("", "1", "19", "1911", "111222", "22_1", "3_*", "2411")

# A state in which no field has the value that it has by itself.
EVERYTHING = Kept(
    CallState(
        call=CALL,
        book="b" * 64,
        number="+6281234567801",
        dialled="+622150001011",
        answered_at=AT,
        language="zh",
        place=Place(
            *("verify", "account", 1, "12", 2, 1, 2),
            sealed=True,
            doubt=Doubt("0", "person", "a person"),
            spelled=Spelled("123", 2, read_back=True),
            by_keys=True,
            tried=Tried(2, (bytes(range(10)),), ("402715",), "402716", ("402717",)),
        ),
        turn=17,
        language_remembered=True,
        level=Level.VERIFIED,
        customer="8000000001",
        facts=(("topic", "refund"), ("recording", "RE" + "1e" * 16)),
        forgotten=3,
        trail=(Visit("main", 1), Visit("refunds", 2)),
        detour="account-details",
        filed=(Filed("refund", "123456782", AT, 2),),
        ended=True,
        hearers=(("en", "local"), ("id", "hosted")),
        agreement="voice-1",
        invited=True,
        unconfirmed=Unconfirmed(Place("main"), (Visit("main", 1),), 1),
    ),
    ("RE" + "1e" * 16,),
    Stream(17, 1_800_000_000, 6, "#", 5),
    1,
)


def kept_now() -> list[Kept]:
    """States as calls through the shipped book have them, and the one with everything."""
    book, clock = BOOK, StoppedClock(AT)
    player = Player(CountingRunner(), clock)
    found = [EVERYTHING]
    for way in WAYS:
        heard: list[CallerInput] = [Answered(AT, CALL, "+6281234567801", "")]
        heard += [Silence(AT) if key == "_" else Digits(AT, key) for key in way]
        state = begin(book, Answered(AT, CALL, "+6281234567801", ""))
        for turn, one in enumerate(heard):
            state = player.play(Cue(book, state, one, turn), Deadline.after(60.0, clock)).state
        found.append(Kept(state))
    return found


def samples() -> list[Path]:
    """The files of all forms, the newest last."""
    return sorted(FOLDER.glob("*.json"))


if __name__ == "__main__":
    written = [json.loads(encode(kept)) for kept in kept_now()]
    place = FOLDER / f"{len(samples()) + 1:02d}.json"
    place.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
