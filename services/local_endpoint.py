"""Finds, starts and looks after the endpoint on this machine: one process per data directory, shared by all apps."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from services.errors import Problem, is_unreachable

if TYPE_CHECKING:  # boto3 and what it brings need not be there before the endpoint starts
    from services.connection import Connection
    from services.progress import Progress

T = TypeVar("T")

START_SECONDS = 60.0
"""How long a start may take; it takes about a second on an idle machine, half a minute on one that is overloaded."""
RETRIES = 3
STOP_SECONDS = 10.0
TRUST_SECONDS = 0.5
"""How long an answer to the health check is believed."""
ROOT = Path(__file__).resolve().parent.parent
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks this machine itself, whatever proxy the environment names."""


def data_directory() -> Path:
    """Return where the endpoint keeps its state: $MARQUEE_DATA, or a folder of the user's own."""
    return Path(os.environ.get("MARQUEE_DATA") or Path.home() / ".marquee").expanduser().resolve()


def samples_directory() -> Path:
    """Return where fetched sample data is kept: beside the endpoint's state, so that a reset leaves it alone."""
    data = data_directory()
    return data.with_name(f"{data.name}-samples")


@functools.cache
def local_endpoint(data: Path) -> LocalEndpoint:
    """Return the endpoint of a data directory; the whole process shares it."""
    return LocalEndpoint(data)


class LocalEndpoint:
    """The endpoint of one data directory, as seen from this app."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._attached: int | None = None
        self._checked = 0.0

    def url(self) -> str:
        """Return where the endpoint listens; start it, or start it again, when it does not answer. Raises Problem."""
        with self._lock:
            if time.monotonic() - self._checked > TRUST_SECONDS:
                self._port = self._found() or self._started()
                self._checked = time.monotonic()
            return _url(self._port)

    def distrust(self) -> None:
        """Check the endpoint's health at the next use, whatever was known of it."""
        self._checked = 0.0

    def served(self, connection: Connection, progress: Progress, work: Callable[[Connection], T]) -> T:
        """Do work that can be begun again, and begin it again when the endpoint went away meanwhile."""
        for _ in range(RETRIES):
            try:
                return work(connection)
            except Exception as failure:
                if not (connection.is_local and is_unreachable(failure)):
                    raise
            progress.interrupt()
            with progress.step("Start the endpoint again"):
                self.distrust()
                connection = replace(connection, endpoint=self.url())
        return work(connection)

    def stop(self) -> None:
        """Stop the endpoint, whoever started it, and wait until it has gone. Raises Problem."""
        with self._lock:
            if port := self._found():
                self._terminate(int(_get_json(f"{_url(port)}/_local/health", 5)["pid"]))
            if self._process is not None:
                self._process.wait(STOP_SECONDS)
            self._process, self._checked = None, 0.0

    def _terminate(self, pid: int) -> None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._found():
            if time.monotonic() > deadline:
                raise Problem("Local Personalize does not stop", f"End the process {pid} by hand and try again.")
            time.sleep(0.05)

    def _found(self) -> int:
        """Return the port of the endpoint that serves this data directory, or 0."""
        try:
            port = int(json.loads((self.data / "server.json").read_text())["port"])
            health = _get_json(f"{_url(port)}/_local/health", 5)
        except (OSError, ValueError, KeyError):
            return 0
        if Path(str(health.get("data", ""))).resolve() != self.data:
            return 0
        # By the process, not the port: an endpoint that was started again has its port from the one before.
        if health.get("pid") != self._attached:
            _attach(port)
            self._attached = health.get("pid")
        return port

    def _started(self) -> int:
        # One that is alive but silent may be busy: a second one could not have the directory anyway.
        if self._process is not None and self._process.poll() is None and (found := self._awaited(self._process)):
            return found
        # The same port as before, so that clients that were made for it go on working.
        for port in dict.fromkeys((self._port, 0)):
            with self._opened_log() as log:
                self._process = _spawn(self.data, port, log)
            if found := self._awaited(self._process):
                return found
        raise Problem("Local Personalize did not start", _reason(self._log_path()))

    def _awaited(self, process: subprocess.Popen[bytes]) -> int:
        """Return the port once the endpoint has loaded, or 0 when the process ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            ended = process.poll() is not None
            # Another app may have been faster: then ours ended at the lock, and the other's answers.
            port = self._found()
            if port and _has_loaded(port):
                return port
            if ended:
                return 0
            time.sleep(0.05)
        process.terminate()
        process.wait(STOP_SECONDS)
        return 0

    def _log_path(self) -> Path:
        return self.data / "logs" / "endpoint.log"

    def _opened_log(self) -> IO[bytes]:
        try:
            self._log_path().parent.mkdir(parents=True, exist_ok=True)
            return self._log_path().open("ab")
        except OSError as failure:
            what = f"{self.data} cannot be written ({failure.strerror})."
            fix = (
                "Give yourself the right to write there, or set MARQUEE_DATA to another folder and start the app again."
            )
            raise Problem("No place to keep the data", f"{what} {fix}") from failure


def _spawn(data: Path, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "local_personalize", "--port", str(port), "--data-dir", str(data), "--child"]
    # A session of its own: Ctrl-C in the app's terminal must not kill a job; the endpoint leaves after its last app.
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    # Somebody has to wait for it even where this app forgets it, or else it stays a zombie and Python complains.
    threading.Thread(target=process.wait, name="endpoint-reaper", daemon=True).start()
    return process


def _has_loaded(port: int) -> bool:
    """Ask for what is answered only after the state was opened: the health check answers before."""
    try:
        _DIRECT.open(f"{_url(port)}/_local/progress?arn=", timeout=START_SECONDS).close()
    except urllib.error.HTTPError as refused:
        return refused.code < 500
    except OSError:
        return False
    return True


def _attach(port: int) -> None:
    body = json.dumps({"pid": os.getpid()}).encode()
    request = urllib.request.Request(f"{_url(port)}/_local/attach", body, {"Content-Type": "application/json"})
    _DIRECT.open(request, timeout=5).close()


def _get_json(url: str, seconds: float) -> dict[str, Any]:
    with _DIRECT.open(url, timeout=seconds) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _reason(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    last = lines[-1] if lines else "It said nothing."
    return f"It ended with: {last} The whole log is in {log}."
