"""Metrics against the developer guide's worked examples (page working-with-training-metrics), and lists."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from local_personalize.recommenders.metrics import best, own_hits_ndcg, precision, reciprocal_rank, usual_ndcg


def hits_at(*ranks: int, length: int = 25) -> NDArray[np.bool_]:
    return np.isin(np.arange(1, length + 1), ranks)


def test_mean_reciprocal_rank_of_the_guide() -> None:
    users = [hits_at(4, 10), hits_at(2, 4, 12), hits_at(6)]
    assert np.mean([reciprocal_rank(hits) for hits in users]) == pytest.approx(0.3056, abs=5e-5)


def test_hits_at_two_and_five_of_the_guide() -> None:
    hits = hits_at(2, 5)
    assert reciprocal_rank(hits) == 0.5
    assert precision(hits, 5) == 0.4
    assert own_hits_ndcg(hits, 5) == pytest.approx(0.6241, abs=5e-5)


def test_three_of_ten_of_the_guide() -> None:
    assert precision(hits_at(1, 5, 9, 11), 10) == 0.3


def test_usual_ndcg_knows_what_the_list_missed() -> None:
    gain, ideal = 1 / np.log2(3) + 1 / np.log2(6), sum(1 / np.log2(rank + 1) for rank in (1, 2, 3))
    assert usual_ndcg(hits_at(2, 5), 5, 3) == pytest.approx(gain / ideal)
    assert usual_ndcg(hits_at(1, 2, 3, 4, 5), 5, 80) == pytest.approx(1)


def test_no_hit_is_worth_nothing() -> None:
    nothing = hits_at()
    assert (reciprocal_rank(nothing), precision(nothing, 5), own_hits_ndcg(nothing, 25)) == (0, 0, 0)
    assert usual_ndcg(nothing, 25, 3) == 0


def test_a_hit_beyond_the_depth_does_not_count() -> None:
    assert own_hits_ndcg(hits_at(6), 5) == 0
    assert precision(hits_at(6), 5) == 0


def test_a_list_shorter_than_the_depth_is_divided_by_the_depth() -> None:
    assert precision(hits_at(1, length=3), 5) == 0.2
    assert own_hits_ndcg(hits_at(1, length=3), 25) == 1


def test_best_orders_by_score_then_place() -> None:
    scores = np.array([1.0, 3.0, 2.0, 3.0, 1.0, 1.0])
    assert best(scores, 4).tolist() == [1, 3, 2, 0]
    assert best(scores, 99).tolist() == [1, 3, 2, 0, 4, 5]
    assert best(scores, 0).tolist() == []
