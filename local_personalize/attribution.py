"""What metric attributions rest on: which campaign a recommendation ID comes from, and what an expression sums.

A recommendation ID carries a digest of its campaign or recommender, so that an event that names it can be attributed
without a record of every recommendation ever made (guide: metric-attribution-requirements).
"""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

UNDEFINED = "SOURCE_NAME_UNDEFINED"
"""The source in reports of events that name none."""

WINDOW_SECONDS = 900
EXPRESSION = re.compile(r"SUM\(\s*(Items|Interactions)\.(\w+)\s*\)|SAMPLECOUNT\(\s*\)", re.IGNORECASE)
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Summed:
    """What an expression adds up: a column of a dataset, or with both empty the number of events."""

    dataset: str = ""
    column: str = ""

    @property
    def function(self) -> str:
        """Return the function's name as reports show it."""
        return "sum" if self.column else "samplecount"


def recommendation_id(arn: str) -> str:
    """Return a new ID for what a campaign or recommender answers: a random UUID that ends with the ARN's digest."""
    return str(uuid.UUID(hex=secrets.token_hex(16 - _DIGITS // 2) + _digest(arn)))


def source_of(recommendation: str, arns: Iterable[str]) -> str | None:
    """Return which of the campaigns and recommenders made a recommendation, or None."""
    return next((arn for arn in arns if recommendation.endswith(_digest(arn))), None)


def parse(expression: str) -> Summed | None:
    """Read SUM(Items.LENGTH), SUM(Interactions.EVENT_VALUE) or SAMPLECOUNT(); None where it is none of them."""
    found = EXPRESSION.fullmatch(expression.strip())
    if found is None:
        return None
    return Summed(found[1].capitalize(), found[2].upper()) if found[1] else Summed()


@functools.lru_cache(maxsize=1024)
def _digest(arn: str) -> str:
    return hashlib.sha256(arn.encode()).hexdigest()[:_DIGITS]
