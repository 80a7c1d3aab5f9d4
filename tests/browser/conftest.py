"""A hotline with its real processes, the exchange among them, and a real Chromium to call it from."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from processes.launch.dialled import lines_of
from processes.launch.local_exchange import exchange_command, exchange_environment
from tests.browser.telephone import Telephone
from tests.end_to_end.running import ROOT, Hotline, running
from tests.end_to_end.speaking import Hearing
from tests.servers import missing, redis_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
START_LIMIT, END_LIMIT = 30.0, 10.0
WIDE, NARROW = (1280, 800), (360, 740)

OpenPhone = Callable[..., Telephone]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            # One browser and one hotline for all of them: they belong to one worker.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module at a time: while it is open its driver holds an event loop in this thread, and no other
    test could run one of its own.
    """
    with chromium() as browser:
        yield browser


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Debian's Chromium. None here: skip at home, fail in CI."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        missing(f"no browser here ({', '.join(BROWSERS)} on the PATH)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*OPTIONS, *options])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """The web process on SQLite with a Redis of its own, and an exchange that leads to it."""
    folder = tmp_path_factory.mktemp("browser")
    url = f"sqlite:///{folder / 'hotline.sqlite'}"
    with (
        redis_server() as redis_url,
        running(redis_url, url, folder) as hotline,
        _exchange(hotline, folder / "exchange.log"),
    ):
        yield hotline


@contextmanager
def _exchange(hotline: Hotline, log: Path) -> Iterator[None]:
    settings = hotline.settings
    usual = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"}
    environment = dict(exchange_environment(settings, usual))
    command = exchange_command(settings, lines_of(settings))
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _await_live(process, f"{exchange_of(hotline)}/health/live", log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_live(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address, timeout=2.0, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the exchange did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")


def exchange_of(hotline: Hotline) -> str:
    """Where the exchange and its pages are."""
    return f"http://127.0.0.1:{hotline.settings.exchange_port}"


@pytest.fixture
def heard(hotline: Hotline, tmp_path: Path) -> Iterator[None]:
    """Whoever calls while this lasts is heard."""
    hearing = Hearing(hotline, tmp_path / "speech.log")
    try:
        hearing.begin()
        hearing.await_room()
        yield
    finally:
        hearing.end()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody has used before, which may use the microphone."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, permissions=["microphone"])
    yield context
    context.close()


@pytest.fixture
def opened(context: BrowserContext, hotline: Hotline) -> Iterator[OpenPhone]:
    """Opens telephones; whatever their test was about, none may complain or ask another host."""
    phones: list[Telephone] = []

    def open_one(path: str = "/phone", *, wait: bool = True) -> Telephone:
        phones.append(Telephone(context.new_page(), exchange_of(hotline)))
        phones[-1].open(path)
        if wait and path == "/phone":
            phones[-1].await_ready()
        return phones[-1]

    yield open_one
    for phone in phones:
        assert (phone.complaints, phone.foreign) == ([], [])


@pytest.fixture
def phone(opened: OpenPhone) -> Telephone:
    """A telephone in a hurry."""
    telephone = opened()
    telephone.hurry()
    return telephone
