"""Says in a sentence which solution version is better, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.metrics import MIN_USERS, Difference, Metric, VersionMetrics, difference

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
        return Verdict("unsure", f"Fewer than two versions report {metric.label}: there is nothing to compare.")
    leader, second = sorted(measured, key=lambda version: version.values[metric.name], reverse=True)[:2]
    rival = second if leader.arn == baseline.arn else baseline
    lead = _lead(metric, leader, rival, labels)
    if metric.name == "coverage":
        return Verdict("wins", f"{lead} Coverage is counted over the catalogue, not per user.")
    gap = difference(metric.name, leader, rival)
    if gap is None:
        return Verdict("unsure", f"{lead} {_doubt(leader, rival)}")
    if not gap.certain:
        return Verdict("tie", f"{lead} On {gap.people} that can be chance ({_interval(gap)}): call it a tie.")
    sure = f"That is more than chance on {gap.people} ({_interval(gap)})."
    runner_up = "" if second.arn == rival.arn else _runner_up(metric, leader, second, labels)
    return Verdict("wins", f"{lead} {sure}{runner_up}")


def _doubt(leader: VersionMetrics, rival: VersionMetrics) -> str:
    if leader.results and rival.results:
        return f"Fewer than {MIN_USERS} users were tested on both: too few to say whether this is chance."
    return "There are no results per user to compare, so nobody can say whether this is chance."


def _lead(metric: Metric, leader: VersionMetrics, rival: VersionMetrics, labels: Mapping[str, str]) -> str:
    ahead, behind = leader.values[metric.name], rival.values[metric.name]
    percent = f" ({(ahead - behind) / behind:+.0%})" if behind > 0 else ""
    numbers = f"{ahead:.3f} against {behind:.3f} of {labels[rival.arn]}{percent}"
    return f"**{labels[leader.arn]}** leads on {metric.label}: {numbers}."


def _runner_up(metric: Metric, leader: VersionMetrics, second: VersionMetrics, labels: Mapping[str, str]) -> str:
    gap = difference(metric.name, leader, second)
    if gap is None:
        return ""
    value = f"({second.values[metric.name]:.3f})"
    if gap.low == gap.high == 0:
        return f" {labels[second.arn]} does **as well** for every one of them {value}."
    relation = "also beats" if gap.certain else "is **tied** with"
    return f" It {relation} {labels[second.arn]} {value}."


def _interval(gap: Difference) -> str:
    return f"difference {gap.mean:+.3f}, 95\u00a0% interval {gap.low:+.3f} to {gap.high:+.3f}"
