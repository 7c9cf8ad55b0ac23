"""The cards of the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from components.comparison import version_labels
from components.plain_table import Columns, show_table
from components.strip import Box, show_strip
from components.text import plain
from components.theme import status_color, status_icon
from services.catalog import Catalog
from services.data_model import DataModel
from services.handbook import word
from services.metrics import BY_LABEL, BY_NAME, VersionMetrics
from services.overview import LEADING, SHOWN, NextStep, Stage, State, Story, ago, best
from services.overview import baseline as popularity
from services.recipes import short_name
from services.resources import Resource
from services.statuses import ACTIVE
from services.verdict import judge
from services.volume import Volume

_WORDS: dict[State, str] = {"done": "ready", "busy": "in progress", "failed": "failed", "todo": "none yet"}


def counts_of(volume: Volume, campaigns: int) -> dict[str, int | None]:
    """Return the figures of the first row by their labels; None is not counted."""
    return {
        "Interactions": volume.interactions,
        "Users": volume.users,
        "Items": volume.items,
        "Active campaigns": campaigns,
    }


def show_counts(counts: Mapping[str, int | None], changed: Mapping[str, int], *, exact: bool) -> None:
    """Draw how much was imported, how many campaigns answer, and by how much that changed in this visit."""
    unread = "" if exact else "; not counted here, because the files are large"
    with st.grid(4, min_column_width=160):
        for label, icon, meaning in (
            ("Interactions", "touch_app", "Imported events"),
            ("Users", "group", f"Users with an imported event{unread}"),
            ("Items", "category", f"Items with an imported event{unread}"),
            ("Active campaigns", "rocket_launch", "Campaigns and recommenders that answer now"),
        ):
            about = "" if exact or label != "Interactions" else "≈ "
            change = changed.get(label, 0)
            st.metric(
                label, f"{about}{_number(counts[label])}", f"{change:+,}" if change else "0" if changed else None,
                icon=f":material/{icon}:", help=meaning, border=True,
                delta_color="normal" if change else "off", delta_arrow="auto" if change else "off",
                delta_description="in this visit" if changed else None,
            )  # fmt: skip


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def show_pipeline(stages: Sequence[Stage], step: NextStep) -> None:
    """Draw the boxes of the pipeline and the link to the next step."""
    with st.container(border=True):
        show_strip([Box(stage.label, stage.icon, stage.state, _words(stage)) for stage in stages])
        st.page_link(step.page, label=f"**Next:** {step.text}", icon=":material/arrow_forward:")


def _words(stage: Stage) -> str:
    if not stage.total:
        return _WORDS["todo"]
    count = str(stage.total) if stage.active == stage.total else f"{stage.active} of {stage.total}"
    return f"{count} {_WORDS[stage.state]}"


def show_stories(stories: Sequence[Story]) -> None:
    """Draw one card per story."""
    with st.grid(len(stories), min_column_width=260):
        for story in stories:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.header(f":material/{story.icon}: {story.title}", anchor=False)
                st.markdown(story.body)
                with st.container(horizontal=True):
                    for label, query in story.actions:
                        st.page_link(
                            story.page, label=label, icon=":material/arrow_forward:", query_params=query or None
                        )


def show_best(versions: Sequence[VersionMetrics]) -> None:
    """Draw the best version's metrics against the popularity baseline and how sure that is, or how to get some."""
    leader, baseline = best(versions), popularity(versions)
    if leader is None:
        st.header(":material/trophy: No metrics yet", anchor=False)
        st.markdown("Every solution version is tested when it is trained. Train one to see how good its list is.")
        st.page_link("pages/resources.py", label="Train a solution version", icon=":material/arrow_forward:")
        return
    rival = baseline if baseline is not None and baseline.arn != leader.arn else None
    st.header(f":material/trophy: {short_name(leader.recipe)} leads", anchor=False)
    st.markdown(judge(BY_NAME[LEADING], versions, baseline or leader, version_labels(versions)).text)
    with st.grid(2, min_column_width=150):
        for name in (name for name in SHOWN if name in leader.values):
            _show_metric(name, leader, rival)
    st.page_link("pages/metrics.py", label="Compare solutions", icon=":material/arrow_forward:")


