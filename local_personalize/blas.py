"""How many threads numpy's products of matrices take: numpy reads it from the environment when it is imported."""

from __future__ import annotations

NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def limited_to(threads: int) -> dict[str, str]:
    """Return the environment variables that set so many threads."""
    return dict.fromkeys(NAMES, str(threads))
