"""Prints what training costs: python -m benchmarks.training [--movielens FOLDER] [--rows N]

Each training runs in a process of its own, so that the peak memory is its own; the model is then saved, loaded and
asked. Synthetic rows: lognormal activity of mean 154 events a user, items by a Zipf-Mandelbrot law, tastes in groups.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.quality import movielens
from local_personalize.recommenders import load, recommender_for
from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.dataset import Dataset, Interactions

RECIPES = ("aws-user-personalization", "aws-similar-items", "aws-sims", "aws-popularity-count")
MEAN_EVENTS = 154
SPREAD = 1.2
GROUPS = 20
REQUESTS = 300


def synthetic(rows: int, seed: int = 0) -> Dataset:
    """Return rows of users in groups that share a taste; items grow with the root of the rows, 3,700 for 1M."""
    random = np.random.default_rng(seed)
    users, items = max(25, rows // MEAN_EVENTS), round(3.7 * rows**0.5)
    activity = random.lognormal(sigma=SPREAD, size=users)
    owner = np.sort(random.choice(users, rows, p=activity / activity.sum()))
    weight = 1 / (np.arange(items) + 20.0)
    rank = random.choice(items, rows, p=weight / weight.sum())
    shifted = (rank + (owner % GROUPS) * (items // GROUPS) * (random.random(rows) < 0.5)) % items
    times = 1_600_000_000 + random.integers(0, 3 * 365 * 86_400, rows)
    return Dataset(
        Interactions.from_codes(
            (owner.astype(np.int32), [f"u{user}" for user in range(users)]),
            (shifted.astype(np.int32), [f"i{item}" for item in range(items)]),
            times,
        )
    )


def measure(recipe: str, source: Path | int) -> str:
    """Train a recipe and return its row of the table."""
    dataset = movielens(source) if isinstance(source, Path) else synthetic(source)
    before = peak()
    started, computed = time.perf_counter(), time.process_time()
    model = recommender_for(recipe).fit(dataset)
    trained, computed = time.perf_counter() - started, time.process_time() - computed
    memory = peak() - before
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        started = time.perf_counter()
        loaded = load(Path(folder))
        loading = time.perf_counter() - started
    waits = []
    for user in loaded.user_ids[:REQUESTS]:
        query = Query(user, (Event(loaded.item_ids[0], 2e9),), item_id=loaded.item_ids[-1])
        started = time.perf_counter()
        loaded.publish(loaded.scores(query))
        waits.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.quantile(waits, [0.5, 0.99])
    rows = dataset.interactions
    cells = (
        recipe,
        f"{len(rows):,} ({len(rows.user_ids):,}, {len(dataset.item_ids):,})",
        f"{trained:.2f} ({computed:.2f})",
        f"{memory:,.0f}",
        f"{size:.0f}",
        f"{loading:.2f}",
        f"{p50:.2f} / {p99:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def peak() -> float:
    """Return the process's peak memory so far in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movielens", type=Path, action="append", default=[], help="a folder of any MovieLens size")
    parser.add_argument("--rows", type=int, action="append", default=[], help="how many synthetic rows")
    given = parser.parse_args()
    print(
        "| recipe | rows (users, items) | training s (CPU s) | + peak MB | model MB | load s | request p50 / p99 ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for source in [*given.movielens, *given.rows]:
        for recipe in RECIPES:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.apply(measure, (recipe, source)), flush=True)
