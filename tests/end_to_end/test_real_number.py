"""Onto a number: the real web process, the doctor from outside, and somebody who is rung into the hotline."""

import os
from collections.abc import Mapping

from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from foundation.redaction import Secret
from foundation.settings import Judged, Settings
from processes.doctor.checkup import look_at
from processes.doctor.findings import Finding
from processes.doctor.path_look import look_at_signed_door
from tests.end_to_end.running import TOKEN, Hotline
from tests.processes.test_commands import hotline as command

FRIEND = "+6281234567801"
PRESSES_A_KEY = [{"presses": "1"}, {"stays_silent": True}, {"hangs_up": True}]


def environment(settings: Settings) -> dict[str, str]:
    """What a command is told so that it has these settings."""
    plain = settings.model_dump(exclude={"books_dir"}, exclude_none=True)
    told = {
        name.upper(): value.reveal() if hasattr(value, "reveal") else str(value)
        for name, value in plain.items()
    }
    return {**told, "BOOKS_DIR": str(settings.books_dir), "PATH": os.environ["PATH"]}


def onto_nothing(hotline: Hotline) -> Mapping[str, object]:
    number = NumberSettings("")
    return {
        "numbers": {hotline.settings.hotline_number: number},
        "people": {FRIEND: Person("answers", rings=1.0)},
        "rung": {FRIEND: PRESSES_A_KEY},
    }


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in look_at(Judged(settings, frozenset(), ()))}


def test_a_number_is_connected_the_doctor_agrees_and_who_is_rung_is_a_caller(hotline: Hotline) -> None:
    settings = hotline.settings
    with hotline.exchange(**onto_nothing(hotline)) as exchange:
        assert "does not lead to" in findings(settings)["number"].how
        answer = command(
            "connect", settings.hotline_number, "--yes", "--call", FRIEND, **environment(settings)
        )
        assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout
        assert "signed door: lets in what the carrier signs, and nothing else" in answer.stdout
        assert "media door: `hotline run` starts the speech process" in answer.stdout
        assert "came to the hotline" in answer.stdout
        well = findings(settings)
        ill = {what: one for what, one in well.items() if one.grave}
        assert ill == {}
        assert well["number"].how == f"{settings.hotline_number} leads to {settings.public_url}"
        (call,) = exchange.tape.calls()
        hotline.ends_heard([call])
        _check_heard(exchange, call)


def _check_heard(exchange: Exchange, call: str) -> None:
    # By the number of the one who was rung the hotline knows the customer: From would be its own number.
    requested = [event.details for event in exchange.tape.events(call, "requested")]
    assert requested[0]["fields"]["Direction"] == "outbound-api"
    assert requested[0]["fields"]["To"] == FRIEND
    assert exchange.tape.heard(call)
    assert exchange.tape.faults(call) == []


def test_the_signed_door_writes_nothing(hotline: Hotline) -> None:
    counted = "SELECT count(*) FROM turns"
    before = hotline.rows(counted)
    for _ in range(5):
        assert look_at_signed_door(hotline.settings).well
    assert hotline.rows(counted) == before


def test_a_token_that_the_web_process_does_not_have_is_told(hotline: Hotline) -> None:
    other = hotline.settings.model_copy(
        update={"twilio_auth_token": Secret(TOKEN[::-1]), "twilio_auth_token_secondary": None}
    )
    found = look_at_signed_door(other)
    assert (found.grave, found.how) == (True, "refuses what the carrier would sign")
