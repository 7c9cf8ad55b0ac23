"""Prints how the memory of the app's server goes as visitors come and leave: python -m benchmarks.visits [--pages N]

Each visitor is a websocket that asks for every page some times, as a browser does, and closes; nothing is drawn, so
that an hour of clicking takes minutes. The last line is the growth over the second half. Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.page_runs import url_paths
from services.connection import Connection
from services.demo import run_demo
from services.local_endpoint import LocalEndpoint
from services.progress import Progress
from tests.e2e.conftest import BESIDE, MOVIELENS, App, start_app, stop_app

USERS, ROUNDS = 600, 3
MEMORY = 600
"""Megabytes that the app's server may take after an hour of clicking."""


def main() -> None:
    """Start the app with the demo done, and let visitors come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="how many pages are opened (default: 1000)")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        app = start_app(Path(folder))
        try:
            do_demo(app)
            report(np.array(list(visits(app, pages))))
        finally:
            stop_app(app)


def do_demo(app: App) -> None:
    """Load MovieLens, train and deploy."""
    given = MOVIELENS or (str(BESIDE) if BESIDE.exists() else None)
    connection = Connection(endpoint=LocalEndpoint(app.data).url())
    run_demo(connection, Progress(), given=given, cache=app.data / "films")


def visits(app: App, pages: int) -> Iterator[tuple[int, float]]:
    """Let one visitor after the other open all pages; yields after each the pages opened and the megabytes in use."""
    paths = url_paths() * ROUNDS
    for number in range(1, pages // len(paths) + 1):
        before = computed(app)
        with connect(f"ws{app.url.removeprefix('http')}/_stcore/stream", max_size=None, proxy=None) as visitor:
            for path in paths:
                open_page(visitor, path, f"user={number % USERS + 1}")
        opened, used, cost = number * len(paths), megabytes(app), (computed(app) - before) / len(paths)
        print(f"{opened:>6} pages{used:>9.0f} MB{cost * 1000:>9.0f} ms of computing a page", flush=True)
        yield opened, used


def open_page(visitor: ClientConnection, path: str, query: str) -> None:
    """Ask for a page, and read what comes until its script has ended; a script that stopped early runs once more."""
    wish = BackMsg()
    wish.rerun_script.page_name, wish.rerun_script.query_string = path, query
    visitor.send(wish.SerializeToString())
    while True:
        said = ForwardMsg.FromString(visitor.recv(timeout=60, decode=False))
        assert not said.HasField("page_not_found"), path
        assert not said.delta.new_element.HasField("exception"), said
        if said.WhichOneof("type") == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return


def megabytes(app: App) -> float:
    """Return the memory that the app's server holds."""
    status = Path(f"/proc/{app.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000  # type: ignore[index]


def computed(app: App) -> float:
    """Return the seconds of computing that the app's server has taken."""
    fields = Path(f"/proc/{app.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(seen: np.ndarray) -> None:
    """Print the growth over the second half of the (pages, megabytes)."""
    late = seen[len(seen) // 2 :]
    slope = np.polyfit(late[:, 0], late[:, 1], 1)[0]
    print(f"highest {seen[:, 1].max():.0f} MB of {MEMORY} MB; {slope * 1000:+.0f} MB for a thousand pages")


if __name__ == "__main__":
    main()
