"""Why an item is in the list, part by part, and what the list would be without some of the history."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components.figures import CONFIG, cut, figure
from components.item_table import ROW_HEIGHT, download, in_words, items_frame, ranked_frame, show_items
from components.shift_charts import move_text
from components.text import in_figure, plain
from components.theme import Palette, palette
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.insights import Explanation
from services.interactions import Watched
from services.reasons import what_if
from services.recommendations import RankedItem, moves

STRONGEST = 8
LABEL = 23
MORE = "more of the history"
HALF = 330
"""Pixels below which the list goes under the history."""
WITHOUT = "without"
"""URL parameter of the events that are unticked: their numbers from the oldest, so that newer ones change nothing."""
_BEGUN, _WHOSE = "recommend.without_begun", "recommend.without_whose"
HISTORY = 100
"""Rows of the history that can be unticked; the rest counts in any case."""


def show_why(explanation: Explanation, catalog: Catalog) -> None:
    """Draw the waterfall of one item's score, with all parts of the history."""
    steps = waterfall_steps(explanation, catalog)
    said = "; ".join(f"{label} {value:+.3f}" for label, value in steps)
    st.markdown(because(steps))
    st.plotly_chart(
        waterfall(steps, palette()), key="recommend.waterfall", config=CONFIG,
        alt=f"The score of {catalog.item(explanation.item_id).label} is the sum of: {said}",
    )  # fmt: skip
    st.caption(
        "The model's own sum for this score, complete: what everybody likes, then what each title of the history adds "
        "or takes away. It is the score before it is turned into the probability of the list."
    )
    download(pd.DataFrame(steps, columns=["Part", "Added to the score"]), "why", key="recommend.waterfall.csv")


def because(steps: Sequence[tuple[str, float]]) -> str:
    """Return in Markdown what speaks most for an item, in shares of all that speaks for it."""
    pushes = sorted((step for step in steps if step[1] > 0), key=lambda step: -step[1])
    whole = sum(value for _, value in pushes)
    single = [step for step in pushes if not step[0].endswith(MORE)]
    named = [f"{plain(label)} ({value / whole:.0%})" for label, value in single[:3]]
    if not named:
        return "Nothing of the history speaks for it, and few people chose it."
    return f"**{named[0]}** speaks most for it" + (f"; then {' and '.join(named[1:])}." if named[1:] else ".")


def waterfall_steps(explanation: Explanation, catalog: Catalog) -> list[tuple[str, float]]:
    """Return the parts of a score from popularity down the history, small ones together; they sum to the score."""
    ranked = sorted(explanation.influences, key=lambda influence: abs(influence.value), reverse=True)
    shown = sorted(ranked[:STRONGEST], key=lambda influence: -influence.value)
    rest = explanation.others + sum(influence.value for influence in ranked[STRONGEST:])
    more = explanation.others_count + max(len(ranked) - STRONGEST, 0)
    steps = [("Popularity", explanation.popularity)]
    steps += [(catalog.item(influence.item_id).label, influence.value) for influence in shown]
    steps += [(f"{more} {MORE}", rest)] if more > 0 else []
    others = (("Context", explanation.context), ("The user's own data", explanation.user), ("Seen", explanation.seen))
    return steps + [(label, value) for label, value in others if value]


