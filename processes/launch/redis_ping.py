"""Whether a Redis answers at an address, asked with a plain socket: no client's retries hide the truth."""

import socket
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

LIMIT = 1.0  # seconds for connecting and for each answer
DEFAULT_PORT = 6379
LONGEST_ANSWER = 512  # bytes
LONGEST_FACTS = 64_000  # bytes; INFO of a busy server has some 6 kB


def fault_of(url: str, limit: float = LIMIT) -> str | None:
    """What is wrong with the Redis at `url` (redis://, rediss:// or unix://), or None if it said PONG."""
    try:
        with _connected(url, limit) as line:
            return _greet(line, url)
    except ValueError as fault:
        return f"the address cannot be read: {fault}"
    except OSError as fault:
        return f"no connection: {fault.strerror or fault}"


def facts_of(url: str, limit: float = LIMIT) -> Mapping[str, str] | str:
    """What INFO of the Redis at `url` says, by name; or what is wrong with it, as `fault_of`."""
    try:
        with _connected(url, limit) as line:
            return _greet(line, url) or _facts(line)
    except ValueError as fault:
        return f"the address cannot be read: {fault}"
    except OSError as fault:
        return f"no connection: {fault.strerror or fault}"


def _facts(line: socket.socket) -> Mapping[str, str] | str:
    line.sendall(_command("INFO"))
    said = bytearray(line.recv(LONGEST_ANSWER))
    head, _, _ = bytes(said).partition(b"\r\n")
    if not head.startswith(b"$") or not head[1:].isdigit():
        return {}  # some servers for hire do not tell
    wanted = min(int(head[1:]), LONGEST_FACTS) + len(head) + 2
    while len(said) < wanted and (more := line.recv(LONGEST_FACTS)):
        said += more
    lines = bytes(said).decode(errors="replace").splitlines()
    return dict(name_and_value for one in lines if len(name_and_value := one.split(":", 1)) == 2)


def _connected(url: str, limit: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("it begins with redis://, rediss:// or unix://")
    if parts.scheme == "unix":
        return _connected_inside(parts.path, limit)
    host = parts.hostname or "127.0.0.1"
    plain = socket.create_connection((host, parts.port or DEFAULT_PORT), timeout=limit)
    if parts.scheme == "redis":
        return plain
    with plain:  # the wrapped one takes the connection over, or it is closed
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _connected_inside(path: str, limit: float) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(limit)
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _greet(line: socket.socket, url: str) -> str | None:
    parts = urlsplit(url)
    if parts.password is not None:
        names = [unquote(parts.username)] if parts.username else []
        refused = _asked(line, "AUTH", *names, unquote(parts.password))
        if refused != "+OK":
            return f"it refused the password: {refused}"
    answer = _asked(line, "PING")
    return None if answer == "+PONG" else f"it answered {answer!r} to PING"


def _asked(line: socket.socket, *words: str) -> str:
    """One command in the wire form of Redis (RESP2, https://redis.io/docs/latest/develop/reference/protocol-spec/)."""
    line.sendall(_command(*words))
    answer = line.recv(LONGEST_ANSWER)
    return answer.split(b"\r\n", 1)[0].decode(errors="replace")


def _command(*words: str) -> bytes:
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in encoded)
