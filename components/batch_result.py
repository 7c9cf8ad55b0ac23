"""What a batch job brought, in place: lists with titles, segments and what they share, and the lines that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components import session
from components.api_call import show_call
from components.figures import CONFIG, NARROWEST, cut, figure, mix
from components.item_table import ROW_HEIGHT, csv, download, ranked_frame, show_items
from components.mail_view import show_mails
from components.segment_people import COMPARED, show_makeup
from components.text import in_figure
from components.theme import Palette, palette
from services.batch import request_of, work_of
from services.batch_output import (
    Answer,
    overlaps,
    parquet,
    parse_output,
    segments_frame,
    shared_users,
    titles_frame,
)
from services.catalog import Catalog
from services.connection import Connection
from services.mails import mails_about
from services.objects import split_uri
from services.resources import Resource

ROWS = 12


def show_result(connection: Connection, job: Resource, catalog: Catalog, fields: Mapping[str, pd.Series[str]]) -> None:
    """Draw what a finished job wrote, with downloads and the call that made it; fields group the users by field."""
    call = request_of(connection, job)
    content = session.batch_output(connection, job.arn, call)
    answers = parse_output(content)
    good = [answer for answer in answers if not answer.error]
    failed = [answer for answer in answers if answer.error]
    if not answers:
        st.info("The job wrote nothing: its input has no lines.", icon=":material/inbox:")
    elif work_of(job) == "segment":
        frame = segments_frame(good, catalog)
        _show_segments(good, catalog)
        show_makeup(good, catalog, fields)
    else:
        frame = titles_frame(good, catalog)
        _show_lists(good, frame, catalog)
    if failed:
        _show_failed(failed)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, call.service, call.operation, call.parameters)
        st.caption("All that the job wrote:")
        if good:
            _save("CSV", partial(csv, frame), f"{job.name}.csv", "text/csv")
            _save("Parquet", partial(parquet, frame), f"{job.name}.parquet", "application/vnd.apache.parquet")
        _save("JSON lines", content, f"{job.name}.json.out", "application/jsonl")
    folder = split_uri(str(call.parameters["jobOutput"]["s3DataDestination"]["path"]))[1]
    show_mails(mails_about(connection, {job.name, folder}, since=job.created), "this job")


def _save(label: str, content: bytes | Callable[[], bytes], name: str, mime: str) -> None:
    key = f"batch.save_{label.split()[0].lower()}"
    st.download_button(label, content, name, mime, icon=":material/download:", key=key, on_click="ignore")


def _show_lists(good: Sequence[Answer], frame: pd.DataFrame, catalog: Catalog) -> None:
    if not good:
        return
    who = "User" if "userId" in frame else catalog.noun.one.capitalize()
    lengths = sorted({len(answer.ids) for answer in good})
    many = catalog.noun.many
    items = f"{lengths[0]} {many} each" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]} {many}"
    st.markdown(f"**{len(good):,}** {'list' if len(good) == 1 else 'lists'}, {items}")
    together, alone = st.tabs(["All lists", "One list"], key="shown", on_change="rerun", bind="query-params")
    if together.open:
        with together:
            _show_all(who, good, frame, catalog)
    if alone.open:
        with alone:
            _show_one(who, good, catalog)


def _show_all(who: str, good: Sequence[Answer], frame: pd.DataFrame, catalog: Catalog) -> None:
    table = pd.DataFrame(
        {
            who: [answer.label(catalog) for answer in good],
            "Recommendations": frame["Recommendations"],
        }
    )
    columns = {
        who: st.column_config.TextColumn(width=90 if who == "User" else 220, pinned=True),
        "Recommendations": st.column_config.TextColumn(width="large", help=f"Title (year) (first {catalog.kind.one})"),
    }
    alt = f"{len(table)} lists, one a row, titles apart by bars"
    st.dataframe(
        table, hide_index=True, column_config=columns, row_height=ROW_HEIGHT, height=_height(len(table)), alt=alt
    )


def _show_one(who: str, good: Sequence[Answer], catalog: Catalog) -> None:
    """Draw the choice of a list, and that list."""
    place = st.selectbox(
        who, range(len(good)), format_func=lambda at: good[at].label(catalog), key="line", bind="query-params"
    )
    listed = ranked_frame(good[place].ranked(catalog))
    alt = f"{len(listed)} {catalog.noun.many} for {who.lower()} {good[place].label(catalog)}"
    show_items(listed, catalog, key="batch.list", alt=alt, rows=ROWS)


def _show_segments(good: Sequence[Answer], catalog: Catalog) -> None:
    if not good:
        return
    shared = shared_users(good)
    several = sum(count > 1 for count in shared.values())
    st.markdown(
        f"**{len(good):,}** segments with **{len(shared):,}** different users; **{several:,}** of them are in more "
        "than one."
    )
    halves = st.grid(2 if len(good) > 1 else 1, min_column_width=NARROWEST, gap="medium")
    with halves.cell():
        _show_sizes(good, shared, catalog)
    if len(good) > 1:
        with halves.cell():
            _show_overlaps(good[:COMPARED], catalog)


def _show_sizes(segments: Sequence[Answer], shared: Mapping[str, int], catalog: Catalog) -> None:
    """Draw the segments one a row; shared is in how many each user is."""
    table = pd.DataFrame(
        {
            "Segment": [answer.label(catalog) for answer in segments],
            "Users": [len(answer.ids) for answer in segments],
            "Only here": [sum(shared[user] == 1 for user in set(answer.ids)) for answer in segments],
            "Most likely first": [list(answer.ids) for answer in segments],
        }
    )
    numbers = {name: st.column_config.NumberColumn(width=80) for name in ("Users", "Only here")}
    columns = {
        "Segment": st.column_config.TextColumn(width=230, pinned=True),
        "Most likely first": st.column_config.ListColumn(width="large", help="User ids"),
        **numbers,
    }
    alt = f"{len(table)} segments with their size, what is only theirs, and their users"
    st.dataframe(
        table, hide_index=True, column_config=columns, row_height=ROW_HEIGHT, height=_height(len(table)), alt=alt
    )
    download(table, "segments", key="batch.segments_csv")


def _show_overlaps(segments: Sequence[Answer], catalog: Catalog) -> None:
    shares = overlaps(segments)
    labels = [segment.label(catalog) for segment in segments]
    pairs = [
        (shares[row][at], labels[row], labels[at])
        for row in range(len(labels))
        for at in range(len(labels))
        if row != at
    ]
    share, one, other = max(pairs)
    alt = f"Overlap of {len(labels)} segments. Most is shared by {one} and {other}: {share:.0%}"
    st.plotly_chart(overlap_map(shares, labels, palette()), key="batch.overlap", config=CONFIG, alt=alt)
    st.caption("Share of the row's users who are also in the column's segment.")


def overlap_map(shares: Sequence[Sequence[float]], labels: Sequence[str], palette: Palette) -> Figure:
    """Draw which share of each segment, by row, is in each other one."""
    drawn = figure(palette, 70 + 34 * len(labels))
    places = list(range(len(labels)))
    drawn.add_heatmap(
        z=[[None if row == at else shares[row][at] for at in places] for row in places],
        x=places,
        y=places,
        text=[["" if row == at else f"{shares[row][at]:.0%}" for at in places] for row in places],
        texttemplate="%{text}",
        textfont={"color": palette.text, "size": 12},
        colorscale=[[0, mix(palette.surface, palette.accent, 0.04)], [1, mix(palette.surface, palette.accent, 0.55)]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverongaps=False,
        customdata=[[in_figure(f"{labels[row]} in {labels[at]}") for at in places] for row in places],
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )
    names = [f"{in_figure(cut(label, 24))}  {place}" for place, label in enumerate(labels, start=1)]
    drawn.update_xaxes(tickvals=places, ticktext=[str(place + 1) for place in places], side="top", showgrid=False)
    drawn.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    return drawn


def _show_failed(failed: Sequence[Answer]) -> None:
    title = "1 line was not answered" if len(failed) == 1 else f"{len(failed):,} lines were not answered"
    with st.expander(title, icon=":material/error:", expanded=len(failed) <= ROWS):
        table = pd.DataFrame(
            {"Line": [_text(answer) for answer in failed], "Why": [answer.error for answer in failed]}, dtype="str"
        )
        st.dataframe(
            table, hide_index=True, row_height=ROW_HEIGHT, height=_height(len(table)), alt=f"{title}, with the reasons"
        )


def _text(answer: Answer) -> str:
    return ", ".join(f"{name}: {value}" for name, value in answer.asked.items())


def _height(rows: int) -> int:
    return ROW_HEIGHT * (min(rows, ROWS) + 1) + 3
