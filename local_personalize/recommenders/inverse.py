"""The inverse of a symmetric positive definite matrix, in its own memory and in steps that can be reported."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from local_personalize.recommenders.base import Progress, silent

Real = TypeVar("Real", np.float32, np.float64)

BLOCK = 1_000
STEPS = ("potrf", "trtri", "lauum")
"""LAPACK's factor, the factor's inverse, and the product of that with itself; each takes about as long."""


def symmetric_inverse(matrix: NDArray[Real], text: str, progress: Progress = silent) -> NDArray[Real]:
    """Overwrite a C-ordered matrix, of which only the upper half is read, with its inverse, and return it.

    Raises numpy.linalg.LinAlgError where it is not positive definite.
    """
    if not len(matrix):
        return matrix
    lower: NDArray[Any] = matrix.T
    for number, name in enumerate(STEPS):
        progress(number / len(STEPS), text)
        step: Any = linalg.get_lapack_funcs(name, (lower,))
        lower, failed = step(lower, lower=1, **{"overwrite_a" if number == 0 else "overwrite_c": 1})
        if failed:
            raise np.linalg.LinAlgError("The item matrix is not positive definite.")
    inverse: NDArray[Real] = np.asarray(lower.T)
    _mirror(inverse)
    return inverse


def _mirror(upper: NDArray[Real]) -> None:
    """Copy the upper half of a matrix to the lower one."""
    for start in range(0, len(upper), BLOCK):
        stop = start + BLOCK
        upper[start:stop, :start] = upper[:start, start:stop].T
        corner = np.triu(upper[start:stop, start:stop])
        upper[start:stop, start:stop] = corner + np.triu(corner, 1).T
