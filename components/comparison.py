"""What the comparison page says in words and tables: labels, definitions, settings, data that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components.api_call import show_call
from components.item_table import download
from services.connection import Connection
from services.metrics import BY_LABEL, METRICS, REWARDS, VersionMetrics, metrics_of
from services.recipes import short_name

PAGE = "metrics"


def version_labels(versions: Sequence[VersionMetrics]) -> dict[str, str]:
    """Name versions by their recipe; where several have the same, by solution and version too."""
    recipes = Counter(version.recipe for version in versions)
    return {
        version.arn: short_name(version.recipe) if recipes[version.recipe] == 1 else version.name.replace("/", " · ")
        for version in versions
    }


def metrics_frame(versions: Sequence[VersionMetrics], labels: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per version with its metrics and training."""
    return pd.DataFrame(
        {
            "Version": [labels[version.arn] for version in versions],
            "Solution version": [version.name for version in versions],
            **{
                metric.label: [version.values.get(metric.name) for version in versions]
                for metric in metrics_of(versions)
            },
            "Users judged": [len(version.results.users) if version.results else None for version in versions],
            "Training hours": [version.hours for version in versions],
            "Trained": [version.trained for version in versions],
        }
    )


def show_metrics_table(connection: Connection, frame: pd.DataFrame, first: str) -> None:
    """Offer all numbers as CSV, with the call that told those of the first version, an ARN; draw them when opened."""
    with st.container(horizontal=True, vertical_alignment="center"):
        download(frame, "metrics", key=f"{PAGE}.csv")
        show_call(connection, "personalize", "get_solution_metrics", {"solutionVersionArn": first})
        st.caption("The camera in a chart's corner saves it as a picture.")
    with st.expander(
        "All numbers, training hours and dates", icon=":material/table:", key="numbers", on_change="rerun",
        bind="query-params",
    ) as numbers:  # fmt: skip
        if numbers.open:
            _show_numbers(frame)


def _show_numbers(frame: pd.DataFrame) -> None:
    numbers = {
        label: st.column_config.NumberColumn(
            format="%.4f", help=metric.meaning, width=76 if label == "Coverage" else 68
        )
        for label, metric in BY_LABEL.items()
        if label in frame
    }
    shown = frame.dropna(axis="columns", how="all")
    st.dataframe(
        shown,
        hide_index=True,
        column_order=[name for name in shown.columns if name != "Solution version"],
        key=f"{PAGE}.table",
        placeholder="–",
        alt=f"All metrics of {len(frame)} solution versions",
        column_config=numbers
        | {
            "Version": st.column_config.TextColumn(width=150 if frame["Version"].str.len().max() < 22 else 205),
            "Users judged": st.column_config.NumberColumn("Users", width=60, help="On how many users it was judged"),
            "Training hours": st.column_config.NumberColumn("Hours", format="%.4f", width=70, help="Training hours"),
            "Trained": st.column_config.DatetimeColumn(format="distance", width=110),
        },
    )


def show_definitions() -> None:
    """Explain every metric in a line."""
    with st.expander("What the metrics mean", icon=":material/help:"):
        st.markdown("\n".join(f"- **{metric.label}**: {metric.meaning}" for metric in (*METRICS, REWARDS)))
        st.caption(
            "Tested as Amazon Personalize does: trained on nine users of ten; for every other user the oldest 90 % of "
            "the history goes in, and the newest 10 % is what the list should have foreseen. On this computer all "
            "recipes are judged alike: where people as good as never take the same thing twice, what they had is "
            "left out of every list, popularity's too. AWS does not say how it treats that."
        )


def warn_if_data_differs(versions: Sequence[VersionMetrics], labels: Mapping[str, str]) -> None:
    """Say which versions were trained on other imports than the first one."""
    odd = [labels[version.arn] for version in versions if version.imports != versions[0].imports]
    if odd:
        st.warning(
            f"{', '.join(odd)} and {labels[versions[0].arn]} were trained on different imports: "
            "a difference between them can come from the data.",
            title="Not quite comparable",
            icon=":material/balance:",
        )
