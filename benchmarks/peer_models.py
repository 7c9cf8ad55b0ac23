"""Runs in the peers' environment: trains them on asked.npz and writes their lists to answered.npz (see peers.py)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # implicit asks for it: it has threads of its own

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from lenskit import recommend
from lenskit.als import ImplicitMFScorer
from lenskit.data import ItemList, RecQuery, from_interactions_df
from lenskit.knn import ItemKNNScorer
from lenskit.pipeline import topn_pipeline
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel
from scipy import sparse

LIST_LENGTH = 25
Asked = dict[str, Any]


def models(asked: Asked) -> Iterator[tuple[str, Callable[[], Callable[[Any], Any]]]]:
    """Yield each model's name and a function that trains it and returns one that makes lists for histories."""
    yield "implicit cosine", lambda: _implicit(CosineRecommender(K=100), asked)
    yield "implicit BM25", lambda: _implicit(BM25Recommender(K=100), asked)
    for alpha in (1.0, 10.0):
        for regularization in (0.01, 0.1, 1.0):
            options = {"factors": 64, "iterations": 15, "regularization": regularization, "alpha": alpha}
            name = f"implicit ALS-64 alpha={alpha:g} regularization={regularization:g}"
            yield name, lambda options=options: _implicit(AlternatingLeastSquares(random_state=0, **options), asked)
    yield "LensKit item k-NN", lambda: _lenskit(ItemKNNScorer(k=20, feedback="implicit"), asked)
    yield "LensKit implicit MF-64", lambda: _lenskit(ImplicitMFScorer(embedding_size=64, epochs=15), asked)
    yield "RecTools EASE regularization=300", lambda: _ease(300.0, asked)


def _implicit(model: Any, asked: Asked) -> Callable[[Any], Any]:
    model.fit(_taken(asked), show_progress=False)

    def lists(histories: Any) -> Any:
        users = np.arange(histories.shape[0])
        options = {"filter_already_liked_items": True, "recalculate_user": True}  # test users did not train
        found, _ = model.recommend(users, histories, N=LIST_LENGTH, **options)
        return found

    return lists


def _lenskit(scorer: Any, asked: Asked) -> Callable[[Any], Any]:
    table = pd.DataFrame({"user_id": asked["users"], "item_id": asked["items"]}).drop_duplicates()
    pipeline, known = topn_pipeline(scorer), set(table["item_id"])
    pipeline.train(from_interactions_df(table))

    def lists(histories: Any) -> Any:
        answer = np.full((histories.shape[0], LIST_LENGTH), -1, dtype=np.int64)  # -1 where a list is shorter
        for row, (start, stop) in enumerate(zip(histories.indptr[:-1], histories.indptr[1:], strict=True)):
            given = [item for item in histories.indices[start:stop].tolist() if item in known]
            # Test users did not train, so that there is no id to ask for.
            found = recommend(pipeline, RecQuery(user_items=ItemList(given)), n=LIST_LENGTH).ids()
            answer[row, : len(found)] = found
        return answer

    return lists


def _ease(regularization: float, asked: Asked) -> Callable[[Any], Any]:
    table = pd.DataFrame(
        {
            Columns.User: asked["users"],
            Columns.Item: asked["items"],
            Columns.Weight: 1.0,
            Columns.Datetime: pd.to_datetime(asked["timestamps"], unit="s"),
        }
    )
    dataset = Dataset.construct(table.drop_duplicates([Columns.User, Columns.Item]))
    model = EASEModel(regularization=regularization).fit(dataset)
    places = dataset.item_id_map.external_ids.astype(np.int64)

    def lists(histories: Any) -> Any:
        scores = np.full(histories.shape, -np.inf)
        scores[:, places] = histories[:, places] @ np.asarray(model.weight)
        scores[histories.nonzero()] = -np.inf
        return np.argsort(-scores, axis=1, kind="stable")[:, :LIST_LENGTH]

    return lists


def _taken(asked: Asked) -> Any:
    taken = sparse.csr_matrix((np.ones(len(asked["users"])), (asked["users"], asked["items"])), tuple(asked["shape"]))
    taken.data[:] = 1
    return taken.astype(np.float32)


def _histories(asked: Asked) -> Any:
    pointers = np.concatenate([[0], asked["ends"]])
    shape = (len(asked["ends"]), int(asked["shape"][1]))
    return sparse.csr_matrix((np.ones(len(asked["given"]), np.float32), asked["given"], pointers), shape)


def main(source: str, target: str) -> None:
    """Train every model and write its lists, (test users, 25), and its seconds of training."""
    with np.load(source) as file:
        asked = {name: file[name] for name in file.files}
    histories, answers = _histories(asked), {}
    for name, train in models(asked):
        started = time.perf_counter()
        lists = train()
        answers[f"seconds {name}"] = np.array(time.perf_counter() - started)
        answers[name] = np.asarray(lists(histories), dtype=np.int64)
    np.savez(target, **answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
