"""Compare solutions: which version is better, how sure that is, and what it costs in coverage."""

from __future__ import annotations

import streamlit as st

from components import comparison_cache, session
from components.baseline_offer import offer_baseline
from components.comparison import (
    metrics_frame,
    show_definitions,
    show_metrics_table,
    version_labels,
    warn_if_data_differs,
)
from components.comparison_charts import show_all_metrics, show_forest, show_parallel, show_sample, show_trade_off
from components.configuration_view import show_configurations
from components.every_user import choose_people
from components.feedback import empty_state
from components.figures import NARROWEST
from components.people_panel import CLOSE, show_people
from components.perform import show_outcome
from services.metrics import BY_LABEL, difference, metrics_of
from services.overview import baseline as popularity
from services.verdict import judge

DEFAULT = "NDCG@25"
OUTCOMES = {
    "wins": (st.success, ":material/trophy:"),
    "tie": (st.info, ":material/balance:"),
    "unsure": (st.warning, ":material/help:"),
}

connection, group = session.connection(), session.dataset_group()
show_outcome()
trained = comparison_cache.metrics(connection, group) if group else []
versions = [version for version in trained if version.is_comparable]
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
    show_sample()
    show_definitions()
    st.stop()


labels = version_labels(versions)
arns = list(labels)
popular = popularity(versions)
left, right = st.columns([7, 4], gap="medium")
with left:
    label = st.segmented_control(
        "Metric",
        [metric.label for metric in metrics_of(versions)],
        default=DEFAULT,
        required=True,
        key="metric",
        bind="query-params",
        wrap=True,
    )
with right:
    by_label = {name: arn for arn, name in labels.items()}
    start = list(by_label).index(labels[popular.arn]) if popular else 0
    baseline_label = st.selectbox("Baseline", list(by_label), index=start, key="baseline", bind="query-params")
metric = BY_LABEL[label]
st.caption(f"**{metric.label}**: {metric.meaning}")
chosen_labels = st.pills(
    "Versions", list(by_label), selection_mode="multi", default=list(by_label), key="versions", bind="query-params"
)
if others := [version for version in trained if not version.is_comparable]:
    st.caption(f"Not compared, for want of these metrics: {', '.join(version_labels(others).values())}")
baseline = next(version for version in versions if version.arn == by_label[baseline_label])
chosen = [version for version in versions if labels[version.arn] in chosen_labels or version is baseline]
if popular is None:
    offer_baseline(connection, group)
chosen = choose_people(connection, group, chosen, labels)
baseline = next(version for version in chosen if version.arn == baseline.arn)

if len(chosen) > 1:
    verdict = judge(metric, chosen, baseline, labels)
    show, icon = OUTCOMES[verdict.outcome]
    show(verdict.text, title=f"Which solution is better on {metric.label}?", icon=icon)
elif popular is not None:
    st.info("Choose a second version, or train one, to compare.", icon=":material/info:")
warn_if_data_differs(chosen, labels)

candidates = [version for version in chosen if version is not baseline]
per_user = baseline.results is not None and metric.name != "coverage"
looked_at = [version for version in candidates if per_user and version.results]
gaps = {labels[version.arn]: difference(metric.name, version, baseline) for version in candidates}
with st.grid(2, min_column_width=NARROWEST, gap="medium"):
    with st.container(border=True, height="stretch"):
        show_forest({name: gap for name, gap in gaps.items() if gap}, metric, alone=not candidates)
    with st.container(border=True, height="stretch"):
        show_trade_off(chosen, labels, metric, baseline.arn, CLOSE if looked_at else "")
with st.container(border=True):
    show_all_metrics(chosen, baseline, labels)
show_metrics_table(connection, metrics_frame(chosen, labels), chosen[0].arn)

if looked_at:
    show_people(connection, group, metric, looked_at, baseline, labels)
with st.expander(
    "How were they made?", icon=":material/tune:", key="made", on_change="rerun", bind="query-params"
) as made:
    if made.open:
        show_configurations(
            {labels[version.arn]: comparison_cache.configuration(connection, version.arn) for version in chosen}
        )
if len(chosen) > 2:
    with st.expander(
        "All metrics as lines", icon=":material/show_chart:", key="lines", on_change="rerun", bind="query-params"
    ) as lines:
        if lines.open:
            show_parallel(chosen, labels)
show_definitions()
