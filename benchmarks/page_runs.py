"""Prints how long the script of each page runs, without a browser: python -m benchmarks.page_runs

Each page of the app runs in Streamlit's AppTest on an endpoint with the demo done on the small cinema of the page
tests, after a run that warms it up; every other run comes after what was read of the resources has run out.
"""

from __future__ import annotations

import ast
import gc
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.warm_up import warm_up
from tests.conftest import ROOT
from tests.pages.cinema import open_page, opened_cinema

RUNS = 10
OLD = 2.1
"""Seconds after which the resources of a dataset group are read again."""
BUDGET = 0.1


def main() -> None:
    """Run the pages and print the times."""
    with tempfile.TemporaryDirectory() as folder, opened_cinema(Path(folder)) as endpoint:
        os.environ["MARQUEE_DATA"] = str(endpoint.data)
        warm_up()
        gc.freeze()
        print(f"{'page':<20}{'median':>10}{'p95':>10}{'CPU median':>14}{'budget':>10}")
        with pytest.MonkeyPatch.context() as patch:
            taken = {stem: measure(open_page(stem, patch, endpoint)) for stem in stems()}
    for stem, runs in taken.items():
        record(stem, runs)
    record("all", np.concatenate(list(taken.values())))


def stems() -> list[str]:
    """Return the names of the pages' files."""
    return [stem for stem, *_ in pages()]


def url_paths() -> list[str]:
    """Return the pages' addresses on the server; the first page's has no path."""
    return ["", *(path for *_, path in pages()[1:])]


def pages() -> list[tuple[str, str, str, str]]:
    """Return the pages as app.py lists them: stem, title, icon and address."""
    tree = ast.parse((ROOT / "app.py").read_text())
    listed = next(
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES"
    )
    return [page for section in ast.literal_eval(listed).values() for page in section]


def measure(app: AppTest) -> np.ndarray:
    """Return the seconds and the CPU seconds of runs, (runs, 2)."""
    app.run()
    assert not app.exception, app.exception
    return np.array([_run(app, old=bool(number % 2)) for number in range(RUNS)])


def record(what: str, runs: np.ndarray) -> None:
    """Print one line of the table."""
    median, late, cpu = np.median(runs[:, 0]), np.quantile(runs[:, 0], 0.95), np.median(runs[:, 1])
    print(f"{what:<20}{median * 1000:>7.0f} ms{late * 1000:>7.0f} ms{cpu * 1000:>11.0f} ms{BUDGET * 1000:>7.0f} ms")


def _run(app: AppTest, *, old: bool) -> tuple[float, float]:
    if old:
        time.sleep(OLD)
    wall, cpu = time.perf_counter(), time.process_time()
    app.run()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
