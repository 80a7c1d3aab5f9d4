"""The files of an older version, taken from the history, and its web process beside ours."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx

from foundation.metrics_folder import folder_of
from tests.end_to_end.running import ROOT, command_of, outside
from tests.servers import free_port

GIT_LIMIT = 60.0  # seconds
START_LIMIT = 90.0  # seconds until it can serve calls
END_LIMIT = 20.0  # seconds
LAST_WORDS = 3_000  # characters of its log


def taken_out(commit: str, folder: Path) -> Path:
    """All files of a commit of this repository, in this folder. Raises CalledProcessError: no such commit."""
    told = ["git", "-C", str(ROOT), "archive", "--format=tar", commit]
    archive = subprocess.run(told, capture_output=True, timeout=GIT_LIMIT, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


@contextmanager
def serving(tree: Path, told: Mapping[str, str], log: Path) -> Iterator[str]:
    """The web process of that tree on a free port: its own address. It has the packages of this version."""
    port = free_port()
    # Before the folder that this environment was made for: else the old process would run the new code.
    environment = {**outside(), **told, "PORT": str(port), "PYTHONPATH": str(tree)}
    with log.open("wb") as out:
        web = subprocess.Popen(
            command_of("web", tree), cwd=tree, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _await_ready(web, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()
            try:
                web.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                web.kill()
                web.wait()
            shutil.rmtree(folder_of(port), ignore_errors=True)


def _await_ready(web: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and web.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=2.0, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"it is not ready: {log.read_text('utf-8', 'replace')[-LAST_WORDS:]}")