def waterfall(steps: Sequence[tuple[str, float]], palette: Palette) -> Figure:
    """Draw parts that build on one another, from top to bottom, and their sum."""
    drawn = figure(palette, 90 + 30 * len(steps))
    drawn.add_waterfall(
        orientation="h",
        y=[in_figure(cut(label, LABEL)) for label, _ in steps] + ["<b>Score</b>"],
        x=[value for _, value in steps] + [sum(value for _, value in steps)],
        measure=["relative"] * len(steps) + ["total"],
        increasing={"marker": {"color": palette.accent}},
        decreasing={"marker": {"color": palette.down}},
        totals={"marker": {"color": palette.muted}},
        connector={"line": {"color": palette.grid}},
        text=[f"{value:+.3f}" for _, value in steps] + [f"{sum(value for _, value in steps):.3f}"],
        textposition="outside",
        textfont={"color": palette.text},
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    sums = [0.0, *itertools.accumulate(value for _, value in steps)]
    span = max(sums) - min(sums)
    drawn.update_xaxes(title="Added to the score", range=[min(sums) - span * 0.1, max(sums) + span * 0.4])
    return drawn


def show_what_if(
    connection: Connection,
    deployment: Deployment,
    user_id: str,
    history: Sequence[Watched],
    count: int,
    catalog: Catalog,
) -> None:
    """Draw the history with a tick at each event, and the list without what is not ticked; history is newest first."""
    halves = st.grid(2, min_column_width=HALF, gap="medium")
    with halves.cell():
        st.caption("Untick what should not count. Nothing is sent or stored: the model is asked as if.")
        ticked = _ask_ticks(history, catalog, user_id)
    kept = [event.item_id for event, tick in zip(history, ticked, strict=True) if tick]
    out = [catalog.item(event.item_id).label for event, tick in zip(history, ticked, strict=True) if not tick]
    everything = what_if(connection, deployment, [event.item_id for event in history][::-1], count, catalog)
    now = what_if(connection, deployment, kept[::-1], count, catalog)
    with halves.cell():
        if everything is None or now is None:
            st.info("This recipe cannot be asked about another history.", icon=":material/info:")
        else:
            _show_without(out, everything, now, len(history), catalog)


def _ask_ticks(history: Sequence[Watched], catalog: Catalog, user_id: str) -> list[bool]:
    """Draw the newest events with a tick each, kept in the URL, and return whether each event counts."""
    offered, key = history[:HISTORY], f"recommend.ticks_{user_id}_{len(history)}"
    if key not in st.session_state:
        st.session_state[_BEGUN] = _linked(user_id)
    numbers = [len(history) - place for place in range(len(offered))]
    frame = items_frame(
        [catalog.item(event.item_id) for event in offered],
        {"When": [datetime.fromtimestamp(event.timestamp, UTC) for event in offered]},
    )
    frame.insert(0, "Counts", [number not in st.session_state[_BEGUN] for number in numbers])
    columns = {
        "Counts": st.column_config.CheckboxColumn(width=76),
        "Title": st.column_config.TextColumn(width=200),
        "When": st.column_config.DatetimeColumn(format="D MMM YYYY", width=96),
    }
    edited = st.data_editor(
        frame, hide_index=True, disabled=[name for name in frame.columns if name != "Counts"],
        column_order=list(columns), column_config=columns, height=ROW_HEIGHT * (min(len(frame), 16) + 1), key=key,
        alt=f"The newest {len(frame)} events of user {user_id}, each with a tick: it counts",
    )  # fmt: skip
    ticked = [bool(tick) for tick in edited["Counts"]]
    _link([number for number, tick in zip(numbers, ticked, strict=True) if not tick], user_id)
    return ticked + [True] * (len(history) - len(offered))


def _linked(user_id: str) -> set[int]:
    """Return what the link leaves out, as numbers of events from the oldest; nothing where it is about another user."""
    if st.session_state.get(_WHOSE, user_id) != user_id:
        return set()
    return {int(number) for number in st.query_params.get(WITHOUT, "").split(",") if number.isdecimal()}


def _link(out: Sequence[int], user_id: str) -> None:
    st.session_state[_WHOSE] = user_id
    if out:
        st.query_params[WITHOUT] = ",".join(map(str, out))
    else:
        st.query_params.pop(WITHOUT, None)


def _show_without(
    out: Sequence[str], everything: Sequence[RankedItem], now: Sequence[RankedItem], events: int, catalog: Catalog
) -> None:
    """Draw the list without what is out, and how it differs from the list of everything."""
    changes = moves(everything, now)
    gone = [move.item.label for move in changes if move.after is None]
    st.markdown(
        f"**Without {plain(', '.join(out[:3]))}{' …' if len(out) > 3 else ''}**, {len(gone)} of {len(now)} differ."
        if out
        else f"**With the whole history** ({events} events)."
    )
    texts = {move.item.item_id: move_text(move) for move in changes} if out else {}
    frame = ranked_frame(now, moves=texts)
    show_items(
        frame, catalog, key="recommend.what_if", rows=16, compact=True,
        alt=f"The list without {len(out)} of {events} events of the history",
    )  # fmt: skip
    download(in_words(frame, catalog), "what-if", key="recommend.what_if.csv")
