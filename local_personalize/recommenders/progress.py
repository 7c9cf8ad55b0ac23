"""Passes on how far a part of a training is as the share of the whole."""

from __future__ import annotations

from local_personalize.recommenders.base import Progress


def part(progress: Progress, begin: float, end: float) -> Progress:
    """Return what a part reports to, from 0 to 1, that is begin to end of the whole."""
    return lambda fraction, text: progress(begin + (end - begin) * fraction, text)
