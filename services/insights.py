"""Why a list came out as it did, and what it would be for another history: told by this machine's endpoint alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.connection import Connection
from services.local_insights import ask

LONGEST_HISTORY = 1000
"""Items of a history that a request may name; of a longer one, the newest part is heard."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose list, and by which model: a campaign's, recommender's or solution version's ARN."""

    arn: str
    user_id: str | None = None
    history: Sequence[str] = ()
    """Item ids, oldest first, as if the user had just taken them."""
    context: Mapping[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """Return the request members."""
        user = {"userId": self.user_id} if self.user_id else {}
        return {_member(self.arn): self.arn, **user, "history": list(self.history), "context": dict(self.context)}


@dataclass(frozen=True, slots=True)
class Influence:
    """What one item of the history adds to a score, in all and by signal."""

    item_id: str
    value: float
    together: float
    follows: float
    metadata: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of one item's score; they sum to it."""

    item_id: str
    rank: int
    probability: float
    score: float
    influences: tuple[Influence, ...]
    """The strongest push first."""
    popularity: float
    context: float
    user: float
    seen: float
    others: float = 0.0
    """What the items of the history add that are not among the influences."""
    others_count: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """The list for a history, best first, with probabilities where the recipe gives any."""

    item_ids: tuple[str, ...]
    scores: tuple[float | None, ...]
    unknown: tuple[str, ...]
    """Items of the history that the model does not know."""


def preview(connection: Connection, asked: Asked, count: int = 25) -> Preview | None:
    """Return the list for a history that no event was written of; None on AWS. Raises InsightRefused, URLError."""
    answer = ask(connection, "insights/preview", {**asked.members(), "numResults": count})
    if answer is None:
        return None
    listed = answer["itemList"]
    scores = tuple(entry["score"] for entry in listed)
    return Preview(tuple(entry["itemId"] for entry in listed), scores, tuple(answer["unknownItems"]))


def explain(
    connection: Connection, asked: Asked, item_ids: Sequence[str], parts: int | None = None
) -> tuple[Explanation, ...] | None:
    """Return the parts of the scores of items that the model knows; None on AWS. Raises InsightRefused, URLError.

    With parts, only so many of the history's strongest pushes come singly; the others come as their sum.
    """
    wanted = {} if parts is None else {"parts": parts}
    answer = ask(connection, "insights/explain", {**asked.members(), "itemIds": list(item_ids), **wanted})
    return None if answer is None else tuple(_explanation(entry) for entry in answer["items"])


def _explanation(entry: Mapping[str, Any]) -> Explanation:
    return Explanation(
        item_id=entry["itemId"],
        rank=entry["rank"],
        probability=entry["probability"],
        score=entry["score"],
        influences=tuple(_influence(part) for part in entry["watched"]),
        popularity=entry["popularity"],
        context=entry["context"],
        user=entry["user"],
        seen=entry["seen"],
        others=entry["others"]["value"],
        others_count=entry["others"]["items"],
    )


def _influence(part: Mapping[str, Any]) -> Influence:
    return Influence(part["itemId"], part["value"], part["together"], part["follows"], part["metadata"])


def _member(arn: str) -> str:
    """Return which member of a request an ARN belongs in: arn:aws:personalize:REGION:ACCOUNT:solution/NAME/ID."""
    kind = arn.split(":")[5].partition("/")[0]
    return {"campaign": "campaignArn", "recommender": "recommenderArn", "solution": "solutionVersionArn"}[kind]
