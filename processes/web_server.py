"""How gunicorn serves the webhooks; gunicorn reads this file, each name is a setting of its own."""

import gc
import importlib
import logging
import os
import socket
import sys
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger

from foundation import logs
from foundation.metrics_folder import NotOurs, empty, folder_of, is_joined, join
from foundation.settings import Settings, SettingsFault, load, warnings

GRACE = 10  # seconds for the turns that run when the server is told to end; a turn takes 1.8 s at most
FROZEN = 30  # seconds until a worker that no longer reports is replaced
KEEP_ALIVE = 75  # seconds; longer than a load balancer's 60, so that it is never we who hang up first
WAITING = 512  # connections that wait to be accepted
CODE = ("ivr.app", "processes.parts")  # what a worker builds its parts of; nothing of it is built here


def _settings() -> Settings:
    try:
        return load(os.environ)
    except SettingsFault as fault:
        # Said here once, and not by each worker in a traceback.
        print(*fault.faults, sep="\n", file=sys.stderr)  # noqa: T201  # no log is set up yet
        raise SystemExit(2) from None


class HouseLog(Logger):  # type: ignore[misc]  # gunicorn has no annotations
    """Gunicorn's own words go through the log of the house: one line each, masked like all others."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401  # gunicorn's own
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING if _told.in_development else logging.INFO)


def post_fork(_server: object, _worker: object) -> None:
    """A folder of counts that somebody has taken away is made again: a worker must start all the same."""
    if is_joined():
        with suppress(NotOurs, OSError):
            join(folder_of(_told.port))


def post_worker_init(_worker: object) -> None:
    """A worker has built its parts and takes calls: from now on it may count, and the service answers."""
    from foundation.metrics import LOG_DROPPED

    _log.dropped = LOG_DROPPED.inc
    _tell_systemd(b"READY=1")


def _tell_systemd(word: bytes) -> None:
    """As sd_notify(3) says it: whoever exchanges the processes ends the old ones after that."""
    if not _NOTIFY:
        return
    address = f"\0{_NOTIFY[1:]}" if _NOTIFY.startswith("@") else _NOTIFY
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, suppress(OSError):
        told.connect(address)
        told.sendall(word)


def worker_exit(_server: object, _worker: object) -> None:
    """Close the parts of a worker that ends: the journal and the log are written, connections given back."""
    webhooks = sys.modules.get("processes.webhooks")
    if webhooks is not None:
        webhooks.parts.close()
    _log.drain()


def _count(settings: Settings) -> None:
    """Let the workers of this server count together, before any of them is there."""
    if settings.metrics_token is None:
        return
    try:
        folder = folder_of(settings.port)
        join(folder)
        empty(folder)
    except (NotOurs, OSError) as fault:
        # Calls go on: each worker counts for itself, and what is told is that of one of them.
        logs.logger("metrics").error("workers do not count together", fault=str(fault))


_told = _settings()
_log = logs.unhurried()
# Taken from gunicorn, which would say that it answers before there is any worker.
_NOTIFY = os.environ.pop("NOTIFY_SOCKET", "")
logs.configure(_told.hotline_env, _told.log_level, _log)
for _line in warnings(os.environ):
    logs.logger("settings").warning("misspelt setting", what=_line)
_count(_told)
# Read once, before any worker is forked: each is there sooner, one that replaces another too, and all of them
# share its memory. After `_count`: what counts looks for the folder when it is imported.
for _module in CODE:
    importlib.import_module(_module)
gc.freeze()

bind = f"{'127.0.0.1' if _told.in_development else '0.0.0.0'}:{_told.port}"  # noqa: S104  # a service listens
worker_class = "gthread"
workers = _told.web_workers
threads = _told.web_threads
timeout = FROZEN
graceful_timeout = GRACE
keepalive = KEEP_ALIVE
backlog = WAITING
logger_class = HouseLog
accesslog = None  # a turn is logged by the turn, with its call
control_socket_disable = True  # nobody but signals steers this server
# The workers report through a file: on a slow disk that alone would make them look frozen.
MEMORY = "/dev/shm"  # noqa: S108  # memory, not a disk
worker_tmp_dir = MEMORY if os.access(MEMORY, os.W_OK) else None
