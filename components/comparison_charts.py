"""The charts of the comparison with their headings, captions and descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from components.figures import CONFIG, mix
from components.interval_chart import Row, intervals
from components.metric_charts import dumbbell, forest, heatmap, parallel, trade_off
from components.theme import palette
from services.metrics import Difference, Metric, VersionMetrics


def show_forest(known: Mapping[str, Difference], metric: Metric, *, alone: bool) -> None:
    """Draw the paired differences to the baseline, or say why there are none; alone: nothing else was chosen."""
    st.header("More than chance?", anchor=False)
    if known:
        said = "; ".join(f"{name} {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})" for name, gap in known.items())
        st.plotly_chart(
            forest(known, metric, palette()), key="metrics.forest", alt=f"Differences to the baseline: {said}",
            config=CONFIG,
        )  # fmt: skip
        st.caption(
            "Difference user by user, mean and 95 % bootstrap interval. Hollow: zero is inside, so it can be chance."
        )
        return
    if metric.name == "coverage":
        text = "Coverage is one number for the whole catalogue: there is nothing to pair by user."
    elif alone:
        text = "A second version gives the difference to the first, and how sure it is."
    else:
        text = (
            "AWS reports one number per version and nothing per user, so there is no interval to draw. "
            "Versions trained on this computer have one."
        )
    st.info(text, icon=":material/info:")


def show_trade_off(
    versions: Sequence[VersionMetrics], labels: Mapping[str, str], metric: Metric, baseline: str, close: str = ""
) -> None:
    """Draw accuracy against coverage; baseline is an ARN, close the session key that takes the label of a clicked dot.

    Without such a key nothing is said of one version further down, and a click does nothing.
    """
    st.header("Accuracy against coverage", anchor=False)
    said = "; ".join(
        f"{labels[v.arn]} {v.values.get(metric.name, 0):.3f} at {v.values.get('coverage', 0):.1%}" for v in versions
    )
    drawn = trade_off(versions, labels, metric, baseline, palette())
    key = "metrics.trade_off"
    names = {arn: label for arn, label in labels.items() if arn != baseline}
    st.plotly_chart(
        drawn, key=key, alt=said, config=CONFIG, selection_mode="points",
        on_select=(lambda: take_dot(key, names, close)) if close else "ignore",
    )  # fmt: skip
    more = " Click a version to see below who gains and who loses by it." if close else ""
    st.caption(f"Up and to the right is better; the dotted line joins what no other version beats on both.{more}")


def take_dot(key: str, names: Mapping[str, str], close: str) -> None:
    """Note under close the label of the version whose dot was clicked; names are the labels by ARN."""
    arns = [point.get("customdata") for point in st.session_state[key]["selection"]["points"]]
    if picked := next((names[arn] for arn in arns if arn in names), None):
        st.session_state[close] = picked
        st.toast(f"Further down: who gains and who loses by {picked}", icon=":material/arrow_downward:")


def show_sample() -> None:
    """Draw, faded, what the comparison will look like; its figures are nobody's."""
    colors = palette()
    faded = mix(colors.surface, colors.muted, 0.45)
    rows = [
        Row("Your best solution", 0.21, 0.13, 0.28, "an example"),
        Row("Another one", 0.12, 0.05, 0.19, "an example"),
        Row("Hardly a difference", 0.02, -0.03, 0.07, "an example"),
    ]
    look = replace(colors, accent=faded, muted=faded, text=faded)
    drawn = intervals(rows, "Difference to the popularity baseline", look, 260, labelled=True)
    with st.container(border=True):
        st.caption(":material/visibility: An example, not your data: each solution against popularity, and how sure.")
        st.plotly_chart(
            drawn, key="metrics.sample", config={"staticPlot": True},
            alt="An example of the comparison: two solutions are better than popularity, of one it cannot be told",
        )  # fmt: skip


def show_all_metrics(versions: Sequence[VersionMetrics], baseline: VersionMetrics, labels: Mapping[str, str]) -> None:
    """Draw every metric: of two versions joined by lines, of more as a heat-map."""
    others = [version for version in versions if version is not baseline]
    two = len(versions) == 2 and len(others) == 1
    if two:
        st.header(f"{labels[others[0].arn]} and {labels[baseline.arn]}, metric by metric", anchor=False)
        drawn = dumbbell(others[0], baseline, labels, palette())
    else:
        st.header("All metrics at a glance", anchor=False)
        drawn = heatmap(versions, labels, palette())
    alt = f"All metrics of {len(versions)} versions as a chart; the table has the numbers"
    st.plotly_chart(drawn, key="metrics.all", alt=alt, config=CONFIG)
    st.caption("The diamond is the baseline." if two else "The stronger the colour, the better within its column.")


def show_parallel(versions: Sequence[VersionMetrics], labels: Mapping[str, str]) -> None:
    """Draw every version as a line through all metrics."""
    alt = f"{len(versions)} versions over all metrics, each from the worst to the best; the table has the numbers"
    st.plotly_chart(parallel(versions, labels, palette()), key="metrics.parallel", alt=alt, config=CONFIG)
