"""Semantic-Similarity: items whose texts speak of the same things; who took them does not count.

The words of an item's texts and categories are weighed by tf-idf, (1 + log tf) log((1 + n) / (1 + df)), and their
truncated singular value decomposition (latent semantic analysis, Deerwester et al. 1990) brings words together that
come with the same other words. relation = mean of the cosines of the words and of the latent topics. A campaign may add
its factor times popularity (events over the most of any item), and times freshness (how far CREATION_TIMESTAMP lies
between the oldest and the newest), both as they were at training.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, Query, silent
from local_personalize.recommenders.dataset import Dataset, Table
from local_personalize.recommenders.related import RelatedItems
from local_personalize.recommenders.sparse_rows import Matrix, packed, unpacked
from local_personalize.recommenders.trained import Arrays, Trained

TOPICS = 64
WORDS_PER_TOPIC = 4
"""Fewer topics than words, or nothing is brought together."""
MOST_WORDS = 20_000
WORD = re.compile(r"\w+")
CREATED = "CREATION_TIMESTAMP"
POPULARITY, FRESHNESS = "POPULARITY", "FRESHNESS"


class SemanticSimilarity(RelatedItems):
    """Holds every item's words (items, words) and topics (items, topics), each row of length 1 or empty."""

    def __init__(self, trained: Trained, words: Matrix, topics: Floats, freshness: Floats) -> None:
        super().__init__(trained)
        self.words = words
        self.topics = topics
        events = trained.item_events.astype(np.float64)
        self.standings = {POPULARITY: events / max(events.max(initial=0.0), 1.0), FRESHNESS: freshness}

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        progress(0.1, "Reading the texts of the items")
        words = weighted_words(dataset)
        progress(0.5, "Learning which words belong together")
        return cls(Trained.of(dataset), words, latent_topics(words, seed), _freshness(dataset))

    def relation(self, item: int) -> Floats:
        worded = (self.words @ self.words[[item]].toarray()[0]) + self.topics @ self.topics[item]
        return np.asarray(np.maximum(worded, 0.0) / 2)

    def scores(self, query: Query) -> Floats:
        answer = super().scores(query)
        item = self.trained.item_index.get(query.item_id or "")
        if item is None:
            return answer
        for name, factor in query.influence.items():
            answer += factor * self.standings[name]
        answer[item] = answer.min() - 1
        return answer

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        arrays = {"topics": self.topics, "freshness": self.standings[FRESHNESS]}
        return {**packed("words", self.words), **arrays}, {}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, unpacked("words", arrays), arrays["topics"], arrays["freshness"])


def weighted_words(dataset: Dataset) -> Matrix:
    """Return tf-idf rows of length 1, (items, words), of the commonest 20,000 words that two items or more have."""
    texts = _texts(dataset.items)
    counts = [Counter(WORD.findall(texts.get(item_id, "").lower())) for item_id in dataset.item_ids]
    spread = Counter(word for counted in counts for word in counted)
    kept = sorted((word for word, items in spread.items() if items > 1), key=lambda word: (-spread[word], word))
    places = {word: place for place, word in enumerate(kept[:MOST_WORDS])}
    rows = [
        (row, places[word], n) for row, counted in enumerate(counts) for word, n in counted.items() if word in places
    ]
    cells = np.array(rows, dtype=np.float64).reshape(-1, 3)
    rarity = np.log((1 + len(counts)) / (1 + np.array([spread[word] for word in places], dtype=np.float64)))
    columns = cells[:, 1].astype(np.int64)
    weights = (1 + np.log(cells[:, 2])) * rarity[columns]
    entries = (weights, (cells[:, 0].astype(np.int64), columns))
    matrix = sparse.csr_array(entries, shape=(len(counts), len(places)))
    return sparse.csr_array(matrix.multiply(_reciprocal(np.sqrt(matrix.multiply(matrix).sum(axis=1)))[:, None]))


def latent_topics(words: Matrix, seed: int) -> Floats:
    """Return each item's place among the strongest topics, (items, topics), as rows of length 1 or 0."""
    count = min(TOPICS, min(words.shape) // WORDS_PER_TOPIC)
    if count < 1 or not words.nnz:
        return np.zeros((words.shape[0], 0))
    start = np.random.default_rng(seed).standard_normal(min(words.shape))
    left, values, _ = linalg.svds(words, k=count, v0=start)
    topics = left * values
    return np.asarray(topics * _reciprocal(np.sqrt((topics**2).sum(axis=1)))[:, None])


def _texts(items: Table | None) -> dict[str, str]:
    """Return the texts and categories of each item in one text."""
    return (
        {} if items is None else dict(zip(items.ids, map(" ".join, zip(*_columns(items), strict=True)), strict=False))
    )


def _columns(items: Table) -> Iterator[list[str]]:
    for cells in items.columns.values():
        if any(isinstance(cell, str) for cell in cells):
            yield [cell if isinstance(cell, str) else "" for cell in cells]


def _freshness(dataset: Dataset) -> Floats:
    """Return 0 for the oldest item to 1 for the newest; items without a time count as the oldest."""
    created: dict[str, float] = {}
    if dataset.items is not None and CREATED in dataset.items.columns:
        cells = zip(dataset.items.ids, dataset.items.columns[CREATED], strict=True)
        created = {item_id: float(cell) for item_id, cell in cells if cell is not None}
    oldest, newest = min(created.values(), default=0.0), max(created.values(), default=0.0)
    age = np.array([created.get(item_id, oldest) - oldest for item_id in dataset.item_ids], dtype=np.float64)
    return np.asarray(age / max(newest - oldest, 1.0))


def _reciprocal(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / np.where(lengths > 1e-12, lengths, 1.0)
