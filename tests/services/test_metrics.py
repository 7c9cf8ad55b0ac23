from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from services.local_insights import TestResults as Results
from services.metrics import BY_LABEL, MANY_USERS, REWARDS, VersionMetrics, difference, interval, metrics_of, trained_on
from services.resources import Resource
from services.verdict import judge

NDCG = BY_LABEL["NDCG@25"]
LABELS = {"a": "Personal", "b": "Popular", "c": "Other"}
USERS = 60


def version(
    arn: str, gain: float, *, spread: float = 0.02, users: int = USERS, measured: bool = True
) -> VersionMetrics:
    """Make a version whose users lie around 0.1 + gain."""
    noise = np.random.default_rng(7).normal(0.1, 0.05, users)
    jitter = np.random.default_rng(ord(arn)).normal(0, spread, users)
    values = noise + gain + jitter - jitter.mean()
    results = Results(tuple(map(str, range(users))), {NDCG.name: values}) if measured else None
    reported = {NDCG.name: float(values.mean()), "coverage": 0.1 + gain}
    return VersionMetrics(arn, f"{arn}/1", "aws-sims", None, reported, results)


def test_an_interval_is_paired_by_user() -> None:
    gap = difference(NDCG.name, version("a", 0.05), version("b", 0.0))
    assert gap is not None
    assert gap.mean == pytest.approx(0.05)
    assert gap.users == USERS
    # Unpaired, users differ by 0.05 and the interval would be four times as wide.
    assert 0.04 < gap.low < gap.mean < gap.high < 0.06
    assert gap.certain


def test_versions_are_comparable_whatever_import_failed_between_them() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def made(kind: str, name: str, hour: int, status: str = "ACTIVE") -> Resource:
        when = start + timedelta(hours=hour)
        return Resource(f"arn:{name}", kind, name, status, "", when, when)

    first, second = made("solution-version", "first", 2), made("solution-version", "second", 4)
    good, bad = made("dataset-import-job", "good", 1), made("dataset-import-job", "bad", 3, "CREATE FAILED")
    assert trained_on(first, [good, bad]) == trained_on(second, [good, bad]) == "arn:good"
    more = made("dataset-import-job", "more", 3)
    assert trained_on(second, [good, more]) != trained_on(first, [good, more]) == "arn:good"


def test_users_are_matched_by_id_not_by_place() -> None:
    here = version("a", 0.05)
    assert here.results is not None
    turned = Results(here.results.users[::-1], {NDCG.name: here.results.values[NDCG.name][::-1]})
    gap = difference(NDCG.name, here, VersionMetrics("b", "b/1", "", None, here.values, turned))
    assert gap is not None
    assert (gap.low, gap.mean, gap.high) == (0, 0, 0)
    assert not gap.certain


def test_the_same_seed_gives_the_same_interval() -> None:
    assert difference(NDCG.name, version("a", 0.01), version("b", 0)) == difference(
        NDCG.name, version("a", 0.01), version("b", 0)
    )


def test_there_is_no_interval_without_results_per_user_or_with_too_few_of_them() -> None:
    assert difference(NDCG.name, version("a", 0.05, measured=False), version("b", 0)) is None
    assert difference(NDCG.name, version("a", 0.05, users=9), version("b", 0, users=9)) is None
    assert difference("coverage", version("a", 0.05), version("b", 0)) is None


def test_a_clear_lead_wins_and_names_the_tied_runner_up() -> None:
    personal, popular, other = version("a", 0.05), version("b", 0.0), version("c", 0.049, spread=0.03)
    verdict = judge(NDCG, [popular, personal, other], popular, LABELS)
    assert verdict.outcome == "wins"
    assert "**Personal** leads on NDCG@25: 0.1" in verdict.text
    assert "more than chance on 60 test users" in verdict.text
    assert "**tied** with Other" in verdict.text
    same = judge(NDCG, [popular, personal, replace(personal, arn="c")], popular, LABELS)
    assert "Other does **as well** for every one of them" in same.text


def test_a_lead_within_the_interval_is_a_tie() -> None:
    verdict = judge(NDCG, [version("a", 0.001, spread=0.05), version("b", 0.0)], version("b", 0.0), LABELS)
    assert verdict.outcome == "tie"
    assert "can be chance" in verdict.text


def test_where_the_baseline_leads_it_is_compared_with_the_runner_up() -> None:
    popular = version("b", 0.05)
    verdict = judge(NDCG, [version("a", 0.0), popular], popular, LABELS)
    assert verdict.outcome == "wins"
    assert verdict.text.startswith("**Popular** leads")
    assert "of Personal" in verdict.text


def test_without_results_per_user_nobody_can_tell() -> None:
    versions = [version("a", 0.05, measured=False), version("b", 0.0, measured=False)]
    verdict = judge(NDCG, versions, versions[1], LABELS)
    assert verdict.outcome == "unsure"
    assert "whether this is chance" in verdict.text


def test_a_metric_that_only_one_version_reports_is_not_judged() -> None:
    silent = VersionMetrics("b", "b/1", "", None, {})
    verdict = judge(NDCG, [version("a", 0.05), silent], silent, LABELS)
    assert verdict.outcome == "unsure"
    assert "Fewer than two" in verdict.text


def test_many_users_have_the_interval_that_drawing_tends_to() -> None:
    gaps = np.random.default_rng(1).exponential(0.1, MANY_USERS)
    drawn, direct = interval(gaps[:-1]), interval(gaps)
    assert drawn == pytest.approx(direct, abs=0.002)
    assert direct[0] < gaps.mean() < direct[1]


def test_figures_of_every_user_say_so() -> None:
    sides = [replace(version(arn, gain), everyone=True) for arn, gain in (("a", 0.05), ("b", 0.0))]
    assert "more than chance on all 60 users" in judge(NDCG, sides, sides[1], LABELS).text
    gap = difference(NDCG.name, sides[0], version("b", 0.0))
    assert gap is not None
    assert gap.people == "60 test users"


def test_rewards_are_a_metric_where_a_version_reports_them() -> None:
    plain = version("a", 0.05)
    assert REWARDS not in metrics_of([plain])
    assert metrics_of([plain, replace(plain, values={**plain.values, REWARDS.name: 0.7})])[-1] == REWARDS
