"""The proxy passes what it is given, and does to it what it is told, on real sockets."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from storms.proxy import Proxy
from storms.weather import Way, Weather
from tests.servers import free_port

PATIENCE = 5.0  # seconds; nothing here takes so long unless something is wrong
SHORT = 0.2  # seconds in which nothing must come


class Echo:
    """A server that says back what it hears, line by line, and keeps what it heard."""

    def __init__(self) -> None:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(line,), daemon=True).start()

    def _echo(self, line: socket.socket) -> None:
        with line:
            try:
                while said := line.recv(65_536):
                    self.heard += said
                    line.sendall(said)
            except OSError:
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    with closing(Echo()) as echo:
        yield echo


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.port) as proxy:
        yield proxy


def reached(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), PATIENCE)


def answered(line: socket.socket, said: bytes) -> bytes:
    line.sendall(said)
    return all_of(line, len(said))


def all_of(line: socket.socket, size: int) -> bytes:
    """So many bytes, or what came before the end."""
    found = b""
    while len(found) < size and (more := line.recv(size - len(found))):
        found += more
    return found


def test_in_fair_weather_all_bytes_pass_and_are_counted(proxy: Proxy) -> None:
    with reached(proxy) as line:
        assert answered(line, b"one") == b"one"
        assert answered(line, b"three") == b"three"
        large = b"x" * 3_000_000
        threading.Thread(target=line.sendall, args=(large,)).start()
        assert all_of(line, len(large)) == large
    passed = proxy.passed()
    assert (passed.connections, passed.there, passed.back) == (1, 3_000_008, 3_000_008)
    assert passed.rounds >= 3


def test_a_round_is_counted_for_each_question_and_none_for_a_second_piece_of_it(proxy: Proxy) -> None:
    before = proxy.passed()
    with reached(proxy) as line:
        for _ in range(10):
            answered(line, b"PING")
    assert proxy.passed().since(before).rounds == 10


def test_the_end_of_one_side_is_told_to_the_other(proxy: Proxy) -> None:
    with reached(proxy) as line:
        answered(line, b"last")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""


def test_a_delay_holds_each_reply_back_also_on_a_connection_that_lives(proxy: Proxy) -> None:
    with reached(proxy) as line:
        answered(line, b"quick")
        proxy.change(Way.BACK, Weather(delay=SHORT))
        began = time.monotonic()
        assert answered(line, b"slow") == b"slow"
        assert time.monotonic() - began >= SHORT
        proxy.clear()
        assert answered(line, b"quick again") == b"quick again"


def test_nothing_passes_a_black_hole_and_all_of_it_when_it_is_lifted(echo: Echo, proxy: Proxy) -> None:
    with reached(proxy) as line:
        answered(line, b"before")
        proxy.black_hole()
        line.sendall(b"into the hole")
        line.settimeout(SHORT)
        with pytest.raises(TimeoutError):
            line.recv(1)
        assert echo.heard == b"before"
        line.settimeout(PATIENCE)
        proxy.clear()
        assert all_of(line, 13) == b"into the hole"


def test_a_black_hole_in_one_direction_lets_the_request_reach_the_server(echo: Echo, proxy: Proxy) -> None:
    with reached(proxy) as line:
        proxy.change(Way.BACK, Weather(held=True))
        line.sendall(b"heard")
        line.settimeout(SHORT)
        with pytest.raises(TimeoutError):
            line.recv(1)
        assert echo.heard == b"heard"


def test_a_reset_ends_all_that_live_and_new_ones_are_served(proxy: Proxy) -> None:
    with reached(proxy) as line, reached(proxy) as other:
        answered(line, b"a")
        answered(other, b"b")
        proxy.reset()
        for one in (line, other):
            with pytest.raises(ConnectionResetError):
                one.recv(1)
    with reached(proxy) as line:
        assert answered(line, b"new") == b"new"
    assert proxy.passed().resets == 2


def test_a_connection_is_cut_after_so_many_bytes_from_the_change_on(proxy: Proxy) -> None:
    with reached(proxy) as line:
        answered(line, b"these do not count")
        proxy.change(Way.BACK, Weather(cut_after=5))
        line.sendall(b"0123456789")
        assert all_of(line, 5) == b"01234"
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_a_request_is_cut_before_the_server_has_all_of_it(echo: Echo, proxy: Proxy) -> None:
    proxy.change(Way.THERE, Weather(cut_after=4))
    with reached(proxy) as line:
        line.sendall(b"half of it")
        with pytest.raises(ConnectionResetError):
            all_of(line, 100)
    assert echo.heard in (b"half", b"")


def test_one_byte_slices_arrive_one_by_one_and_whole(proxy: Proxy) -> None:
    proxy.change(Way.BACK, Weather(slice=1))
    with reached(proxy) as line:
        line.sendall(b"0123456789" * 10)
        pieces = [line.recv(100)]
        while sum(map(len, pieces)) < 100:
            pieces.append(line.recv(100))
    assert b"".join(pieces) == b"0123456789" * 10
    assert len(pieces) > 10


def test_a_swallowed_reply_is_of_a_request_that_was_done(echo: Echo, proxy: Proxy) -> None:
    proxy.swallow(b"COMMIT")
    with reached(proxy) as line:
        assert answered(line, b"INSERT") == b"INSERT"
        line.sendall(b"COMMIT")
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    assert echo.heard == b"INSERTCOMMIT"
    assert proxy.passed().swallowed == 1
    with reached(proxy) as line:
        assert answered(line, b"COMMIT") == b"COMMIT"


def test_a_reply_swallowed_in_silence_leaves_the_client_waiting(echo: Echo, proxy: Proxy) -> None:
    proxy.swallow(b"INCR", silent=True)
    with reached(proxy) as line:
        line.sendall(b"INCR")
        line.settimeout(SHORT)
        with pytest.raises(TimeoutError):
            line.recv(1)
    assert echo.heard == b"INCR"


def test_a_port_that_refuses_takes_connections_again_when_told(proxy: Proxy) -> None:
    with reached(proxy) as line:
        answered(line, b"lives")
        proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            reached(proxy).close()
        assert answered(line, b"still lives") == b"still lives"
        proxy.listen()
        with reached(proxy) as new:
            assert answered(new, b"again") == b"again"


def test_a_server_that_is_not_there_looks_like_a_connection_cut() -> None:
    with Proxy(free_port()) as proxy, pytest.raises(ConnectionResetError), reached(proxy) as line:
        line.recv(1)  # the reset may have come while connecting
