"""Runs the endpoint: `python -m local_personalize --port 4567 --data-dir DIR`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from local_personalize import VERSION, blas, pace, quotas
from local_personalize.front import Front
from local_personalize.parents import Parents
from local_personalize.patience import PatientProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from local_personalize.application import Application

GRACE_SECONDS = 2
"""How long requests under way may take when the endpoint is told to stop."""


log = logging.getLogger(__name__)


class CannotStartError(Exception):
    """The endpoint cannot run like this; the message says why and what to do."""


def main() -> int:
    """Serve until SIGTERM, SIGINT, or the last app leaves; return the exit code."""
    arguments = _arguments()
    os.environ.update(blas.limited_to(1))  # requests are answered side by side: threads of each would stand in the way
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _check_settings()
        with _locked(arguments.data_dir) as data, _listening(arguments.port) as listener:
            port: int = listener.getsockname()[1]
            with _announced(data, port):
                server = Server(data, f"http://127.0.0.1:{port}", leave_with_apps=arguments.child)
                with contextlib.closing(server):
                    server.run(sockets=[listener])
    except KeyboardInterrupt:  # SIGINT, or SIGTERM made to look like it
        return 0
    except CannotStartError as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local_personalize", description="Amazon Personalize, on this machine."
    )
    parser.add_argument("--port", type=int, default=4567, help="port on 127.0.0.1; 0 takes a free one (default: 4567)")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--child", action="store_true", help="leave when the apps that use this endpoint have left")
    arguments = parser.parse_args()
    if not 0 <= arguments.port <= 65535:
        parser.error(f"--port must be from 0 to 65535, not {arguments.port}")
    return arguments


def _check_settings() -> None:
    try:
        pace.pace()
        quotas.raised()
    except ValueError as wrong:
        raise CannotStartError(f"{wrong}.") from wrong


class Server(uvicorn.Server):
    """uvicorn, which says when it is ready and loads then what is behind the front."""

    def __init__(self, data: Path, url: str, *, leave_with_apps: bool) -> None:
        self._data, self._url = data, url
        self._leave_with_apps = leave_with_apps
        self._parents = Parents()
        self._threads = ThreadPoolExecutor(1)
        self._loading: Future[Application] | None = None
        self._inner: Future[ASGIApp] = Future()
        config = uvicorn.Config(
            Front(data, url, self._parents, self._inner),
            lifespan="off",
            http=PatientProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, say so, then load."""
        await super().startup(sockets)
        print(f"Amazon Personalize is at {self._url} (data in {self._data})", flush=True)
        self._loading = self._threads.submit(self._load)
        self._loading.add_done_callback(self._leave_if_broken)
        if self._leave_with_apps:
            self._watch = asyncio.create_task(self._parents.outlive(self._leave))

    def close(self) -> None:
        """Stop what was loaded; raises CannotStartError if that had failed."""
        if self._loading is None or not self._loading.done():
            return
        from local_personalize import server

        try:
            app = self._loading.result()
        except Exception as error:
            raise CannotStartError(f"The state in {self._data} cannot be opened: {error}") from error
        server.close(app)

    def _load(self) -> Application:
        from local_personalize import server

        app = server.load(self._data, self._url)
        self._inner.set_result(server.build(app))
        return app

    def _leave_if_broken(self, loading: Future[Application]) -> None:
        failure = loading.exception()
        if failure is not None:
            log.error("The endpoint could not load", exc_info=failure)
            self._inner.set_exception(failure)
            self._leave()

    def _leave(self) -> None:
        self.should_exit = True


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Hold the data directory for this process alone.

    SQLite's own file lock is the one that the standard library has for every system; it ends with the process.
    """
    try:
        data = folder.expanduser().resolve()
        data.mkdir(parents=True, exist_ok=True)
        (data / "server.lock").touch()
    except OSError as error:
        raise CannotStartError(f"{folder} cannot be written: {error.strerror}. Choose another --data-dir.") from error
    lock = sqlite3.connect(data / "server.lock", timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise CannotStartError(f"{data} is in use by {_owner(data)}. Use that one, or another --data-dir.") from error
    try:
        yield data
    finally:
        lock.close()


def _owner(data: Path) -> str:
    try:
        owner = json.loads((data / "server.json").read_text())
        return f"the endpoint at http://127.0.0.1:{owner['port']} (process {owner['pid']})"
    except (OSError, ValueError, KeyError):
        return "another endpoint that is just starting"


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off (40 ms an answer) for sockets that name their protocol alone.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        return listener
    except OSError as error:
        listener.close()
        raise CannotStartError(f"Port {port} is not free: {error.strerror}. Choose another --port, or 0.") from error


@contextlib.contextmanager
def _announced(data: Path, port: int) -> Iterator[None]:
    """Name this process in server.json for as long as it runs."""
    path, temporary = data / "server.json", data / "server.json.tmp"
    temporary.write_text(json.dumps({"pid": os.getpid(), "port": port, "version": VERSION}))
    temporary.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # What still loads or answers in a thread need not be waited for: all that was acknowledged is on the disk.
    os._exit(code)
