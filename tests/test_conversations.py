"""Every conversation file through three doors, in every language: engine, signed webhook, terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis

from ivr.calls.play import Player
from ivr.flow.events import Chosen, NodeEntered
from ivr.menus.nodes import Diagnose, Digits, LanguageQuestion, Menu, NodeBase, RecordMessage, Survey, YesNo
from processes.rehearsal.conversation import Conversation, Said
from processes.rehearsal.playing import Play, caller_of, differences, expected, left, meant, played
from processes.rehearsal.stage import Stage, scratch_stage
from processes.rehearsal.telephone import Heard
from speech.mailbox_keys import SERVICE
from tests import world as worlds
from tests.conversation_files import FILES
from tests.doors import Door
from tests.engine_door import EngineDoor, ears_of
from tests.shipped import BOOK
from tests.webhook_door import WebhookDoor

MakeStage = Callable[[Conversation], Stage]
PLAYS = [
    pytest.param(Play(one, language), id=f"{one.name}-{language}")
    for one in FILES
    for language in one.languages
]


@pytest.fixture(scope="session")
def only_stage() -> Iterator[Stage]:
    with scratch_stage(BOOK) as stage:
        yield stage


@pytest.fixture(scope="session")
def web(only_stage: Stage, redis_url: str) -> Iterator[Flask]:
    app, close = worlds.web_app(only_stage, redis_url)
    yield app
    close()


@pytest.fixture(scope="session")
def hosted_web(only_stage: Stage, redis_url: str) -> Iterator[Flask]:
    """One whose callers may be heard by the carrier."""
    app, close = worlds.web_app(only_stage, redis_url, hosted=True)
    yield app
    close()


@pytest.fixture(scope="session")
def mailbox(redis_url: str) -> Iterator[Redis]:
    """Where the speech process says that it hears, and leaves what it heard."""
    client = Redis.from_url(redis_url)
    yield client
    client.close()


@pytest.fixture
def stage_for(only_stage: Stage) -> MakeStage:
    return only_stage.set_for


def through(door: Door, here: Stage, play: Play) -> list[Heard]:
    """What is heard after dialling and after each input; then the carrier says that the call is over."""
    heard = [door.dial()]
    for said in play.conversation.turns:
        here.fail(said.fails)
        if said.way in {"ends", "hangs_up"}:
            break
        answer = door.do(meant(said, here, play))
        if answer is not None:
            heard.append(answer)
    door.do(Said((), "hangs_up"))
    return heard


def by_the_engine(here: Stage, play: Play) -> tuple[list[Heard], EngineDoor]:
    """The conversation straight through the engine: what the other doors are compared with."""
    caller = caller_of(play, "engine")
    player = Player(here.runner, here.clock)
    door = EngineDoor(BOOK, player, here.clock, caller, ears_of(play.conversation))
    return through(door, here, play), door


def prompts(conversation: Conversation) -> list[tuple[str, ...]]:
    return [said.hears for said in conversation.turns]


@pytest.mark.parametrize("play", PLAYS)
def test_every_door_says_what_the_file_says(
    play: Play, stage_for: MakeStage, web: Flask, hosted_web: Flask, mailbox: Redis
) -> None:
    here = stage_for(play.conversation)
    by_engine, _ = by_the_engine(here, play)
    assert [one.prompts for one in by_engine] == prompts(play.conversation)
    assert left(here) == expected(play.conversation)
    _numbers_are_read_as_told(by_engine, play)

    here = stage_for(play.conversation)
    app = hosted_web if play.conversation.hosted else web
    assert [one.words for one in by_webhook(here, play, app, mailbox)] == [one.words for one in by_engine]
    assert left(here) == expected(play.conversation)

    here = stage_for(play.conversation)
    by_terminal = played(here, play)
    assert [one.prompts for one in by_terminal.heard] == prompts(play.conversation)
    assert (by_terminal.stopped, left(here)) == (None, expected(play.conversation))
    assert differences(play, by_terminal, left(here)) == ()


def by_webhook(here: Stage, play: Play, web: Flask, mailbox: Redis) -> list[Heard]:
    """Through signed forms, each posted twice; `Differs` is raised where the answers are not byte-same."""
    caller = caller_of(play, "webhook")
    hosted = play.conversation.hosted
    door = WebhookDoor(web.test_client(), worlds.PUBLIC_URL, worlds.TOKEN, caller, mailbox, hosted)
    if hosted or not play.conversation.ears:
        return through(door, here, play)
    mailbox.set(SERVICE, here.ears())
    try:
        return through(door, here, play)
    finally:
        mailbox.delete(SERVICE)


def _numbers_are_read_as_told(heard: list[Heard], play: Play) -> None:
    reads = play.conversation.reads
    if reads is None or play.language not in reads.words:
        return
    said = {name: words for one in heard for name, words in zip(one.prompts, one.words, strict=True)}
    assert said[reads.prompt] == reads.words[play.language]


def test_every_node_and_every_choice_of_the_book_is_in_a_conversation(stage_for: MakeStage) -> None:
    entered, chosen = set(), set()
    # Languages are chosen in a few files: those are played in all of them.
    plays = [
        Play(one, language)
        for one in FILES
        for language in (one.languages if "language" in one.name else one.languages[:1])
    ]
    for play in plays:
        _, door = by_the_engine(stage_for(play.conversation), play)
        entered |= {event.node for event in door.visited if isinstance(event, NodeEntered)}
        chosen |= {(event.node, event.choice) for event in door.visited if isinstance(event, Chosen)}
    assert BOOK.nodes.keys() - entered == set()
    assert choices_of_the_book() - chosen == set()


def choices_of_the_book() -> set[tuple[str, str]]:
    """Everything that can be chosen at a node, by the names under which the engine tells it."""
    found: set[tuple[str, str]] = set()
    for name, node in BOOK.nodes.items():
        found |= {(name, choice) for choice in choices_of(node)}
    return found


def choices_of(node: NodeBase) -> list[str]:
    match node:
        case Menu(choices=choices):
            return list(choices)
        case YesNo():
            return ["yes", "no"]
        case LanguageQuestion():
            return list(BOOK.languages)
        case Digits(skip=skip, read_back=read_back):
            return [*(["skip"] if skip else []), *(["right", "wrong"] if read_back else [])]
        case Diagnose(checks=checks):
            return [f"{check.name}.{answer}" for check in checks for answer in ("yes", "no")]
        case RecordMessage():
            return ["send", "again", "discard"]
        case Survey(scale=scale):
            return [str(step) for step in range(1, scale + 1)]
        case _:
            return []


def test_a_conversation_that_hears_something_else_is_found_out(stage_for: MakeStage) -> None:
    conversation = FILES[0]
    first = replace(conversation.turns[0], hears=("something-else",))
    wrong = replace(conversation, turns=(first, *conversation.turns[1:]))
    heard, _ = by_the_engine(stage_for(wrong), Play(wrong, wrong.languages[0]))
    assert [one.prompts for one in heard] != prompts(wrong)
