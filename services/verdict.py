"""Says in a sentence which solution version is better, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.metrics import Difference, Metric, VersionMetrics, difference

Outcome = Literal["wins", "tie", "unsure"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "which is better?"."""

    outcome: Outcome
    text: str


def judge(
    metric: Metric, versions: Sequence[VersionMetrics], baseline: VersionMetrics, labels: Mapping[str, str]
) -> Verdict:
    """Compare the leader of a metric with the baseline and with the runner-up; labels name versions by ARN."""
    measured = [version for version in versions if metric.name in version.values]
    if len(measured) < 2 or metric.name not in baseline.values:
        return Verdict("unsure", f"Fewer than two of the chosen versions report {metric.label}.")
    ranked = sorted(measured, key=lambda version: version.values[metric.name], reverse=True)
    leader, second = ranked[0], ranked[1]
    if leader.arn == baseline.arn:
        return _against(metric, baseline, second, labels, second)
    return _against(metric, leader, baseline, labels, second)


def _against(
    metric: Metric, leader: VersionMetrics, other: VersionMetrics, labels: Mapping[str, str], second: VersionMetrics
) -> Verdict:
    name, ahead = labels[leader.arn], leader.values[metric.name]
    behind = other.values[metric.name]
    numbers = f"**{name}** leads on {metric.label}: {ahead:.3f} against {behind:.3f} of {labels[other.arn]}{_percent(ahead, behind)}."
    if metric.name == "coverage":
        return Verdict(
            "wins" if ahead > behind else "tie", f"{numbers} Coverage is counted over the catalogue, not per user."
        )
    gap = difference(metric.name, leader, other)
    if gap is None:
        return Verdict(
            "unsure", f"{numbers} There are no results per user to compare, so we cannot say whether this is chance."
        )
    if not gap.certain:
        return Verdict("tie", f"{numbers} On {gap.users} test users that can be chance{_interval(gap)}: call it a tie.")
    return Verdict(
        "wins",
        f"{numbers} That is more than chance on {gap.users} test users{_interval(gap)}.{_tied(metric, leader, other, second, labels)}",
    )


def _tied(
    metric: Metric, leader: VersionMetrics, other: VersionMetrics, second: VersionMetrics, labels: Mapping[str, str]
) -> str:
    """Name the runner-up where it is not the one just compared."""
    gap = difference(metric.name, leader, second) if second.arn != other.arn else None
    if gap is None:
        return ""
    return f" It {'also beats' if gap.certain else 'is **tied** with'} {labels[second.arn]} ({second.values[metric.name]:.3f})."


def _percent(ahead: float, behind: float) -> str:
    return f" ({(ahead - behind) / behind:+.0%})" if behind > 0 else ""


def _interval(gap: Difference) -> str:
    return f" (difference {gap.mean:+.3f}, 95 % interval {gap.low:+.3f} to {gap.high:+.3f})"
