"""What can be wrong with sample data; apart from what reads them, so that telling of it costs no tables."""

from __future__ import annotations


class MovieLensProblem(Exception):  # noqa: N818  (it reads as what it is)
    """MovieLens is not there, or what is there is not MovieLens; the message says what to do."""
