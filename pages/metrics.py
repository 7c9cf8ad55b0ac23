"""Compare solutions: which version is better, how sure that is, and what it costs in coverage."""

from __future__ import annotations

import streamlit as st

from components import session
from components.comparison import (
    metrics_frame,
    show_definitions,
    show_metrics_table,
    version_labels,
    warn_if_data_differs,
)
from components.feedback import empty_state
from components.figures import CONFIG
from components.metric_charts import dumbbell, forest, heatmap, trade_off
from components.perform import perform, show_outcome
from components.theme import palette
from services.creation import solution, solution_version
from services.metrics import BY_LABEL, METRICS, difference
from services.recipes import POPULARITY
from services.verdict import judge

DEFAULT = "NDCG@25"
OUTCOMES = {
    "wins": (st.success, ":material/trophy:"),
    "tie": (st.info, ":material/balance:"),
    "unsure": (st.warning, ":material/help:"),
}

connection, group = session.connection(), session.dataset_group()
show_outcome()
versions = session.metrics(connection, group) if group else []
if group is None or not versions:
    training = group and any(
        found.kind == "solution-version" and found.moving for found in session.resources(connection, group)
    )
    empty_state(
        "Nothing to compare yet" if not training else "A version is being trained",
        "Train two solutions, say a personal one and the popularity baseline, and their test results meet here."
        if not training
        else "Its metrics are here as soon as it is ACTIVE; the Resources page shows how far it is.",
        icon="leaderboard",
        page="pages/resources.py" if group else "pages/overview.py",
        action="Train a solution" if group else "Go to the Overview",
    )
    show_definitions()
    st.stop()


def train_baseline() -> None:
    """Create the popularity solution where it is missing, and train a version of it."""
    existing = [found for found in session.resources(connection, group) if found.recipe == POPULARITY]
    solutions = [found.arn for found in existing if found.kind == "solution"]
    if not solutions:
        recipe = session.recipes(connection)[POPULARITY]
        perform(connection, solution(group, "popularity", recipe.arn), "Popularity solution created")
        solutions = [
            found.arn
            for found in session.resources(connection, group)
            if found.recipe == POPULARITY and found.kind == "solution"
        ]
    if solutions:
        perform(connection, solution_version(solutions[0]), "The popularity baseline is being trained")


labels = version_labels(versions)
arns = list(labels)
popular = next((version.arn for version in versions if version.recipe == POPULARITY), None)
left, right = st.columns([7, 4], vertical_alignment="bottom", gap="medium")
with left:
    label = st.segmented_control(
        "Metric",
        [metric.label for metric in METRICS],
        default=DEFAULT,
        required=True,
        key="metric",
        bind="query-params",
    )
with right:
    by_label = {name: arn for arn, name in labels.items()}
    start = list(by_label).index(labels[popular]) if popular else 0
    baseline_label = st.selectbox("Baseline", list(by_label), index=start, key="baseline", bind="query-params")
metric = BY_LABEL[label]
st.caption(f"**{metric.label}**: {metric.meaning}")
chosen_labels = st.pills(
    "Versions", list(by_label), selection_mode="multi", default=list(by_label), key="versions", bind="query-params"
)
baseline = next(version for version in versions if version.arn == by_label[baseline_label])
chosen = [version for version in versions if labels[version.arn] in chosen_labels or version is baseline]
if popular is None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/flag: Every comparison should have **popularity** as its baseline; it trains in seconds."
        )
        st.button("Train the popularity baseline", key="metrics.train_baseline", on_click=train_baseline)

if len(chosen) > 1:
    verdict = judge(metric, chosen, baseline, labels)
    show, icon = OUTCOMES[verdict.outcome]
    show(verdict.text, title=f"Which solution is better on {metric.label}?", icon=icon)
else:
    st.info("Choose a second version, or train one, to compare.", icon=":material/info:")
warn_if_data_differs(chosen, labels)

candidates = [version for version in chosen if version is not baseline]
gaps = {labels[version.arn]: difference(metric.name, version, baseline) for version in candidates}
known = {name: gap for name, gap in gaps.items() if gap}
config = {"config": CONFIG}
one, two = st.columns(2, gap="medium")
with one.container(border=True, height="stretch"):
    st.subheader("More than chance?", anchor=False)
    if known:
        said = "; ".join(f"{name} {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})" for name, gap in known.items())
        st.plotly_chart(
            forest(known, metric, palette()), key="metrics.forest", alt=f"Differences to the baseline: {said}", **config
        )
        st.caption(
            "Difference per test user, mean and 95 % bootstrap interval. Hollow: zero is inside, so it can be chance."
        )
    elif metric.name == "coverage":
        st.info(
            "Coverage is one number for the whole catalogue: there is nothing to pair by user.", icon=":material/info:"
        )
    elif not candidates:
        st.info("There is only the baseline.", icon=":material/info:")
    else:
        st.info(
            "AWS reports one number per version and nothing per user, so there is no interval to draw. "
            "Versions trained on this computer have one.",
            icon=":material/info:",
        )
with two.container(border=True, height="stretch"):
    st.subheader("Accuracy against coverage", anchor=False)
    said = "; ".join(
        f"{labels[v.arn]} {v.values.get(metric.name, 0):.3f} at {v.values.get('coverage', 0):.1%}" for v in chosen
    )
    st.plotly_chart(
        trade_off(chosen, labels, metric, baseline.arn, palette()), key="metrics.trade_off", alt=said, **config
    )
    st.caption("Up and to the right is better; the dotted line joins what no other version beats on both.")
with st.container(border=True):
    if len(chosen) == 2 and candidates:
        st.subheader(f"{labels[candidates[0].arn]} and {baseline_label}, metric by metric", anchor=False)
        drawn = dumbbell(candidates[0], baseline, labels, palette())
    else:
        st.subheader("All metrics at a glance", anchor=False)
        drawn = heatmap(chosen, labels, palette())
    st.plotly_chart(
        drawn, key="metrics.all", alt=f"Eight metrics of {len(chosen)} versions; the table has the numbers", **config
    )
    st.caption("Darker is better within a column." if len(chosen) != 2 else "The diamond is the baseline.")
show_metrics_table(metrics_frame(chosen, labels))
show_definitions()
