"""Letters that are seen: the others can break a picture, or turn round the words that follow."""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, which no XML may hold, and those that change the direction of writing until it is ended."""


def visible(text: str) -> str:
    """Return text on one line without the characters that nobody sees."""
    return _UNSEEN.sub("", " ".join(text.split()))
