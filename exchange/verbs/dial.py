"""Dial: rings other numbers, joins the first person who answers, and tells the action how it went.

Rules (https://www.twilio.com/docs/voice/twiml/dial): all numbers ring at once; DialCallStatus is completed,
busy, no-answer, failed or canceled; without an action the document goes on with its next verb.
"""

from dataclasses import dataclass

from exchange.calls.call import Call, Fetch
from exchange.calls.line import CallerHungUp, CallMoved
from exchange.calls.ringing import DialStatus, ringing
from exchange.calls.waiting import lose_keys, pass_time
from exchange.calls.webhooks import tell_of_a_gone_caller
from exchange.faults import DIAL_CALLER_ID, CarrierFault
from exchange.settings import Person
from exchange.twiml.verbs import Dial


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: DialStatus
    talked: float = 0.0
    caller_left: bool = False


async def dial(call: Call, verb: Dial) -> Fetch | None:
    """<Dial>."""
    _check_caller_id(call, verb)
    lose_keys(call)
    number, person = _who_answers(call, verb)
    leg = call.world.sids.call()
    call.note("ringing", number=number, numbers=list(verb.numbers), leg=leg, timeout=verb.timeout)
    try:
        outcome = await _ring(call, verb, number, person)
    except CallMoved:
        call.note("dial-ended", number=number, leg=leg, status="canceled", moved=True)
        raise
    call.note("dial-ended", number=number, leg=leg, status=outcome.status, seconds=round(outcome.talked, 3))
    fields = {"DialCallSid": leg, "DialCallStatus": outcome.status, "DialBridged": "false"}
    if outcome.status == "completed":
        fields |= {"DialCallDuration": str(round(outcome.talked)), "DialBridged": "true"}
    action = None if verb.action is None else Fetch(call.absolute(verb.action), verb.method, fields)
    if outcome.caller_left:
        if action:
            await tell_of_a_gone_caller(call, action)
        raise CallerHungUp
    return action


def _check_caller_id(call: Call, verb: Dial) -> None:
    own = {call.dialled.from_, *call.world.numbers}
    if verb.caller_id is not None and verb.caller_id not in own:
        raise CarrierFault(DIAL_CALLER_ID, f"<Dial>: {verb.caller_id!r} is no number of this account")


def _who_answers(call: Call, verb: Dial) -> tuple[str, Person]:
    scripted = call.party.person()
    if scripted is not None:
        return verb.numbers[0], scripted
    if call.party.leaves_while_ringing():
        return verb.numbers[0], Person(caller_leaves="ringing")
    people = [(number, call.world.people.get(number, Person())) for number in verb.numbers]
    answering = [entry for entry in people if entry[1].outcome == "answers"]
    return min(answering, key=lambda entry: entry[1].rings, default=people[0])


async def _ring(call: Call, verb: Dial, number: str, person: Person) -> _Outcome:
    status, seconds = ringing(person, verb.timeout)
    try:
        if person.caller_leaves == "ringing":
            await pass_time(call, seconds / 2)
            call.line.hang_up()
        await pass_time(call, seconds)
    except CallerHungUp:
        return _Outcome("canceled", caller_left=True)
    if status != "completed":
        return _Outcome(status)
    call.note("bridged", number=number)
    return await _talk(call, verb, person)


async def _talk(call: Call, verb: Dial, person: Person) -> _Outcome:
    began = call.clock.elapsed
    seconds = min(person.talks, float(verb.time_limit))
    try:
        if person.caller_leaves == "talking":
            await pass_time(call, seconds / 2)
            call.line.hang_up()
        await pass_time(call, seconds, stop_keys="*" if verb.hangup_on_star else "")
    except CallerHungUp:
        return _Outcome("completed", call.clock.elapsed - began, caller_left=True)
    return _Outcome("completed", call.clock.elapsed - began)
