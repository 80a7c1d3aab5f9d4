"""With any one of its guards switched off the house must not pass its own tests: they bite."""

import re
from pathlib import Path

import pytest

from tests.sabotage.runs import outcome_without
from tests.sabotage.switches import GUARDS

# The tests that must notice, the shortest that do.
STORE = "tests/contracts/test_call_store.py::"
RIVALS = "tests/ivr/calls/test_rivals.py::"
LEASES = "test_a_lapsed_lease_may_be_taken_over_and_its_owner_is_fenced_off[redis]"
CAUGHT_BY = {
    "claim": f"{STORE}test_a_rival_finds_the_turn_busy_until_it_is_settled[redis]",
    "duplicate rule": f"{RIVALS}"
    "test_a_repeat_of_the_turn_just_answered_brings_the_same_bytes_and_does_nothing[redis]",
    "fence": f"{STORE}{LEASES}",
    "lease": f"{STORE}{LEASES}",
    "signature check": "tests/ivr/handlers/test_guard.py::test_every_door_of_a_call_asks_for_the_signature",
    "border check": "tests/ivr/channels/test_twilio_signature.py::test_a_changed_request_opens_nothing",
    "deadline": "tests/foundation/test_database_deadlines.py",
    "watchdog": "tests/foundation/test_database_frozen.py"
    "::test_a_frozen_server_is_given_up_by_the_deadline_and_used_again_when_it_thaws",
    "idempotency key": "tests/callbacks/test_promises.py::test_the_same_key_brings_the_same_ticket[sqlite]",
    "state rank": "tests/ivr/calls/test_orders.py"
    "::test_sql_goes_by_that_rule_from_every_stage_to_every_other[sqlite]",
    "masking": "tests/ivr/calls/test_journal.py"
    "::test_what_is_typed_as_a_pin_or_looks_like_a_card_is_not_in_the_journal[sqlite]",
    "spool": "tests/callbacks/test_spooled.py"
    "::test_a_promise_that_sql_does_not_take_is_made_from_the_spool_as_it_was_asked_for",
    "freeing after": "tests/callbacks/test_spooled.py",
    "limit": "tests/ivr/calls/test_admission.py",
    "end of words": "tests/ivr/channels/test_spoken_forms.py"
    "::test_no_way_to_cut_the_words_that_the_signature_allows_leaves_a_shorter_answer",
    "end of streams": "tests/ivr/handlers/test_heard.py::test_the_stream_ends_before_a_person_is_rung",
}


def test_every_guard_has_a_test_that_must_notice() -> None:
    assert set(CAUGHT_BY) == set(GUARDS)


@pytest.mark.xdist_group("sabotage")
@pytest.mark.parametrize("guard", GUARDS)
def test_a_test_fails_without(guard: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    outcome = outcome_without(guard, CAUGHT_BY[guard], said)
    words = said.read_text("utf-8")
    assert outcome == pytest.ExitCode.TESTS_FAILED, words[-3_000:]
    # A test that could not even begin says `error`: that would be no proof.
    assert re.search(r"^FAILED ", words, re.MULTILINE), words[-3_000:]
