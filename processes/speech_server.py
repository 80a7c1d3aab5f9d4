"""The speech process: hears callers on sockets of the carrier, in decoder processes of its own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterable, Mapping

from foundation import logs
from foundation.clock import SystemClock
from foundation.metrics import LOG_DROPPED
from foundation.settings import Settings, SettingsFault, load, warnings
from ivr.channels.addresses import Addresses
from ivr.channels.listening import Way
from ivr.channels.twilio_signature import SignatureCheck
from processes.call_parts import redis_url
from processes.carrier import carrier_account
from processes.counting import count_beside_the_web
from processes.hearing import choices_of, languages_in
from speech.choice import Choice, Ear
from speech.mailbox import RedisMailbox
from speech.messengers import BargeIn
from speech.nursery import Nursery
from speech.recognizer import Recognizer, RecognizerFault
from speech.requests import Service
from speech.server import Entrance
from speech.serving import Serving
from speech.vad import GateAndJudge, Judges
from telephony.live_calls import HasEnded, LiveCalls, Moved
from telephony.rest import CarrierRest

FAULTY = 2  # what the process returns
STREAMS_A_DECODER = 20  # heard at once by each: chosen by what a stream costs, see docs/speech.md


def recognizers_of(choices: Iterable[Choice]) -> dict[str, Recognizer]:
    """Language -> its recogniser, loaded; one that cannot be loaded is left out, and the log says so."""
    loaded: dict[str, Recognizer] = {}
    for choice in choices:
        if choice.fault is not None:
            logs.logger("speech").error("a model cannot be used", what=choice.fault)
        found = next((one for one in map(_loaded, choice.in_order) if one is not None), None)
        if found is not None:
            loaded[choice.language] = found
    return loaded


def models_of(choices: Iterable[Choice], loaded: Mapping[str, Recognizer]) -> dict[str, str]:
    """Language -> the model that was loaded, where it is heard by one that was installed."""
    return {
        one.language: one.model.name
        for one in choices
        if one.model is not None and one.language in loaded and loaded[one.language].name == Ear.VOSK.value
    }


def _loaded(choice: Choice) -> Recognizer | None:
    try:
        return _recognizer(choice)
    except RecognizerFault as fault:
        logs.logger("speech").error("a recogniser was not loaded", language=choice.language, fault=str(fault))
        return None


def _recognizer(choice: Choice) -> Recognizer:
    if choice.ear is Ear.VOSK and choice.model is not None:
        from speech.vosk_recognizer import VoskRecognizer

        return VoskRecognizer(choice.model.folder, choice.language)
    from speech.sphinx.recognizer import SphinxRecognizer

    return SphinxRecognizer()


def signed_by(settings: Settings) -> Callable[[str, str], bool]:
    """Whether a handshake is the carrier's: it signs the address that it was given.

    Its pages do not say with which scheme; the one of the web is taken too. Either needs our token.
    """
    known = (settings.twilio_auth_token, settings.twilio_auth_token_secondary)
    tokens = [token for token in known if token is not None]
    address = settings.media_address
    checks = [SignatureCheck(base, tokens) for base in (address, address.replace("ws", "http", 1))]
    return lambda target, given: any(check.holds(target, b"", given) for check in checks)


def barge_in_of(settings: Settings) -> BargeIn:
    """How a live call is moved to what was heard; without an account the end of its Gather finds it."""
    account, clock = carrier_account(settings), SystemClock()
    if account is None:
        return lambda _call, _turn: None
    # One try: who is not moved at once is led there by the question's own end.
    live = LiveCalls(CarrierRest(account, clock, tries=1))
    addresses = Addresses(settings.public_url, settings.secret_key, clock)

    def barge_in(call: str, turn: int) -> None:
        outcome = live.move(call, addresses.turn(call, turn, Way(moved=True)))
        if not isinstance(outcome, Moved | HasEnded):
            logs.logger("speech").warning("a call was not moved", call=call, turn=turn, why=repr(outcome))

    return barge_in


def _serve(settings: Settings, hears: Service, nursery: socket.socket) -> int:
    """The part of the process that is forked first, and has threads."""
    log = logs.unhurried()
    log.dropped = LOG_DROPPED.inc
    logs.configure(settings.hotline_env, settings.log_level, log)
    clock = SystemClock()
    host = "127.0.0.1" if settings.in_development else "0.0.0.0"  # noqa: S104  # a service listens
    serving = Serving(
        Entrance(signed_by(settings), settings.secret_key, host, settings.speech_port),
        RedisMailbox(redis_url(settings), clock),
        barge_in_of(settings),
        clock,
        hears,
        _cores(),
    )
    try:
        return serving.run(nursery)
    finally:
        log.drain()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """The process of the Procfile: SIGTERM ends it when those who are heard have ended, 30 s at most."""
    try:
        settings = load(os.environ)
    except SettingsFault as fault:
        print(*fault.faults, sep="\n", file=sys.stderr)  # noqa: T201  # no log is set up yet
        raise SystemExit(FAULTY) from None
    count_beside_the_web(settings)
    logs.configure(settings.hotline_env, settings.log_level)
    for line in warnings(os.environ):
        logs.logger("settings").warning("misspelt setting", what=line)
    chosen = choices_of(languages_in(settings.books_dir), settings)
    recognizers = recognizers_of(chosen)
    hears = Service(
        {language: one.name for language, one in recognizers.items()},
        settings.speech_streams or _cores() * STREAMS_A_DECODER,
        models_of(chosen, recognizers),
    )
    judges = Judges() if recognizers else None
    nursery = Nursery(recognizers, lambda: GateAndJudge(judges or Judges(0)))
    raise SystemExit(nursery.run(lambda line: _serve(settings, hears, line)))


if __name__ == "__main__":
    main()
