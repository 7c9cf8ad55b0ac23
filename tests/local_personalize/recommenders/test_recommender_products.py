"""One request and a batch of them are scored by different routines, which must agree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from local_personalize.recommenders.sparse_rows import product


@pytest.mark.parametrize("rows", [1, 3])
def test_a_product_is_that_of_the_dense_matrices(rows: int) -> None:
    random = np.random.default_rng(rows)
    histories = sparse.random_array((rows, 40), density=0.3, format="csr", rng=random)
    matrix = sparse.random_array((40, 25), density=0.2, format="csr", rng=random).astype(np.float32)
    expected = histories.toarray() @ matrix.toarray().astype(np.float64)
    found = product(sparse.csr_array(histories), sparse.csr_array(matrix))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_an_empty_history_gives_zeros() -> None:
    matrix = sparse.csr_array(np.eye(4, dtype=np.float32))
    assert product(sparse.csr_array((1, 4)), matrix).tolist() == [[0.0] * 4]
