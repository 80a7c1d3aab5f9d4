"""What moves calls between two versions does so at every request, and a question that comes twice is seen."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from storms.versions.__main__ import asked_twice
from storms.versions.switch import Switch, switching
from tests.exchange.scripted_hotline import Asked, ScriptedHotline, Server

CALLS = [f"CA{count:032x}" for count in range(4)]
ANSWER, TURN = "/voice/answer", "/voice/calls/{call}/turns/{turn}"


def saying(name: str) -> Callable[[Asked], str]:
    return lambda _asked: f"<Say>{name}</Say>"


@pytest.fixture
def sides() -> Iterator[tuple[ScriptedHotline, ScriptedHotline]]:
    """Two versions, each of which answers everything with its name."""
    servers = Server(), Server()
    old, new = (
        ScriptedHotline(otherwise=saying(name), base=server.base)
        for name, server in zip(("old", "new"), servers, strict=True)
    )
    for server, side in zip(servers, (old, new), strict=True):
        server.hotline = side
    yield old, new
    for server in servers:
        server.close()


def test_each_request_of_a_call_goes_to_the_other_version(
    sides: tuple[ScriptedHotline, ScriptedHotline],
) -> None:
    old, new = sides
    switch = Switch()
    switch.sides = (old.base, new.base)
    with switching(switch), httpx.Client(base_url=switch.address, trust_env=False) as carrier:
        for call in CALLS:
            signed = {"X-Twilio-Signature": f"of {call}"}
            first = carrier.post(ANSWER, data={"CallSid": call}, headers=signed)
            turns = [carrier.post(TURN.format(call=call, turn=turn), headers=signed) for turn in (1, 2, 3)]
            names = ["old" if "old" in answer.text else "new" for answer in (first, *turns)]
            assert names in (["old", "new"] * 2, ["new", "old"] * 2)
    assert {len(old.at(ANSWER)), len(new.at(ANSWER))} == {len(CALLS) // 2}  # they begin on either side
    asked = old.at(ANSWER)[0]
    assert asked.headers["x-twilio-signature"] == f"of {asked.fields['CallSid']}"
    assert switch.moves == 3 * len(CALLS)
    assert sum(switch.answered.values()) == 4 * len(CALLS)


def test_a_question_that_comes_twice_in_a_row_is_seen_and_others_are_not() -> None:
    payments, refunds = (
        f"<Response><Say>Well.</Say><Gather><Say>{words}</Say></Gather></Response>"
        for words in ("Pay?", "Back?")
    )
    end = "<Response><Hangup/></Response>"
    assert asked_twice([payments, refunds, payments, end, end]) == []
    assert asked_twice([payments, payments, refunds]) == ["Pay?"]
