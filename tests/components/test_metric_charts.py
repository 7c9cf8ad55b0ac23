from __future__ import annotations

from dataclasses import replace

import pytest

from components.metric_charts import column_ranks, dumbbell, forest, heatmap, pareto, trade_off
from components.theme import DARK, LIGHT
from services.metrics import BY_LABEL, METRICS, Difference, VersionMetrics

NDCG = BY_LABEL["NDCG@25"]
LABELS = {"p": "Popularity", "u": "Personal", "s": "SIMS"}
POPULAR, PERSONAL, SIMS = (
    VersionMetrics(arn, f"{arn}/1", "", None, {metric.name: value for metric in METRICS} | {"coverage": coverage})
    for arn, value, coverage in (("p", 0.05, 0.01), ("u", 0.15, 0.07), ("s", 0.08, 0.2))
)
NO_NDCG = VersionMetrics("s", "s/1", "", None, {"coverage": 0.2})


def test_the_forest_shows_what_is_certain_and_what_may_be_chance() -> None:
    gaps = {"Personal": Difference("u", 0.1, 0.05, 0.15, 61), "SIMS": Difference("s", 0.01, -0.02, 0.04, 61)}
    drawn = forest(gaps, NDCG, LIGHT)
    sure, chance = drawn.data
    assert (list(sure.y), list(sure.x), sure.marker.color, sure.marker.symbol) == (
        ["Personal"],
        [0.1],
        LIGHT.accent,
        "circle",
    )
    assert (list(chance.y), chance.marker.color, chance.marker.symbol) == (["SIMS"], LIGHT.muted, "circle-open")
    reach = [(trace.x[0] - trace.error_x.arrayminus[0], trace.x[0] + trace.error_x.array[0]) for trace in drawn.data]
    assert reach == [pytest.approx((0.05, 0.15)), pytest.approx((-0.02, 0.04))]
    assert list(drawn.layout.yaxis.categoryarray) == ["SIMS", "Personal"], "the largest is the topmost"
    assert drawn.layout.yaxis.type == "category", "groups may be called 18 and 25"
    assert drawn.layout.shapes[0].x0 == 0


def test_the_front_holds_what_no_other_beats_on_both() -> None:
    assert pareto([(0.01, 0.05), (0.07, 0.15), (0.2, 0.08), (0.05, 0.1)]) == [(0.07, 0.15), (0.2, 0.08)]


def test_the_trade_off_leaves_out_versions_without_the_metric() -> None:
    drawn = trade_off([POPULAR, PERSONAL, NO_NDCG], LABELS, NDCG, "p", DARK)
    dots = drawn.data[-1]
    assert [text.strip() for text in dots.text] == ["Popularity", "Personal"]
    assert list(dots.marker.symbol) == ["diamond", "circle"]
    assert list(dots.customdata) == ["p", "u"]


def test_versions_on_one_point_share_a_label_of_two_lines_that_stays_inside() -> None:
    twins = [replace(PERSONAL, arn=arn) for arn in ("a", "b", "c")]
    wide = replace(SIMS, arn="w")
    drawn = trade_off([POPULAR, *twins, wide], LABELS | {"a": "A", "b": "B", "c": "C", "w": "W"}, NDCG, "p", LIGHT)
    dots = drawn.data[-1]
    assert [text.split() for text in dots.text] == [["Popularity"], ["A", "<br>", "and", "2", "more"], [], [], ["W"]]
    assert list(dots.textposition) == [*["top right"] * 4, "bottom left"]


def test_colour_is_the_rank_within_the_column() -> None:
    assert column_ranks([[0.1, 5.0], [0.2, 5.0], [0.9, None]]) == [[0.0, 0.5], [0.5, 0.5], [1.0, None]]


def test_the_heat_map_writes_a_dash_where_nothing_is_reported() -> None:
    drawn = heatmap([POPULAR, NO_NDCG], LABELS, LIGHT).data[0]
    assert list(drawn.x) == [metric.label for metric in METRICS]
    assert [list(row) for row in drawn.text][1] == ["–"] * 7 + ["0.200"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_dumbbell_joins_two_versions_by_metric(palette: object) -> None:
    drawn = dumbbell(PERSONAL, POPULAR, LABELS, palette)  # type: ignore[arg-type]
    assert [trace.name for trace in drawn.data[-2:]] == ["Popularity", "Personal"]
    assert list(drawn.data[0].x)[:4] == [0.05, 0.15, None, 0.05], "a line for each metric, with a gap between them"
