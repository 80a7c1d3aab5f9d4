"""One hotline of a few lines and one exchange for all these tests; each test writes its own answers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from exchange.callers import Step
from exchange.exchange import CallRecord, Exchange
from exchange.settings import NumberSettings, Person
from exchange.surface.settings import Caller, SurfaceSettings
from tests.exchange.scripted_hotline import Answer, Answering, ScriptedHotline, Server

ACCOUNT = "AC" + "a" * 32
TOKEN = "token-of-the-account"
NUMBER = "+622150001000"
NUMBER_WITH_FALLBACK = "+622150001001"
CALLER = "+6281200000001"
PERSON = "+622150009000"
CALLERS = (Caller(CALLER, "Dewi Lestari", "id", "1002003018", "471163"),)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def hotline(server: Server) -> ScriptedHotline:
    server.hotline = ScriptedHotline(base=server.base, answers={"/status": Answer(status=204)})
    return server.hotline


@pytest.fixture(scope="session")
def exchange(server: Server) -> Iterator[Exchange]:
    answer, status = f"{server.base}/answer", f"{server.base}/status"
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={
            NUMBER: NumberSettings(answer, status),
            NUMBER_WITH_FALLBACK: NumberSettings(answer, status, f"{server.base}/fallback"),
        },
        speed=float("inf"),
        surface=SurfaceSettings(names={NUMBER: "the hotline"}, callers=CALLERS),
        people={PERSON: Person("answers", rings=4.0, talks=20.0)},
        api_credentials={"SK" + "b" * 32: "secret-of-the-key"},
    ) as exchange:
        yield exchange


@pytest.fixture(autouse=True)
def no_call_outlives_its_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A call that somebody left in the middle would tell its end to the hotline of the next test."""
    yield
    for held in request.node.funcargs.values():
        if isinstance(held, Exchange) and held._thread.is_alive():
            held.run(everybody_leaves(held))


async def everybody_leaves(exchange: Exchange) -> None:
    for call in list(exchange.board._calls.values()):
        call.line.hang_up()
        await exchange.board.until_over(call.sid)


Place = Callable[..., CallRecord]


@pytest.fixture
def place(hotline: ScriptedHotline, exchange: Exchange) -> Place:
    """Place a call: the answers by path (the first at /answer), then the caller's steps."""

    def place(
        answers: dict[str, Answering] | str, *script: Mapping[str, Any] | Step, **more: str
    ) -> CallRecord:
        hotline.answers |= answers if isinstance(answers, dict) else {"/answer": answers}
        return exchange.call(from_=more.get("from_", CALLER), to=more.get("to", NUMBER), script=script)

    return place
