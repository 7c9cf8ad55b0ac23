"""Prints how good the lists are beside those of other libraries: python -m benchmarks.peers FOLDER...

The peers (implicit, RecTools, LensKit) are installed into an environment of their own, in a temporary folder that is
removed at the end, or in --environment, which is kept. All train on the same nine users in ten, get the same given
events, and are judged by the same code; what a user has had is left out of every list. Of implicit's ALS the best of
six settings is told, chosen on the very test users: a favour that we do not take ourselves.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import SPLITS, movielens
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.evaluation import USUAL_NDCG, figures_of, query_of
from local_personalize.recommenders.metrics import LIST_LENGTH, best
from local_personalize.recommenders.splitting import TEST_USERS, held_out, hold_out
from local_personalize.recommenders.user_personalization import UserPersonalization

PEERS = ("implicit==0.7.3", "rectools==0.18.0", "lenskit==2025.8.1", "pyarrow==20.0.0")
"""RecTools holds numpy below 2, and LensKit's newest pyarrow does not."""
OURS = "aws-user-personalization"
Lists = list[NDArray[np.int64]]


def environment(folder: Path) -> Path:
    """Install the peers into a folder, unless they are there, and return its Python."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def judged(dataset: Dataset, seed: int, python: Path) -> dict[str, tuple[float, float]]:
    """Return the usual NDCG and the seconds of training of every model on one split."""
    rows = dataset.interactions
    chosen = hold_out(rows.user_ids, TEST_USERS, seed)
    training = Dataset(rows.where(~chosen[rows.users]), dataset.items)
    cuts = held_out(rows, chosen)
    given = [np.unique(rows.items[cut.given]).astype(np.int64) for cut in cuts]
    truths = [np.unique(rows.items[cut.truth]) for cut in cuts]
    started = time.perf_counter()
    model = UserPersonalization.fit(training, seed=seed)
    seconds = time.perf_counter() - started
    own: Lists = []
    for cut, had in zip(cuts, given, strict=True):
        scores = model.scores(query_of(rows, cut))
        scores[had] = -np.inf
        own.append(best(scores, LIST_LENGTH))
    found = {OURS: (own, seconds), **_peers(training, given, python)}
    return {name: (float(figures_of(lists, truths)[USUAL_NDCG].mean()), took) for name, (lists, took) in found.items()}


def _peers(training: Dataset, given: Lists, python: Path) -> dict[str, tuple[Lists, float]]:
    """Let the peers train on the same rows and return their lists and seconds by name."""
    rows, script = training.interactions, Path(__file__).with_name("peer_models.py")
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked.npz", Path(folder) / "answered.npz"
        ends = np.cumsum([len(had) for had in given])
        np.savez(
            asked,
            users=rows.users,
            items=rows.items,
            timestamps=rows.timestamps,
            shape=np.array([len(rows.user_ids), len(training.item_ids)]),
            given=np.concatenate(given),
            ends=ends,
        )
        subprocess.run([str(python), str(script), str(asked), str(answered)], check=True)
        with np.load(answered) as found:
            names = [name for name in found.files if not name.startswith("seconds ")]
            return {name: (list(found[name]), float(found[f"seconds {name}"])) for name in names}


def report(name: str, dataset: Dataset, python: Path, count: int) -> None:
    """Print the means over so many splits, and the difference to ours, paired by split."""
    splits = [judged(dataset, seed, python) for seed in range(count)]
    print(f"\n{name}, {count} splits\n\n| recommender | NDCG@25 | minus ours, paired | training s |\n|---|---|---|---|")
    for model in sorted(splits[0], key=lambda one: np.mean([split[one][0] for split in splits])):
        quality = np.array([split[model][0] for split in splits])
        behind = quality - np.array([split[OURS][0] for split in splits])
        seconds = np.mean([split[model][1] for split in splits])
        print(f"| {model} | {_with_error(quality)} | {_with_error(behind)} | {seconds:.2f} |", flush=True)


def _with_error(values: NDArray[np.float64]) -> str:
    return f"{values.mean():.4f} ± {values.std(ddof=1) / np.sqrt(len(values)):.4f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--environment", type=Path, help="where the peers are, or shall be, installed")
    parser.add_argument("--splits", type=int, default=SPLITS, help="of ten; RecTools' EASE takes a minute each")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        interpreter = environment(arguments.environment or Path(scratch) / "peers")
        for source in arguments.folders:
            report(source.name, movielens(source), interpreter, arguments.splits)