def _show_metric(name: str, leader: VersionMetrics, rival: VersionMetrics | None) -> None:
    delta = leader.values[name] - rival.values[name] if rival and name in rival.values else None
    st.metric(
        BY_NAME[name].label,
        leader.values[name],
        delta,
        format="%.3f",
        help=BY_NAME[name].meaning,
        border=True,
        delta_description="vs popularity" if delta is not None else None,
    )


def show_precision(versions: Sequence[VersionMetrics]) -> None:
    """Draw the precision of every version: of the first items of a list, how many did people then choose?"""
    st.header(":material/target: Model precision metrics", anchor=False)
    st.caption("Of the first 5, 10 and 25 items of a list, which share did people then choose? Larger is better.")
    labels = ("P@5", "P@10", "P@25", "NDCG@25", "Coverage")
    ordered = sorted(versions, key=lambda version: version.values.get(LEADING, -1.0), reverse=True)
    columns = {label: [version.values.get(BY_LABEL[label].name) for version in ordered] for label in labels}
    table = pd.DataFrame(
        {
            "Solution version": [version.name for version in ordered],
            "Recipe": [short_name(version.recipe) for version in ordered],
            **columns,
            "Trained": [version.trained for version in ordered],
        }
    )
    looks: Columns = {
        label: st.column_config.NumberColumn(format="%.4f", help=BY_LABEL[label].meaning) for label in labels
    }
    looks |= {name: st.column_config.TextColumn(help=word(name.lower())) for name in ("Solution version", "Recipe")}
    looks["Trained"] = st.column_config.DatetimeColumn(format="distance")
    alt = f"Precision of {len(ordered)} solution versions; {ordered[0].name} leads"
    show_table(table, "precision", alt=alt, columns=looks)


def show_data_model(found: DataModel, catalog: Catalog) -> None:
    """Draw what the three datasets hold, the items by their noun."""
    st.header(":material/schema: Data model", anchor=False)
    least, median, most = found.per_user
    rest = len(catalog.items) - found.items
    unseen = f", and {rest:,} more in the catalogue that nobody has touched yet" if rest > 0 else ""
    with st.grid(3, min_column_width=260):
        _show_fact(
            f":material/group: **{found.users:,} users**",
            f"Half have {median:,} interactions or more; the fewest {least:,}, the most {most:,}.",
        )
        _show_fact(
            f":material/touch_app: **{found.interactions:,} interactions**",
            f"{found.density:.1%} of all pairs of user and {catalog.noun.one}, "
            f"from {found.first:%-d %b %Y} to {found.last:%-d %b %Y}.",
        )
        _show_fact(
            f":material/category: **{found.items:,} {catalog.noun.many}**",
            f"Half have {found.per_item:,} interactions or fewer; the most popular tenth takes {found.head:.0%}"
            f"{unseen}.",
        )


def _show_fact(fact: str, detail: str) -> None:
    st.markdown(f"{fact}  \n:gray[:small[{detail}]]")


def show_recent(resources: Sequence[Resource]) -> None:
    """Draw what changed last, in one piece: an element a line makes a browser slow."""
    st.header(":material/history: Recent activity", anchor=False)
    now = datetime.now(UTC)
    st.markdown("\n\n".join(_line(found, now) for found in resources))


def _line(found: Resource, now: datetime) -> str:
    when = f" :gray[· {ago(found.updated, now)}]" if found.updated else ""
    status = "" if found.status == ACTIVE else f" :{status_color(found.status)}[{found.status}]"
    mark = f":{status_color(found.status)}[{status_icon(found.status)}]"
    return f"{mark} {found.label.removeprefix('Solution ').capitalize()} **{plain(found.name)}**{status}{when}"
