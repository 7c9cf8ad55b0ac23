"""A worker process: runs one task at a time beside the endpoint, at low priority, and dies with it.

Both directions are JSON lines over the pipes. Down: {"task", "payload"}. Up: {"progress"}, then one of {"result"},
{"failed"} (the job's own fault) or {"error"} (ours, with a traceback). `python -m local_personalize.worker MODULE ...`
imports the modules while it has nothing to do, so that the first job need not wait for them.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import IO, Any

from local_personalize import blas
from local_personalize.tasks import TaskFailed

Report = Callable[[float, str], None]

BLAS_THREADS = 2
"""Threads of one worker's linear algebra; nice keeps them out of the endpoint's way."""

NICE = 10


class WorkerDiedError(Exception):
    """The process ended before it had an answer."""


class WorkerBrokenError(Exception):
    """The task raised something else than TaskFailed; the message is its traceback."""


class Worker:
    """The endpoint's end of one worker process."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local_personalize.worker", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **blas.limited_to(BLAS_THREADS), "PYTHONUTF8": "1", "PYTHONPATH": path},
        )

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def run(self, task: str, payload: dict[str, Any], report: Report) -> dict[str, Any]:
        """Run "module:function" there and return its result. Raises TaskFailed, WorkerDiedError, WorkerBrokenError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _send(self._process.stdin, {"task": task, "payload": payload})
            for line in self._process.stdout:
                message = json.loads(line)
                if "progress" not in message:
                    return _outcome(message)
                report(*message["progress"])
        except (OSError, json.JSONDecodeError) as broken:  # a pipe or a line cut off in the middle
            raise WorkerDiedError(str(broken)) from broken
        raise WorkerDiedError("the worker process ended")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and its pipes; only for the thread that reads from it."""
        self.kill()
        self._process.communicate()


def _outcome(message: dict[str, Any]) -> dict[str, Any]:
    if "failed" in message:
        raise TaskFailed(message["failed"])
    if "error" in message:
        raise WorkerBrokenError(message["error"])
    result: dict[str, Any] = message["result"]
    return result


def _send(pipe: IO[str], message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def main(modules: Sequence[str]) -> None:
    """Serve tasks until the endpoint's end of the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the endpoint decides for us
    if hasattr(os, "nice"):
        os.nice(NICE)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints goes to the log, not between the replies
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    for module in modules:
        if requests.empty():
            importlib.import_module(module)
    while True:
        _send(replies, _answer(requests.get(), replies))


def _listen(requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Read requests; when the pipe closes the endpoint is gone, and with it the reason for what runs here."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def _answer(request: dict[str, Any], replies: IO[str]) -> dict[str, Any]:
    module, function = request["task"].split(":")

    def report(fraction: float, text: str) -> None:
        _send(replies, {"progress": [fraction, text]})

    try:
        return {"result": getattr(importlib.import_module(module), function)(request["payload"], report)}
    except TaskFailed as failure:
        return {"failed": str(failure)}
    except Exception:  # noqa: BLE001  (the edge of the process: the endpoint logs the traceback)
        return {"error": traceback.format_exc()}


if __name__ == "__main__":
    main(sys.argv[1:])
