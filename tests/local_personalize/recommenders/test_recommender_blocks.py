"""What is computed in blocks, tables and halves is what the formulas say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from local_personalize.recommenders import dataset, ease, transitions
from local_personalize.recommenders.dataset import Interactions
from local_personalize.recommenders.inverse import symmetric_inverse
from local_personalize.recommenders.sparse_rows import nearest

ITEMS, WINDOW = 9, 4


def events(weighted: bool = False) -> Interactions:
    draw = np.random.default_rng(3)
    users, items = draw.integers(0, 6, 120).astype(np.int32), draw.integers(0, 7, 120).astype(np.int32)
    rows = Interactions.from_codes((users, list("abcdef")), (items, list("1234567")), draw.permutation(120))
    weights = draw.random(120).astype(np.float32)
    return replace(rows, weights=weights) if weighted else rows


def followers(rows: Interactions) -> NDArray[np.float64]:
    """Sum pair by pair, as the formula of the module says."""
    sums, counts = np.zeros((ITEMS, ITEMS)), np.bincount(rows.items, minlength=ITEMS)
    for here in range(len(rows)):
        for there in range(here + 1, min(here + WINDOW + 1, len(rows))):
            pair = rows.items[here], rows.items[there]
            if rows.users[here] == rows.users[there] and pair[0] != pair[1]:
                weight = 1.0 if rows.weights is None else float(rows.weights[there])
                sums[pair] += weight * 0.5 ** ((there - here - 1) / transitions.HALF_LIFE)
    spread = np.sqrt(counts + transitions.SHRINKAGE)
    return np.asarray(sums / spread[:, None] / spread)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("block_pairs", [8, 60, 10_000])
def test_transitions_are_those_of_the_formula(
    monkeypatch: pytest.MonkeyPatch, weighted: bool, block_pairs: int
) -> None:
    monkeypatch.setattr(transitions, "BLOCK_PAIRS", block_pairs)
    rows = events(weighted)
    found = transitions.transitions(rows, ITEMS, window=WINDOW)
    np.testing.assert_allclose(found.toarray(), followers(rows), rtol=1e-6)


def test_the_nearest_are_the_largest_and_of_equal_ones_the_first() -> None:
    rows = np.array([[3, 1, 2, 2, 2], [0, 0, 5, 0, 4], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]], dtype=np.float64)
    kept = nearest(sparse.csr_array(rows), 3).toarray()
    assert kept.tolist() == [[3, 0, 2, 2, 0], [0, 0, 5, 0, 4], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]]


@pytest.mark.parametrize("block", [1, 7, 10_000])
@pytest.mark.parametrize("loyal", [False, True])
def test_distinct_pairs_are_those_of_all_rows_at_once(monkeypatch: pytest.MonkeyPatch, block: int, loyal: bool) -> None:
    monkeypatch.setattr(dataset, "BLOCK", block)
    rows = events()
    if loyal:
        rows = rows.where(rows.users == 2)
    expected = np.unique(rows.users.astype(np.int64) * len(rows.item_ids) + rows.items)
    np.testing.assert_array_equal(rows.distinct_pairs(), expected)


@pytest.mark.parametrize("precision", ["f4", "f8"])
def test_the_upper_half_is_enough_for_the_inverse(precision: str) -> None:
    root = np.random.default_rng(0).random((40, 60))
    whole = root @ root.T + 5 * np.eye(40)
    half: NDArray[Any] = np.where(np.tri(40, k=-1, dtype=np.bool_), np.nan, whole).astype(precision)
    np.testing.assert_allclose(symmetric_inverse(half, ""), np.linalg.inv(whole), atol=1e-4)


def test_a_matrix_without_an_inverse_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        symmetric_inverse(np.array([[1.0, 2.0], [2.0, 1.0]]), "")


@pytest.mark.parametrize("form", [ease.DualEase, ease.PrimalEase])
@pytest.mark.parametrize("density", [0.05, 0.2, 0.9])
def test_both_forms_of_ease_are_that_of_the_paper(
    monkeypatch: pytest.MonkeyPatch, form: type[ease.DualEase] | type[ease.PrimalEase], density: float
) -> None:
    monkeypatch.setattr(ease, "BLOCK", 16)
    monkeypatch.setattr(ease, "REPORTED", 5)
    monkeypatch.setattr(ease, "BLOCK_OF_FEW", 3)
    taken = (np.random.default_rng(1).random((50, 30)) < density).astype(np.float64)
    inverse = np.linalg.inv(taken @ taken.T + 7 * np.eye(50))
    weights = np.eye(50) - inverse / np.diag(inverse)
    scores = form.fit(sparse.csr_array(taken), 7.0).scores(sparse.csr_array(np.eye(50)))
    np.testing.assert_allclose(scores, weights, atol=1e-5)
