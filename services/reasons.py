"""Why each item of a list is there, in the few words of a row, and what the list would be for another history."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.insights import LONGEST_HISTORY, Asked, Explanation, explain, preview
from services.local_insights import InsightRefused
from services.recommendations import RankedItem

log = logging.getLogger(__name__)
POPULAR = "its popularity"


def explained(
    connection: Connection,
    asked: Asked,
    item_ids: Sequence[str],
    parts: int | None = None,
) -> dict[str, Explanation]:
    """Return the parts of items' scores by item id; empty on AWS and for recipes whose scores have no parts.

    With parts, only so many of the strongest pushes come singly, as insights.explain says.
    """
    try:
        found = explain(connection, asked, item_ids, parts)
    except InsightRefused:
        return {}
    except OSError as failure:
        # The list is there; what explains it is an extra that must not take it away.
        log.warning("no reasons for %s", asked.arn, exc_info=failure)
        return {}
    return {explanation.item_id: explanation for explanation in found or ()}


def reasons(ranked: Iterable[RankedItem], parts: Mapping[str, Explanation], catalog: Catalog) -> dict[str, str]:
    """Return for each item what brought it up most: what the service says, something of the history, or popularity."""
    return {
        entry.item.item_id: entry.reason or _reason(parts[entry.item.item_id], catalog)
        for entry in ranked
        if entry.reason or entry.item.item_id in parts
    }


def _reason(explanation: Explanation, catalog: Catalog) -> str:
    strongest = explanation.influences[0] if explanation.influences else None
    if strongest is None or strongest.value <= 0:
        return POPULAR
    return catalog.item(strongest.item_id).label


def what_if(
    connection: Connection, deployment: Deployment, history: Sequence[str], count: int, catalog: Catalog
) -> tuple[RankedItem, ...] | None:
    """Return the list for somebody with this history, oldest first; None where nobody can tell."""
    try:
        found = preview(connection, Asked(deployment.arn, history=history[-LONGEST_HISTORY:]), count)
    except InsightRefused:
        return None
    if found is None:
        return None
    pairs = zip(found.item_ids, found.scores, strict=True)
    return tuple(RankedItem(rank, catalog.item(item), score) for rank, (item, score) in enumerate(pairs, start=1))
