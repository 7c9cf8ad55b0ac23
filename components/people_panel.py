"""Behind the mean: groups of test users, those for whom a version is worse, and one of them looked at closely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components import comparison_cache, session
from components.figures import NARROWEST
from components.microscope import show_replay
from components.segment_view import choose_split, show_losers, show_segments
from components.text import plain
from services.connection import Connection
from services.interactions import Interactions
from services.local_insights import InsightRefused
from services.metrics import Metric, VersionMetrics
from services.overview import LEADING
from services.replay import replay
from services.segments import groups, habits, paired

CLOSE = "close"
"""Key and URL parameter of the version that is looked at closely; its value is the version's label."""


def show_people(
    connection: Connection,
    group: str,
    metric: Metric,
    candidates: Sequence[VersionMetrics],
    baseline: VersionMetrics,
    labels: Mapping[str, str],
) -> None:
    """Draw winners and losers of one version against the baseline, and one test user's list."""
    st.header("Who gains, and who loses?", anchor=False)
    version = _choose_version(metric, candidates, labels)
    label, against = labels[version.arn], labels[baseline.arn]
    events = session.interactions(connection, group)
    table = paired(metric.name, version, baseline)
    with st.grid(2, min_column_width=NARROWEST, gap="medium"):
        with st.container(border=True, height="stretch"):
            _show_gains(connection, group, metric, (version, baseline), table, against)
        with st.container(border=True, height="stretch"):
            known = habits(events)["Events"]
            show_losers(table.assign(Events=table["User"].map(known)), label, against)
    with st.expander(
        "One test user under the microscope",
        icon=":material/biotech:",
        key="scope",
        on_change="rerun",
        bind="query-params",
    ) as box:
        if box.open:
            _show_tester(connection, group, version, list(table["User"]), events)


def _choose_version(metric: Metric, candidates: Sequence[VersionMetrics], labels: Mapping[str, str]) -> VersionMetrics:
    best = max(candidates, key=lambda version: version.values.get(metric.name, 0.0))
    named = {labels[version.arn]: version for version in candidates}
    label = st.segmented_control(
        "Version", list(named), default=labels[best.arn], required=True, key=CLOSE, bind="query-params"
    )
    return named[label]


def _show_tester(
    connection: Connection, group: str, version: VersionMetrics, users: Sequence[str], events: Interactions
) -> None:
    user = st.selectbox("Test user", users, key="tester", bind="query-params")
    history = events.history(user) if user else []
    if len(history) < 2:
        st.info("The history of this user is not in the imported files.", icon=":material/info:")
        return
    catalog = session.catalog(connection, group)
    try:
        found = replay(connection, version.arn, history, catalog)
    except InsightRefused as refused:
        st.info(f"This version cannot be asked for the list. {plain(str(refused))}", icon=":material/info:")
        return
    show_replay(found, user, _reported(version, user), catalog)


def _show_gains(
    connection: Connection,
    group: str,
    metric: Metric,
    pair: tuple[VersionMetrics, VersionMetrics],
    table: pd.DataFrame,
    against: str,
) -> None:
    fields = session.people(connection, group).groups
    split = choose_split(list(fields))
    if split in fields:
        found = groups(table, fields[split])
    else:
        version, baseline = pair
        arns = version.arn, baseline.arn
        found = comparison_cache.by_habits(connection, group, metric.name, arns, version.everyone, table)
    show_segments(found, metric, against, split)


def _reported(version: VersionMetrics, user: str) -> float | None:
    results = version.results
    if results is None or LEADING not in results.values:
        return None
    return float(results.values[LEADING][results.users.index(user)])
